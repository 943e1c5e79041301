"""实验 3 的常见错误：检查没通过时，用来告诉你它像哪一种。"""

import math

import torch

import labkit

table = labkit.Misconceptions()


def _network(Network, name, biases, scale=0.0, inputs=100):
    """权重是 scale 倍单位阵的网络；biases 按层的名字给出每一层的偏置。"""
    model = Network(inputs, 3, name, len(biases) - 1)
    with torch.no_grad():
        for key, bias in biases.items():
            layer = model.get_submodule(key)
            layer.weight.copy_(scale * torch.eye(*layer.weight.shape))
            layer.bias.fill_(bias)
    return model


def _call(function, *arguments):
    """在梯度开着的时候调用，用完恢复梯度开关。"""
    with torch.enable_grad():
        return function(*arguments)


def _fails(function, *arguments):
    try:
        _call(function, *arguments)
    except Exception:
        return True
    return False


# --------------------------------------------------------------------------- hidden_activations


def _levels(hidden_activations, model):
    """输入全是 0、样本之间没有差别时，每个激活的第一个数。"""
    return [float(h.flatten()[0]) for h in _call(hidden_activations, model, torch.zeros(2, 100))]


def _one_two_three(hidden_activations, Network):
    """权重全为 0、偏置依次为 1、2、3 的 ReLU 网络。"""
    return _levels(hidden_activations, _network(Network, "relu", {"input_layer": 1, "layers.0": 2, "layers.1": 3}))


def _after(function, Network, prepare=lambda model: None):
    """准备好一个网络，调用一次，返回这个网络。"""
    model = Network(4, 3, "tanh", 2)
    prepare(model)
    _call(function, model, torch.ones(2, 4))
    return model


@table.add(
    "hidden_activations",
    seen="返回的是元组（tuple）",
    think="要求的容器是 list。边走边收集时，哪一种容器可以往后添加？",
)
def in_a_tuple(hidden_activations, Network):
    return type(_call(hidden_activations, Network(4, 3, "relu", 1), torch.ones(2, 4))).__name__ == "tuple"


@table.add(
    "hidden_activations",
    seen="返回的是一个叠起来的大张量，而不是列表",
    think="要求一次激活对应列表里的一个张量。最后那一步叠起来，有必要吗？",
)
def in_one_tensor(hidden_activations, Network):
    return isinstance(_call(hidden_activations, Network(4, 3, "relu", 1), torch.ones(2, 4)), torch.Tensor)


@table.add(
    "hidden_activations",
    seen="再调用一次之后，上一次返回的列表或张量变了",
    think="两次调用共用了什么？写在函数外面的、写在默认参数里的东西，会一直留着。",
)
def buffer_kept_between_calls(hidden_activations, Network):
    model = Network(4, 3, "tanh", 1)
    first = _call(hidden_activations, model, torch.zeros(2, 4))
    then = [h.clone() for h in first]
    _call(hidden_activations, model, torch.ones(2, 4))
    return len(first) != len(then) or not all(torch.equal(a, b) for a, b in zip(first, then, strict=True))


@table.add(
    "hidden_activations",
    seen="三层的偏置依次是 1、2、3、输入是 0 时，列表里多出了最前面的 0：输入 x 也被收了进来",
    think="x 是激活函数的输出吗？",
)
def input_included(hidden_activations, Network):
    return _one_two_three(hidden_activations, Network) == [0, 1, 2, 3]


@table.add(
    "hidden_activations",
    seen="num_layers = 2 的网络得到 4 个张量，最后一个来自 output_layer",
    think="output_layer 的输出是 logits，它后面有没有激活函数？",
)
def output_included(hidden_activations, Network):
    levels = _one_two_three(hidden_activations, Network)
    return len(levels) == 4 and levels[:3] == [1, 2, 3]


@table.add(
    "hidden_activations",
    seen="三层的偏置依次是 1、2、3 时，只得到 2 和 3，缺了 input_layer 之后的激活",
    think="数一数 forward 里一共激活了几次，第一次发生在哪里？",
)
def input_layer_missing(hidden_activations, Network):
    return _one_two_three(hidden_activations, Network) == [2, 3]


@table.add(
    "hidden_activations",
    seen="三层的偏置按前向的顺序是 1、2、3 时，得到的次序是 2、3、1：input_layer 排到了最后",
    think="按 modules() 或 parameters() 遍历，先遇到的是先登记的层。登记的先后和数据走过的先后一样吗？",
)
def registration_order(hidden_activations, Network):
    return _one_two_three(hidden_activations, Network) == [2, 3, 1]


@table.add(
    "hidden_activations",
    seen="三层的偏置按前向的顺序是 1、2、3 时，得到的次序是 3、2、1",
    think="数据最先走过的那一层，它的激活应当在列表的哪一头？",
)
def back_to_front(hidden_activations, Network):
    return _one_two_three(hidden_activations, Network) == [3, 2, 1]


@table.add(
    "hidden_activations",
    seen="ReLU 网络里，每一个张量都出现了负数：收集的是激活之前的值",
    think="ReLU 之后的值可能是负数吗？收进列表的那一行，在激活的前面还是后面？",
)
def preactivations(hidden_activations, Network):
    levels = _levels(hidden_activations, _network(Network, "relu", {"input_layer": -1, "layers.0": -2}))
    return levels == [-1, -2]


@table.add(
    "hidden_activations",
    seen="ReLU 网络里，第 1 个张量有负数，后面的没有：input_layer 之后没有激活",
    think="对照 forward：input_layer 的输出直接送进下一层了吗？",
)
def input_layer_not_activated(hidden_activations, Network):
    levels = _levels(hidden_activations, _network(Network, "relu", {"input_layer": -1, "layers.0": -2}))
    return levels[0] == -1 and levels[1] != -2


@table.add(
    "hidden_activations",
    seen="ReLU 网络里，第 1 个激活已经是 0，第 2 层算出来的却像是收到了一个负数",
    think="收进列表的是激活以后的值；往下一层送的那个变量，是激活以前的还是以后的？",
)
def activation_not_fed_on(hidden_activations, Network):
    levels = _levels(hidden_activations, _network(Network, "relu", {"input_layer": -5, "layers.0": 3}, 1))
    return levels == [0, 0] and _one_two_three(hidden_activations, Network) == [1, 2, 3]


@table.add(
    "hidden_activations",
    seen="每层都把收到的数加上自己的偏置 1、10、100 时，最后得到 101：它没有收到上一层的输出",
    think="循环里每走一层，送给下一层的变量有没有更新？",
)
def every_layer_from_input(hidden_activations, Network):
    biases = {"input_layer": 1, "layers.0": 10, "layers.1": 100}
    return _levels(hidden_activations, _network(Network, "relu", biases, 1))[-1] == 101


@table.add(
    "hidden_activations",
    seen="tanh 网络里，偏置是 −1 时得到 0：像是用了 ReLU",
    think="这个网络用哪个激活函数，记在模型的哪个属性里？",
)
def always_relu(hidden_activations, Network):
    levels = _levels(hidden_activations, _network(Network, "tanh", {"input_layer": -1}))
    return levels == [0] and _one_two_three(hidden_activations, Network) == [1, 2, 3]


@table.add(
    "hidden_activations",
    seen="Sigmoid 网络里，激活之前是 0，得到的值却大于 0.6：像是激活了两次",
    think="从线性层出来到收进列表，激活函数一共被调用了几次？ReLU 做两次看不出来，换成 Sigmoid 呢？",
)
def activated_twice(hidden_activations, Network):
    return 0.6 < _levels(hidden_activations, _network(Network, "sigmoid", {"input_layer": 0}))[0] < 0.65


@table.add(
    "hidden_activations",
    seen="返回的张量里有 requires_grad 为 True 的，计算图被留了下来",
    think="前向计算时 PyTorch 默认在记账。怎样让这一段、而且整段都不记账？",
)
def keeps_graph(hidden_activations, Network):
    return any(h.requires_grad for h in _call(hidden_activations, Network(4, 3, "relu", 1), torch.ones(2, 4)))


@table.add(
    "hidden_activations",
    seen="x 自己 requires_grad 时，返回的张量还带着计算图",
    think="只冻结参数，能挡住从 x 那一头来的计算图吗？",
)
def graph_from_x(hidden_activations, Network):
    x = torch.ones(2, 4, requires_grad=True)
    return any(h.requires_grad for h in _call(hidden_activations, Network(4, 3, "relu", 1), x))


@table.add(
    "hidden_activations",
    seen="调用之后，模型的权重（数值或 dtype）变了",
    think="听诊器只听，不动手术。哪一行写进了模型的参数？",
)
def weights_zeroed(hidden_activations, Network):
    model = Network(4, 3, "tanh", 2)
    old = [p.detach().clone() for p in model.parameters()]
    _call(hidden_activations, model, torch.ones(2, 4))
    return any(p.dtype != q.dtype or not torch.equal(p, q) for p, q in zip(model.parameters(), old, strict=True))


@table.add(
    "hidden_activations",
    seen="调用之前模型在训练模式，调用之后变成了评估模式",
    think="这个网络里有没有哪一层，在两种模式下算出来的不一样？如果没有，需要切换吗？",
)
def left_in_eval(hidden_activations, Network):
    return not _after(hidden_activations, Network).training


@table.add(
    "hidden_activations",
    seen="有一个子模块原来单独在评估模式，调用之后它的模式变了",
    think="对整个模型调用 train 或 eval，会影响它里面的每一个子模块。只记住最外层的模式，够恢复吗？",
)
def mode_of_root_only(hidden_activations, Network):
    return _after(hidden_activations, Network, lambda model: model.output_layer.eval()).output_layer.training


@table.add(
    "hidden_activations",
    seen="调用之后，参数的 requires_grad 变成了 False",
    think="冻结参数是改模型。除了改模型，还有什么办法让一段计算不记账？",
)
def requires_grad_off(hidden_activations, Network):
    return not any(p.requires_grad for p in _after(hidden_activations, Network).parameters())


@table.add(
    "hidden_activations",
    seen="原来冻结的参数，调用之后变成了可训练的",
    think="一律设成 True，是恢复到调用之前的样子吗？",
)
def requires_grad_all_on(hidden_activations, Network):
    model = _after(hidden_activations, Network, lambda model: model.input_layer.requires_grad_(False))
    return model.input_layer.weight.requires_grad


@table.add(
    "hidden_activations",
    seen="调用之后，模型上还留着调用时装上的钩子",
    think="register_forward_hook 返回的句柄有什么用？如果不取下，再调用十次会怎样？",
)
def hooks_left(hidden_activations, Network):
    model = _after(hidden_activations, Network)
    return any(part._forward_hooks or part._forward_pre_hooks for part in model.modules())


@table.add(
    "hidden_activations",
    seen="模型上原来别人装的钩子，调用之后不见了",
    think="清空一个模块所有的钩子，和取下自己装的那一个，有什么区别？",
)
def hooks_cleared(hidden_activations, Network):
    def prepare(model):
        model.input_layer.register_forward_hook(lambda module, args, output: None)

    return not _after(hidden_activations, Network, prepare).input_layer._forward_hooks


@table.add(
    "hidden_activations",
    seen="调用之后，model.activation 已经不是原来的那个函数",
    think="借用之后要归还：在哪里把它换回来，才能保证一定会执行？",
)
def recorder_left(hidden_activations, Network):
    return _after(hidden_activations, Network).activation is not Network(4, 3, "tanh", 2).activation


@table.add(
    "hidden_activations",
    seen="调用之前梯度开着，调用之后却关着",
    think="后面的训练会怎样？有没有一种写法，离开那一段代码时自动恢复？",
)
def grad_mode_left_off(hidden_activations, Network):
    with torch.enable_grad():
        hidden_activations(Network(4, 3, "relu", 1), torch.ones(2, 4))
        return not torch.is_grad_enabled()


@table.add(
    "hidden_activations",
    seen="调用之前梯度关着，调用之后却开了",
    think="最后一律打开，是“恢复”吗？如果别人正在一段不记录梯度的代码里调用你的函数呢？",
)
def grad_mode_forced_on(hidden_activations, Network):
    with torch.no_grad():
        hidden_activations(Network(4, 3, "relu", 1), torch.ones(2, 4))
        return torch.is_grad_enabled()


# --------------------------------------------------------------------------- zero_fraction


def _three_of_ten():
    """2 行 5 列，10 个元素里有 3 个零。"""
    return torch.tensor([[0.0, 0.0, 1.0, 2.0, 3.0], [0.0, 4.0, 5.0, 6.0, 7.0]])


@table.add(
    "zero_fraction",
    seen="返回的是字符串",
    think="后面还要拿这个数去画图、求平均。怎样显示，是不是打印的时候再决定？",
)
def string(zero_fraction):
    return isinstance(zero_fraction(_three_of_ten()), str)


@table.add(
    "zero_fraction",
    seen="2 行 5 列的张量得到了好几个数",
    think="整个张量只有一个比例。求平均时指定了某一维，其余的维呢？",
)
def mean_over_dim(zero_fraction):
    value = zero_fraction(_three_of_ten())
    return isinstance(value, torch.Tensor) and value.numel() > 1


@table.add(
    "zero_fraction",
    seen="只有一个数，但它是 torch 张量",
    think="怎样从只有一个元素的张量里取出 Python 的数？",
)
def tensor(zero_fraction):
    return isinstance(zero_fraction(_three_of_ten()), torch.Tensor)


@table.add(
    "zero_fraction",
    seen="10 个元素里有 3 个零时，得到 30",
    think="要求的结果在 0 到 1 之间。百分号留给打印的时候：同一个数，不乘 100 应当写成多少？",
)
def percent(zero_fraction):
    return math.isclose(zero_fraction(_three_of_ten()), 30, rel_tol=1e-5)


@table.add(
    "zero_fraction",
    seen="10 个元素里有 3 个零时，得到 3",
    think="这是零的个数。怎样变成比例？",
)
def count(zero_fraction):
    return zero_fraction(_three_of_ten()) == 3


@table.add(
    "zero_fraction",
    seen="10 个元素里有 3 个零时，得到 0.7",
    think="你数的是零，还是不是零的？",
)
def nonzero_share(zero_fraction):
    return math.isclose(zero_fraction(_three_of_ten()), 0.7, rel_tol=1e-5)


@table.add(
    "zero_fraction",
    seen="2 行 5 列、3 个零时，得到 1.5：除以了行数",
    think="比例的分母是元素的总数。对二维张量，len 数的是什么？",
)
def divided_by_rows(zero_fraction):
    return zero_fraction(_three_of_ten()) == 1.5


@table.add(
    "zero_fraction",
    seen="2 行 5 列、3 个零时得到 0.2，正好是整列都是零的列所占的比例",
    think="这一题看的是格子，不是列。整列都没有反应的单元，是下一个练习要问的。",
)
def dead_columns(zero_fraction):
    return math.isclose(zero_fraction(_three_of_ten()), 0.2, rel_tol=1e-5)


@table.add(
    "zero_fraction",
    seen="2 行 5 列、3 个零时得到 2.8，正好是所有元素的平均",
    think="求平均的对象应当是“是不是零”，而不是元素自己的值。",
)
def sum_of_values(zero_fraction):
    return math.isclose(zero_fraction(_three_of_ten()), 2.8, rel_tol=1e-5)


@table.add(
    "zero_fraction",
    seen="一半是零时得到 0，全是零时得到 1",
    think="整数的除法 // 会丢掉什么？",
)
def integer_division(zero_fraction):
    return zero_fraction(torch.tensor([[0.0, 0.0], [1.0, 2.0]])) == 0 and zero_fraction(torch.zeros(2)) == 1


@table.add(
    "zero_fraction",
    seen="没有零或全是零时，返回的是整数",
    think="0 和 0.0、1 和 1.0 在 Python 里是同一种类型吗？",
)
def int_at_ends(zero_fraction):
    return any(type(zero_fraction(x)) is int for x in (torch.ones(4), torch.zeros(4)))


@table.add(
    "zero_fraction",
    seen="张量里有负数时，比例偏大：负数也被算作了零",
    think="tanh 和 LeakyReLU 的输出可以是负数，它们停下来了吗？要找的是哪一个数？",
)
def not_positive(zero_fraction):
    return zero_fraction(torch.tensor([-1.0, -2.0, 0.0, 3.0])) == 0.75


@table.add(
    "zero_fraction",
    seen="0.0000000001 这样很小的数也被算作了零",
    think="ReLU 关上门时给出的是不折不扣的 0。这里需要容差吗？",
)
def tolerance(zero_fraction):
    return zero_fraction(torch.tensor([1e-10, 0.0, 3.0, 4.0])) == 0.5


@table.add(
    "zero_fraction",
    seen="float64 张量里很小的数（约 10 的 −300 次方）被算作了零",
    think="换成 float32 的时候，这样小的数会变成什么？有必要换吗？",
)
def float32_first(zero_fraction):
    return zero_fraction(torch.tensor([1e-300, 0.0, 3.0, 4.0], dtype=torch.float64)) == 0.5


@table.add(
    "zero_fraction",
    seen="张量在内存里连续时可以，转置以后会出错",
    think="view 对内存的排列有要求。有没有不挑排列的办法？",
)
def view_not_contiguous(zero_fraction):
    return not _fails(zero_fraction, _three_of_ten()) and _fails(zero_fraction, _three_of_ten().t())


@table.add(
    "zero_fraction",
    seen="2 维的张量可以，1 维的张量会出错",
    think="元素的总数，有没有一种不关心维数的数法？",
)
def two_dims_only(zero_fraction):
    return not _fails(zero_fraction, _three_of_ten()) and _fails(zero_fraction, torch.ones(3))


# --------------------------------------------------------------------------- dead_neurons


def _first():
    return torch.tensor([[1.0, 0.0]])


def _second():
    return torch.tensor([[0.0, 3.0]])


def _two_kinds(Network, name="relu", num_layers=0):
    """前 50 个单元只对第 1 个输入有反应，后面 40 个只对第 2 个输入有反应，最后 10 个的偏置是 −5；其余各层照抄。"""
    keys = ["input_layer", *(f"layers.{i}" for i in range(num_layers))]
    model = _network(Network, name, dict.fromkeys(keys, 0.0), 1.0, inputs=2)
    with torch.no_grad():
        model.input_layer.weight[:50] = torch.tensor([1.0, 0.0])
        model.input_layer.weight[50:] = torch.tensor([0.0, 1.0])
        model.input_layer.bias[90:] = -5.0
    return model


def _judged(dead_neurons, model, batches, layer=0):
    """三类单元各自的判断：三个都一致的类给出 True 或 False，不一致的给出 None。"""
    flags = _call(dead_neurons, model, batches)[layer].bool().reshape(100)
    return [bool(part[0]) if len(set(part.tolist())) == 1 else None for part in (flags[:50], flags[50:90], flags[90:])]


def _uniform(dead_neurons, Network, name, bias, scale, rows):
    """一个输入的网络，每个单元的权重是 scale、偏置是 bias；rows 是每个样本的输入。返回第 1 个单元的判断。"""
    model = Network(1, 3, name, 0)
    with torch.no_grad():
        model.input_layer.weight.fill_(scale)
        model.input_layer.bias.fill_(bias)
    return bool(_call(dead_neurons, model, [torch.tensor(rows).reshape(-1, 1)])[0].flatten()[0])


def _kind(dead_neurons, Network):
    return _call(dead_neurons, _two_kinds(Network), [torch.cat([_first(), _second()])])


@table.add(
    "dead_neurons",
    seen="列表里是数，不是张量：给出的像是每一层死亡的比例",
    think="这里要的是名单：每一个单元是死是活。比例可以由名单算出来，反过来呢？",
)
def dead_share(dead_neurons, Network):
    return isinstance(_kind(dead_neurons, Network)[0], float)


@table.add(
    "dead_neurons",
    seen="num_layers = 1 的网络只得到 1 个元素",
    think="这个网络里有几次激活？每一次都要判断。",
)
def last_layer_only(dead_neurons, Network):
    return len(_call(dead_neurons, _two_kinds(Network, num_layers=1), [_first()])) == 1


@table.add(
    "dead_neurons",
    seen="2 个样本、100 个单元时，得到的形状是 (2, 100)：每个零都被单独判断，没有把样本合起来",
    think="“这一次输出 0”和“死亡”是一回事吗？一个单元要对多少个样本都输出 0 才算死亡？",
)
def zero_elements(dead_neurons, Network):
    return _kind(dead_neurons, Network)[0].shape == (2, 100)


@table.add(
    "dead_neurons",
    seen="2 个样本、100 个单元时，得到的形状是 (2,)：判断的是样本，不是单元",
    think="张量的哪一维是样本，哪一维是单元？合并以后应当留下哪一维？",
)
def over_units(dead_neurons, Network):
    return _kind(dead_neurons, Network)[0].shape == (2,)


@table.add(
    "dead_neurons",
    seen="一直有反应的单元得到 True，从不反应的单元得到 False",
    think="题目里 True 表示什么？",
)
def inverted(dead_neurons, Network):
    return _judged(dead_neurons, _two_kinds(Network), [torch.cat([_first(), _second()])]) == [True, True, False]


@table.add(
    "dead_neurons",
    seen="判断的结果是数（0 和 1），dtype 不是 torch.bool",
    think="“是或不是”在 PyTorch 里有专门的 dtype；哪一步把它变成了数？",
)
def float_flags(dead_neurons, Network):
    flags = _kind(dead_neurons, Network)[0]
    return isinstance(flags, torch.Tensor) and flags.shape == (100,) and flags.dtype != torch.bool


@table.add(
    "dead_neurons",
    seen="先判断一个活着的网络，再判断一个输出全是 0 的网络，后者也被判为活着：上一次的记录留了下来",
    think="记录写在函数的里面还是外面？每次调用都应当从头开始。",
)
def kept_between_calls(dead_neurons, Network):
    _uniform(dead_neurons, Network, "relu", 1.0, 0.0, [1.0])
    return not _uniform(dead_neurons, Network, "relu", 0.0, 0.0, [1.0])


@table.add(
    "dead_neurons",
    seen="偏置是 −5 的 ReLU 单元从不开门，却被判为活着：像是看了激活之前的值",
    think="负的 z 经过 ReLU 以后是多少？判断的应当是哪一个？",
)
def preactivation(dead_neurons, Network):
    return _judged(dead_neurons, _two_kinds(Network), [torch.ones(1, 2)]) == [False, False, False]


@table.add(
    "dead_neurons",
    seen="同一批里，对一个样本有反应、对另一个样本输出 0 的单元被判为死亡",
    think="死亡的意思是“有一个样本是 0”，还是“每一个样本都是 0”？any 和 all 各是哪一种？",
)
def one_zero_is_dead(dead_neurons, Network):
    return _judged(dead_neurons, _two_kinds(Network), [torch.cat([_first(), _second()])])[:2] == [True, True]


@table.add(
    "dead_neurons",
    seen="在两批里各有一批有反应的单元，都被判为死亡",
    think="这一批里沉默，能说明它在别的批里也沉默吗？批与批之间应当怎样合并？",
)
def dead_in_any_batch(dead_neurons, Network):
    return _judged(dead_neurons, _two_kinds(Network), [_first(), _second()])[:2] == [True, True]


@table.add(
    "dead_neurons",
    seen="有两批数据时，只在第二批里有反应的单元被判为死亡",
    think="后面的批看过了吗？在看完所有的批之前，能不能下结论？",
)
def first_batch_only(dead_neurons, Network):
    return _judged(dead_neurons, _two_kinds(Network), [_first(), _second()])[:2] == [False, True]


@table.add(
    "dead_neurons",
    seen="有两批数据时，只在第一批里有反应的单元被判为死亡",
    think="循环每走一批，前面各批的结果还在吗？",
)
def last_batch_only(dead_neurons, Network):
    return _judged(dead_neurons, _two_kinds(Network), [_first(), _second()])[:2] == [True, False]


@table.add(
    "dead_neurons",
    seen="最后一批比较小时，只在那一批里有反应的单元被判为死亡",
    think="不满的一批里也有样本。为什么不看它？",
)
def last_small_dropped(dead_neurons, Network):
    return _judged(dead_neurons, _two_kinds(Network), [_first().repeat(2, 1), _second()])[:2] == [False, True]


@table.add(
    "dead_neurons",
    seen="各批一样大时可以，大小不同时会出错",
    think="大小不同的批，能叠成一个多一维的张量吗？需要叠吗？",
)
def equal_batches(dead_neurons, Network):
    model = _two_kinds(Network)
    unequal = [_first().repeat(2, 1), _second()]
    return not _fails(dead_neurons, model, [_first(), _second()]) and _fails(dead_neurons, model, unequal)


@table.add(
    "dead_neurons",
    seen="batches 是列表时可以，是生成器时会出错",
    think="生成器没有长度，也不能用下标取。只靠一个 for 循环，够不够？",
)
def len_of_batches(dead_neurons, Network):
    model = _two_kinds(Network)
    once = (x for x in [_first(), _second()])
    return not _fails(dead_neurons, model, [_first(), _second()]) and _fails(dead_neurons, model, once)


@table.add(
    "dead_neurons",
    seen="batches 是生成器时，只在第一批里有反应的单元被判为死亡；是列表时却对",
    think="先取一批出来看看，生成器就少了一批。那一批算进去了吗？",
)
def peeks_first(dead_neurons, Network):
    return _judged(dead_neurons, _two_kinds(Network), (x for x in [_first(), _second()]))[:2] == [True, False]


@table.add(
    "dead_neurons",
    seen="batches 是生成器时，第 1 个激活判断得对，第 2 个激活的单元全部被判为死亡",
    think="你对 batches 一共遍历了几遍？生成器走完一遍以后，再走一遍会得到什么？",
)
def consumed_per_layer(dead_neurons, Network):
    model = _two_kinds(Network, num_layers=1)
    layers = [_judged(dead_neurons, model, (x for x in [_first(), _second()]), layer)[:2] for layer in (0, 1)]
    return layers == [[False, False], [True, True]]


@table.add(
    "dead_neurons",
    seen="第 1 层全部活着、第 2 层全部死亡的网络，得到的次序正好相反",
    think="列表的第一个元素应当是哪一层的？登记的先后和数据走过的先后一样吗？",
)
def flags_in_registration_order(dead_neurons, Network):
    model = _network(Network, "relu", {"input_layer": 1, "layers.0": -1})
    layers = [_judged(dead_neurons, model, [torch.zeros(2, 100)], layer) for layer in (0, 1)]
    return layers == [[True] * 3, [False] * 3]


@table.add(
    "dead_neurons",
    seen="第 1 层输出全是 0、第 2 层的偏置是 3 时，第 2 层却被判为死亡：它像是收到了负数",
    think="自己走前向时，送给下一层的是激活以前的值还是以后的值？能不能用上练习 1 的函数？",
)
def no_activation_between(dead_neurons, Network):
    x = torch.rand(5, 100)
    closed, opened = (_network(Network, "relu", {"input_layer": bias, "layers.0": 3}, 1.0) for bias in (-5, 0))
    constant = _uniform(dead_neurons, Network, "relu", 1.0, 0.0, [1.0, 1.0])
    dead = [bool(_call(dead_neurons, model, [x])[1].all()) for model in (closed, opened)]
    return dead == [True, False] and not constant


@table.add(
    "dead_neurons",
    seen="一直输出负数的 LeakyReLU 单元被判为死亡",
    think="它的输出随输入变化，也有梯度。定义里说的是“不是 0”，还是“大于 0”？",
)
def negative_is_dead(dead_neurons, Network):
    return _uniform(dead_neurons, Network, "leaky_relu", 0.0, -1.0, [1.0, 2.0])


@table.add(
    "dead_neurons",
    seen="LeakyReLU 单元的输出有时是 0、有时是负数，被判为死亡",
    think="最大值是 0，能说明每一个值都是 0 吗？",
)
def max_is_zero(dead_neurons, Network):
    return _uniform(dead_neurons, Network, "leaky_relu", 0.0, 1.0, [-1.0, 0.0])


@table.add(
    "dead_neurons",
    seen="tanh 单元对一个样本是正数、对另一个样本是同样大的负数，被判为死亡",
    think="把一列加起来或者求平均，正负会怎样？",
)
def mean_is_zero(dead_neurons, Network):
    return _uniform(dead_neurons, Network, "tanh", 0.0, 1.0, [1.0, -1.0])


@table.add(
    "dead_neurons",
    seen="输出很小（约 10 的 −15 次方）但不是 0 的 ReLU 单元被判为死亡",
    think="ReLU 关上门时给出的是不折不扣的 0，这里需要容差吗？",
)
def small_is_dead(dead_neurons, Network):
    return _uniform(dead_neurons, Network, "relu", 0.0, 1e-15, [1.0, -1.0])


@table.add(
    "dead_neurons",
    seen="200 个样本里只对 1 个有反应的单元被判为死亡",
    think="“绝大多数样本上是 0”叫稀疏。死亡的定义里，允许有一个例外吗？",
)
def mostly_zero(dead_neurons, Network):
    return _uniform(dead_neurons, Network, "relu", 0.0, 1.0, [1.0, *[-1.0] * 199])


@table.add(
    "dead_neurons",
    seen="对每个样本都输出 NaN 的单元被判为活着",
    think="NaN 与 0 比较，结果是什么？按定义，NaN 算不算反应？",
)
def nan_is_alive(dead_neurons, Network):
    return not _uniform(dead_neurons, Network, "relu", math.nan, 1.0, [1.0, 2.0])


@table.add(
    "dead_neurons",
    seen="对一个样本输出 NaN、对另一个样本有正常反应的单元被判为死亡",
    think="NaN 只是“不算反应”。别的样本上的反应还作数吗？求最大值或求和时，NaN 会怎样传染？",
)
def any_nan_is_dead(dead_neurons, Network):
    return _uniform(dead_neurons, Network, "relu", 0.0, 1.0, [1.0, math.nan])


def _after_judging(dead_neurons, Network):
    model = _two_kinds(Network, num_layers=1)
    _call(dead_neurons, model, [_first(), _second()])
    return model


@table.add(
    "dead_neurons",
    seen="调用之前模型在训练模式，调用之后变成了评估模式",
    think="练习 1 的规矩在这里也一样：听完之后，病人和听之前一样。",
)
def eval_left(dead_neurons, Network):
    return not _after_judging(dead_neurons, Network).training


@table.add(
    "dead_neurons",
    seen="调用之后，模型上还留着调用时装上的钩子",
    think="有了练习 1 的函数，还需要钩子吗？如果要用，什么时候取下？",
)
def hooks_left_behind(dead_neurons, Network):
    return any(part._forward_hooks for part in _after_judging(dead_neurons, Network).modules())


@table.add(
    "dead_neurons",
    seen="调用之后，模型的权重变了",
    think="这个函数只负责找出死亡的单元。动手术是另一件事，应当另写函数。",
)
def pruned(dead_neurons, Network):
    return not torch.equal(
        _after_judging(dead_neurons, Network).input_layer.weight, _two_kinds(Network).input_layer.weight
    )


@table.add(
    "dead_neurons",
    seen="调用之前梯度开着，调用之后却关着",
    think="有没有一种写法，离开那一段代码时自动恢复？",
)
def grad_left_off(dead_neurons, Network):
    with torch.enable_grad():
        dead_neurons(_two_kinds(Network), [_first()])
        return not torch.is_grad_enabled()
