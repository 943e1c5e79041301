"""The explorable figures in a browser: usable by keyboard, right, and plain pictures where scripts are off."""

from __future__ import annotations

import gzip
import importlib.util
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from conftest import ROOT, draw_figures, open_page
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Request
from sphinx.application import Sphinx

STATIC = ROOT / "book" / "_static"
FIGURES = {
    "activation": "activations",
    "gradient-depth": "vanishing_gradients",
    "penalty-geometry": "weight_penalties",
    "dropout-mask": "dropout",
    "dead-map": "dead_relu",
}
HESSIAN = np.array([[1.0, 0.45], [0.45, 0.6]])

spec = importlib.util.spec_from_file_location("runs", ROOT / "book" / "figures" / "runs.py")
assert spec is not None and spec.loader is not None
runs = importlib.util.module_from_spec(spec)
spec.loader.exec_module(runs)


def page_of(site: Path, name: str) -> Path:
    return site / "book" / "theory" / f"{FIGURES[name]}.html"


def open_figure(browser: Browser, site: Path, name: str, **options: object) -> tuple[Figure, list[str]]:
    """A page at its figure, which has come to life; returns it with everything that went wrong."""
    page, trouble = open_page(browser, page_of(site, name), **options)
    draw_figures(page)
    return Figure(page, name), trouble


def data_of(name: str) -> Any:
    text = (STATIC / "figures" / f"{name}.data.js").read_text("utf-8")
    return json.loads(re.sub(r"^explorable\.data\[.*?\] = |;\n$", "", text))


class Figure:
    """A figure on its page, handled as a reader would who has only a keyboard."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.root: Locator = page.locator("figure.explorable", has=page.locator(f'[data-figure="{name}"]'))
        self.drawing = self.root.locator(".drawing")

    @property
    def said(self) -> str:
        return self.root.locator(".said").evaluate("line => line.textContent").replace("−", "-").replace("\u00a0", " ")

    def numbers(self) -> list[float]:
        return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", self.said)]

    def drawn(self) -> str:
        return self.drawing.inner_html()

    def control(self, label: str) -> Locator:
        return self.root.locator(".controls").get_by_label(re.compile(f"^{label}"))

    def press(self, label: str, *keys: str) -> None:
        self.control(label).focus()
        for key in keys:
            self.page.keyboard.press(key)

    def value(self, label: str) -> float:
        return float(self.control(label).input_value())

    def button(self, name: str) -> None:
        self.root.get_by_role("button", name=name).focus()
        self.page.keyboard.press("Enter")


@pytest.fixture
def figure(request: pytest.FixtureRequest, site: Path, browser: Browser) -> Iterator[Figure]:
    """The figure that the test's name begins with, on its page; nothing may have gone wrong in the end."""
    found, trouble = open_figure(browser, site, request.param)
    yield found
    found.page.close()
    assert trouble == []


def on(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("figure", [name], indirect=True)


# --------------------------------------------------------------------------- every figure

PHONE = {"width": 360, "height": 740}


@pytest.mark.parametrize("name", FIGURES)
def test_figure_fits_a_phone_and_every_control_has_a_label(site: Path, browser: Browser, name: str) -> None:
    figure, trouble = open_figure(browser, site, name, viewport=PHONE)
    page = figure.page
    assert figure.drawing.locator("svg").first.is_visible()
    assert not figure.root.locator("img").is_visible()
    assert len(figure.said) > 20
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    controls = figure.root.locator("input, select, button")
    assert controls.count() >= 3
    for control in controls.all():
        assert control.evaluate("c => c.matches('button') ? c.textContent : c.labels[0].textContent").strip()
    for svg in figure.drawing.locator("svg").all():
        box = svg.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]
    assert re.match(r"图 \d+", figure.root.locator(".caption-number").inner_text())
    page.close()
    assert trouble == []


@pytest.mark.parametrize("name", FIGURES)
def test_focus_is_seen(site: Path, browser: Browser, name: str) -> None:
    figure, _ = open_figure(browser, site, name)
    control = figure.root.locator("input, select").first
    control.focus()
    figure.page.keyboard.press("Shift")
    assert control.evaluate("c => parseFloat(getComputedStyle(c).outlineWidth)") >= 2
    figure.page.close()


@pytest.mark.parametrize("name", FIGURES)
def test_without_scripts_the_picture_is_shown(site: Path, browser: Browser, name: str) -> None:
    page, _ = open_page(browser, page_of(site, name), java_script_enabled=False)
    root = page.locator("figure.explorable")
    assert root.locator("img").is_visible()
    assert len(root.locator("img").get_attribute("alt")) > 20
    assert root.locator("img").bounding_box()["height"] > 150, "the file is there"
    assert not root.locator(".live").is_visible()
    page.close()


@pytest.mark.parametrize("drawn", [False, True])
@pytest.mark.parametrize("name", FIGURES)
def test_in_print_the_picture_is_shown(site: Path, browser: Browser, name: str, drawn: bool) -> None:
    page, _ = open_page(browser, page_of(site, name))
    if drawn:
        draw_figures(page)
    root = page.locator("figure.explorable")
    page.emulate_media(media="print")
    assert root.locator("img").is_visible()
    assert not root.locator(".live").is_visible()
    source = root.locator("img").get_attribute("src")
    with Image.open(page_of(site, name).parent / source) as picture:
        width, height = picture.size
    # Loading waits for the reader, but not for the printer.
    assert re.search(rb"/Width %d\b.{0,20}/Height %d\b" % (width, height), page.pdf(), re.DOTALL)
    page.close()


@pytest.mark.parametrize("name", FIGURES)
def test_a_script_that_fails_leaves_the_picture(site: Path, browser: Browser, name: str) -> None:
    page = browser.new_page()
    page.route("**/plot-*.js*", lambda route: route.abort())
    page.goto(page_of(site, name).as_uri())
    with page.expect_event("pageerror"):
        page.locator("figure.explorable").scroll_into_view_if_needed()
    assert page.locator("figure.explorable img").is_visible()
    assert not page.locator("figure.explorable .live").is_visible()
    page.close()


@pytest.mark.parametrize("name", FIGURES)
def test_the_themes_switch_changes_colours_at_once(site: Path, browser: Browser, name: str) -> None:
    figure, _ = open_figure(browser, site, name, color_scheme="light")
    page = figure.page
    before = figure.drawn()

    def colours() -> list[str]:
        script = (
            "box => [...box.querySelectorAll('svg *')].map(e => getComputedStyle(e).fill + getComputedStyle(e).stroke)"
        )
        return figure.drawing.evaluate(script)

    light = colours()
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    dark = colours()
    assert figure.drawn() == before, "nothing needs to be drawn anew"
    assert sum(a != b for a, b in zip(light, dark, strict=True)) > len(light) / 4
    page.close()


def test_only_pages_with_a_figure_load_the_scripts(site: Path) -> None:
    wanted = {page_of(site, name) for name in FIGURES}
    loading = {
        path for path in site.rglob("*.html") if re.search(r"_static/(vendor|figures)/", path.read_text("utf-8"))
    }
    assert loading == wanted


def scripts_of(name: str) -> list[str]:
    """What the figure needs, in the order in which it has to run."""
    data = [f"{name}.data.js"] if (STATIC / "figures" / f"{name}.data.js").is_file() else []
    return ["d3-7.9.2.min.js", "plot-0.6.17.umd.min.js", "common.js", *data, f"{name}.js"]


def watch_scripts(page: Page) -> list[str]:
    """The scripts that the page asks for from now on, except the one that asks for the others."""
    asked: list[str] = []

    def note(request: Request) -> None:
        found = re.search(r"_static/(?:vendor/(?=d3|plot)|figures/)([^/?]+\.js)", request.url)
        if found and found[1] != "load.js":
            asked.append(found[1])

    page.on("request", note)
    return asked


@pytest.mark.parametrize("name", FIGURES)
def test_scripts_wait_for_the_reader(site: Path, browser: Browser, tmp_path: Path, name: str) -> None:
    empty = tmp_path / "empty.html"
    empty.touch()
    page, trouble = open_page(browser, empty)
    asked = watch_scripts(page)
    page.goto(page_of(site, name).as_uri(), wait_until="networkidle")
    assert asked == []
    draw_figures(page)
    page.evaluate("scrollTo(0, 0)")
    draw_figures(page)
    assert asked == scripts_of(name), "each once"
    page.close()
    assert trouble == []


def test_a_link_to_the_figure_loads_the_scripts(site: Path, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(page_of(site, "dropout-mask").as_uri() + "#fig-do-explore")
    page.wait_for_selector("figure.explorable.on")
    assert page.locator("figure.explorable .drawing svg").first.is_visible()
    page.close()


def test_scripts_load_at_once_where_nothing_tells_what_is_seen(site: Path, browser: Browser) -> None:
    page = browser.new_page()
    page.add_init_script("delete window.IntersectionObserver")
    page.goto(page_of(site, "dropout-mask").as_uri())
    page.wait_for_selector("figure.explorable.on", state="attached")
    assert page.evaluate("scrollY") == 0, "nobody has scrolled"
    page.close()


@pytest.mark.parametrize("width", [360, 412, 768, 1280])
@pytest.mark.parametrize("name", FIGURES)
def test_the_picture_keeps_the_figures_room(site: Path, browser: Browser, name: str, width: int) -> None:
    page, _ = open_page(browser, page_of(site, name), viewport={"width": width, "height": 740})
    figure = page.locator("figure.explorable")
    before = figure.bounding_box()["height"]
    draw_figures(page)
    assert figure.bounding_box()["height"] == pytest.approx(before, abs=40)  # a line more or less
    page.close()


def test_scripts_are_light() -> None:
    assert sum(len(gzip.compress(path.read_bytes())) for path in (STATIC / "vendor").glob("*.js")) < 200_000
    for path in (STATIC / "figures").iterdir():
        assert path.stat().st_size < 60_000, path


# --------------------------------------------------------------------------- one by one


@on("activation")
@pytest.mark.parametrize(
    ("steps", "name", "function"),
    [
        (0, "sigmoid", torch.sigmoid),
        (1, "tanh", torch.tanh),
        (2, "ReLU", torch.relu),
        (3, "LeakyReLU", lambda x: F.leaky_relu(x, 0.1)),
        (4, "GELU", F.gelu),
        (5, "SiLU", F.silu),
        (6, "softplus", F.softplus),
    ],
)
def test_activation_says_value_and_derivative(figure: Figure, steps: int, name: str, function: Any) -> None:
    figure.press("激活函数", *["ArrowDown"] * steps)
    for keys in (["ArrowLeft"] * 3, ["Home"], ["PageUp"] * 3):
        before = figure.drawn()
        figure.press("输入", *keys)
        assert figure.drawn() != before
        x = torch.tensor(figure.value("输入"), dtype=torch.float64, requires_grad=True)
        y = function(x)
        (slope,) = torch.autograd.grad(y, x)
        assert figure.said.startswith(f"{name} 在 x = {x.item():.2f} 处：")
        at, value, rate = figure.numbers()[:3]
        assert (at, value, rate) == pytest.approx((x.item(), y.item(), slope.item()), abs=6e-5)


@on("activation")
def test_activation_shades_what_is_saturated(figure: Figure) -> None:
    edge = math.log((1 - 0.02 + math.sqrt(1 - 0.04)) / 0.02)  # where sigmoid' is 0.01
    low, high = map(float, re.search(r"x < (\S+?)，x > ([\d.]+)。", figure.said).groups())
    assert (-low, high) == pytest.approx((edge, edge), abs=0.02)
    assert "这里饱和" not in figure.said
    figure.press("输入", "End")
    assert "这里饱和" in figure.said
    figure.press("激活函数", *["ArrowDown"] * 2)  # ReLU: on the left only
    assert "x < 0" in figure.said and "x >" not in figure.said
    assert "这里饱和" not in figure.said


@on("activation")
def test_activation_slope_is_for_leaky_relu(figure: Figure) -> None:
    slope = figure.control("负半轴的斜率")
    assert not slope.is_visible()
    figure.press("激活函数", *["ArrowDown"] * 3)
    figure.press("输入", "Home")
    figure.press("负半轴的斜率", *["ArrowRight"] * 5)
    assert figure.numbers()[:3] == pytest.approx([-8, -8 * 0.15, 0.15])


@on("activation")
def test_activation_is_dragged(figure: Figure) -> None:
    figure.drawing.scroll_into_view_if_needed()
    box = figure.drawing.locator("svg").first.bounding_box()
    mouse = figure.page.mouse
    mouse.move(box["x"] + box["width"] / 2, box["y"] + 50)
    mouse.down()
    mouse.move(box["x"] + box["width"] - 12, box["y"] + 50, steps=4)
    assert figure.value("输入") == pytest.approx(8, abs=0.1)
    mouse.up()
    mouse.move(box["x"] + 40, box["y"] + 50)
    assert figure.value("输入") == pytest.approx(8, abs=0.1)


def scientific(text: str) -> float:
    base, _, power = text.partition("×10")
    return float(base) * 10.0 ** int(power or 0)


@on("gradient-depth")
def test_gradient_depth_says_what_was_measured(figure: Figure) -> None:
    data = data_of("gradient-depth")
    for depth, init, key in ((20, 0, "sigmoid/default"), (2, 0, "sigmoid/default"), (2, 1, "sigmoid/he_xavier")):
        before = figure.drawn() if depth != 20 else ""
        figure.press("隐藏层的个数", "Home", *["ArrowRight"] * (depth - 1))
        figure.press("初始化", "Home", *["ArrowDown"] * init)
        assert figure.drawn() != before
        median = data[key][str(depth)][0]
        found = re.search(
            r"最后一个隐藏层的梯度是 (\S+?)，输入层是 (\S+?)，为前者的 (\S+?) 倍，\D+([\d.]+)。", figure.said
        )
        assert found, figure.said
        last, first, ratio, factor = map(scientific, found.groups())
        assert (last, first) == pytest.approx((median[-2], median[0]), rel=0.06)
        assert ratio == pytest.approx(median[0] / median[-2], rel=0.06)
        assert factor == pytest.approx((median[0] / median[-2]) ** (1 / depth), abs=0.006)
    figure.press("突出显示", "Home")
    assert figure.said.startswith("ReLU，2 个隐藏层，He")


def penalised(kind: str, best: tuple[float, float], strength: float) -> np.ndarray:
    """The minimiser by proximal gradient steps (L1) or by solving the linear system (L2)."""
    if kind == "L2":
        return np.linalg.solve(HESSIAN + strength * np.eye(2), HESSIAN @ best)
    w = np.array(best)
    for _ in range(5000):
        w = w - 0.5 * HESSIAN @ (w - best)
        w = np.sign(w) * np.maximum(abs(w) - 0.5 * strength, 0)
    return w


@on("penalty-geometry")
def test_penalty_geometry_has_exact_zeros_for_l1_only(figure: Figure) -> None:
    zero = {"L1": [], "L2": []}
    for kind in ("L1", "L2"):
        figure.press("惩罚", "Home", *(["ArrowDown"] if kind == "L2" else []))
        for keys in (["Home"], ["PageUp"] * 2, ["End"]):
            before = figure.drawn()
            figure.press("强度", *keys)
            assert figure.drawn() != before
            strength, best = (
                figure.value("强度"),
                (figure.value("无惩罚的极小点 w₁"), figure.value("无惩罚的极小点 w₂")),
            )
            w = penalised(kind, best, strength)
            said = re.search(r"解 w = \((\S+), (\S+)\)。(.*?)。", figure.said)
            assert [float(said[1]), float(said[2])] == pytest.approx(list(w), abs=6e-4)
            names = [name for name, value in zip(("w₁", "w₂"), w, strict=True) if value == 0]
            assert said[3] == (f"恰好为 0 的权重：{'、'.join(names)}" if names else "没有权重恰好为 0")
            zero[kind].append(len(names))
    assert zero == {"L1": [0, 0, 2], "L2": [0, 0, 0]}


@on("penalty-geometry")
def test_penalty_geometry_optimum_is_dragged(figure: Figure) -> None:
    assert "恰好为 0 的权重：w₂" in figure.said
    figure.drawing.scroll_into_view_if_needed()
    handle = figure.root.locator(".grip").bounding_box()
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    mouse = figure.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x - 20, y - 60, steps=5)
    mouse.up()
    best = (figure.value("无惩罚的极小点 w₁"), figure.value("无惩罚的极小点 w₂"))
    assert best[0] < 1.5 and best[1] > 1.2
    w = penalised("L1", best, 0.9)
    said = re.search(r"解 w = \((\S+), (\S+)\)", figure.said)
    assert [float(said[1]), float(said[2])] == pytest.approx(list(w), abs=6e-4)


@pytest.mark.parametrize(("name", "label"), [("activation", "输入"), ("penalty-geometry", "无惩罚的极小点 w₁")])
def test_a_finger_drags_all_the_way(site: Path, browser: Browser, name: str, label: str) -> None:
    figure, trouble = open_figure(browser, site, name, has_touch=True, viewport=PHONE)
    page = figure.page
    figure.drawing.scroll_into_view_if_needed()
    grip = figure.root.locator(".grip").bounding_box()
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    start = figure.value(label)
    for step in range(1, 11):
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x - 8 * step, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    svg = figure.drawing.locator("svg").first
    moved = svg.evaluate("svg => 80 / (svg.scale('x').apply(1) - svg.scale('x').apply(0))")
    assert start - figure.value(label) == pytest.approx(moved, abs=0.1)
    assert trouble == []
    page.close()


def moments(said: str) -> tuple[float, float, float, float]:
    found = re.search(r"均值 (\S+)（理论 (\S+)），方差 (\S+)（理论 (\S+)）", said)
    return tuple(map(float, found.groups()))


@on("dropout-mask")
def test_dropout_mask_agrees_with_theory(figure: Figure) -> None:
    mean, want_mean, variance, want_variance = moments(figure.said)
    assert (want_mean, want_variance) == (3, 11)
    before = figure.drawn()
    figure.press("丢弃率", *["ArrowRight"] * 6)
    assert figure.drawn() != before
    p = figure.value("丢弃率")
    assert p == 0.8
    assert figure.drawing.locator("svg").first.locator("rect").count() == 100
    figure.button("再抽 1000 次")
    mean, want_mean, variance, want_variance = moments(figure.said)
    assert (want_mean, want_variance) == pytest.approx((3, 1 + p / (1 - p) * 10))
    assert mean == pytest.approx(3, abs=4 * math.sqrt(want_variance / 100_100))
    assert variance == pytest.approx(want_variance, rel=0.02)
    figure.press("保留的值", "Space")
    mean, want_mean, variance, want_variance = moments(figure.said)
    assert (want_mean, want_variance) == pytest.approx((3 * (1 - p), (1 - p) * 10 - (3 * (1 - p)) ** 2), abs=6e-3)
    assert (mean, variance) == pytest.approx((want_mean, want_variance), rel=0.03)
    before = figure.drawn()
    figure.button("重抽一次")
    assert "抽 1 次" in figure.said and figure.drawn() != before
    figure.press("丢弃率", "Home")
    assert moments(figure.said) == (3, 3, 1, 1)


@on("dead-map")
def test_dead_map_counts_the_dead(figure: Figure) -> None:
    data = data_of("dead-map")
    for setting, name in enumerate(data["runs"]):
        figure.press("优化器", "Home", *["ArrowDown"] * setting)
        for key, index in (("Home", 0), ("End", -1)):
            figure.press("训练到", key)
            frame = data["runs"][name][index]
            layers = [frame[k : k + 100] for k in (0, 100, 200)]
            dead, nearly = ("、".join(str(layer.count(state)) for layer in layers) for state in "21")
            assert f"第 {data['steps'][index]} 步" in figure.said
            assert figure.said.endswith(f"三层各死了 {dead} 个，濒死 {nearly} 个。")
            cells = figure.drawing.locator("svg").first.locator("g.dead rect, g[class*=dead] rect")
            assert cells.count() == frame.count("2")


@on("dead-map")
def test_dead_map_plays_and_pauses(figure: Figure) -> None:
    figure.press("训练到", "Home")
    figure.button("播放")
    figure.page.wait_for_function("document.querySelector('[data-figure] input[type=range]').value >= 3")
    assert figure.root.locator(".said").get_attribute("aria-live") == "off"
    figure.button("暂停")
    held = figure.value("训练到")
    figure.page.wait_for_timeout(800)
    assert figure.value("训练到") == held
    assert figure.root.locator(".said").get_attribute("aria-live") == "polite"


def test_dead_map_moves_by_click_only_when_motion_is_not_wanted(site: Path, browser: Browser) -> None:
    figure, _ = open_figure(browser, site, "dead-map", reduced_motion="reduce")
    figure.press("训练到", "Home")
    figure.button("下一步")
    figure.page.wait_for_timeout(900)
    assert figure.value("训练到") == 1
    figure.page.close()


# --------------------------------------------------------------------------- the data


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABKIT_PROGRESS", "0")


def test_gradient_data_are_what_the_lab_measures() -> None:
    kept = data_of("gradient-depth")
    again = runs.gradients([1, 20])
    assert set(again) == set(kept)
    for key, depths in again.items():
        assert set(kept[key]) == {str(depth) for depth in range(1, 21)}
        for depth, bands in depths.items():
            assert len(bands[0]) == int(depth) + 2
            assert np.allclose(np.log(kept[key][depth]), np.log(bands), atol=0.05), (key, depth)


def test_dead_map_data_are_what_the_lab_measures() -> None:
    kept = data_of("dead-map")
    again = runs.deaths([("Adam", 0.05), ("SGD", 0.05)], epochs=1)
    assert again["epoch"] == kept["epoch"]
    assert again["steps"] == kept["steps"][: len(again["steps"])]
    for key, frames in again["runs"].items():
        before, now = ([list(frame) for frame in each[:9]] for each in (kept["runs"][key], frames))
        assert np.mean(np.array(before) == np.array(now)) > 0.98, key
        assert {len(frame) for frame in kept["runs"][key]} == {300}


# --------------------------------------------------------------------------- the directive


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("```{explorable} nothing\nA caption.\n\nWhat it shows.\n```", "没有名为 nothing 的可操作插图"),
        ("```{explorable} activation\nA caption.\n```", "可操作插图 activation 没有文字替代"),
    ],
)
def test_directive_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: str, message: str
) -> None:
    (tmp_path / "index.md").write_text(f"# Page\n\n{block}\n", "utf-8")
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    warnings = tmp_path / "warnings.txt"
    with warnings.open("w", encoding="utf-8") as stream:
        out = tmp_path / "out"
        settings = {"extensions": ["myst_parser", "explorable"]}
        Sphinx(tmp_path, None, out, out, "html", settings, status=None, warning=stream).build()
    assert message in warnings.read_text("utf-8")
