{#- In place of nbgrader's: without the links to what `autograder` does itself. -#}
{%- extends 'base.tpl' -%}
{%- block title -%}批阅{%- endblock -%}
{%- block sidebar -%}
<li role="presentation" class="active"><a href="{{ base_url }}/formgrader/gradebook">批阅</a></li>
{%- endblock -%}
