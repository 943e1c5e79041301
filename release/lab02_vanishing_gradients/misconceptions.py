"""实验 2 的常见错误：检查没通过时，用来告诉你它像哪一种。"""

import functools

import torch
from torch import nn

import labkit

table = labkit.Misconceptions()


# --------------------------------------------------------------------------- 练习 1：network_forward

STEPS_A = ((1.0, 1.0), (2.0, 10.0))  # 每个隐藏层：一个单元收到的数 = 倍数 × 上一层的值 + 偏置
STEPS_B = ((1.0, -10.0), (-1.0, 4.0))


def hand_made(Network, name="relu", steps=STEPS_A):
    """每层的 100 个单元都相同的网络：输入层照抄输入，输出层减去 20。"""
    net = Network(1, 1, name, num_layers=len(steps))
    state = {
        "input_layer.weight": torch.ones(100, 1),
        "input_layer.bias": torch.zeros(100),
        "output_layer.weight": torch.full((1, 100), 0.01),
        "output_layer.bias": torch.tensor([-20.0]),
    }
    for i, (factor, bias) in enumerate(steps):
        state[f"layers.{i}.weight"] = torch.full((100, 100), factor / 100)
        state[f"layers.{i}.bias"] = torch.full((100,), bias)
    net.load_state_dict(state)
    return net


def outputs(Network, inputs, name="relu", steps=STEPS_A):
    """这个网络对几个数的输出，四舍五入到两位小数。"""
    y = hand_made(Network, name, steps)(torch.tensor(inputs).reshape(-1, 1))
    return [round(value, 2) + 0.0 for value in y.flatten().tolist()]


def runs(function, *arguments):
    """能不能运行到底。"""
    try:
        function(*arguments)
    except Exception:
        return False
    return True


def scores(Network, training=True):
    """一个三分类网络对 7 个样本的输出。"""
    net = Network(4, 3, "tanh", num_layers=2)
    net.train(training)
    return net(torch.randn(7, 4))


@table.add("network_forward", seen="forward 返回的是 None", think="算出来的结果，最后交给调用它的人了吗？")
def forgot_return(Network):
    return scores(Network) is None


@table.add(
    "network_forward",
    seen="输入有 4 维时报错，输入恰好 100 维时却能运行",
    think="构造函数里谁先登记，不等于数据先流过谁。哪一层能接住 input_dim 维的输入？",
)
def registration_order(Network):
    return runs(Network(100, 3, "relu", 2), torch.randn(2, 100)) and not runs(
        Network(4, 3, "relu", 2), torch.randn(2, 4)
    )


@table.add(
    "network_forward",
    seen="num_layers = 5 时能运行，num_layers = 2 时报错",
    think="隐藏层的个数由 num_layers 决定；不知道有几层，怎样才能一层不多、一层不少地走完？",
)
def fixed_depth(Network):
    x = torch.randn(2, 4)
    return runs(Network(4, 3, "relu", 5), x) and not runs(Network(4, 3, "relu", 2), x)


@table.add(
    "network_forward",
    seen="有隐藏层时能运行，num_layers = 0 时报错",
    think="layers 是空的时候，你的代码还会去取其中的某一层吗？",
)
def depth_zero(Network):
    x = torch.randn(2, 4)
    return runs(Network(4, 3, "relu", 2), x) and not runs(Network(4, 3, "relu", 0), x)


@table.add(
    "network_forward",
    seen="评估模式下，每一行的输出都不小于 0，加起来是 1；训练模式下不是这样",
    think="这里要的是 logits，两种模式都一样。谁来把它变成概率，在哪里变？",
)
def softmax_in_eval(Network):
    total = scores(Network, training=False).sum(1)
    return torch.allclose(total, torch.ones(7)) and not torch.allclose(scores(Network).sum(1), torch.ones(7))


@table.add(
    "network_forward",
    seen="每一行的输出都不小于 0，加起来是 1，已经是概率了",
    think="这里要的是 logits。稍后用的 F.cross_entropy 自己会做什么？做两次会怎样？",
)
def softmax(Network):
    y = scores(Network)
    return (y >= 0).all() and torch.allclose(y.sum(1), torch.ones(7))


@table.add(
    "network_forward",
    seen="每一行的输出取 exp 以后加起来是 1，已经是概率的对数了",
    think="这里要的是 logits。稍后用的 F.cross_entropy 自己会做什么？",
)
def log_softmax(Network):
    return torch.allclose(scores(Network).exp().sum(1), torch.ones(7))


@table.add(
    "network_forward",
    seen="用 ReLU 的网络，输出从来不是负数，本该是负的地方成了 0",
    think="logits 可正可负。数一数激活函数用了几次，最后一次在谁的后面？",
)
def output_activation(Network):
    return scores(Network).ndim == 2 and outputs(Network, [3.0, -3.0]) == [0.0, 0.0]


@table.add(
    "network_forward",
    seen="训练模式下，同样的输入算两次，输出不同",
    think="这个网络里没有随机的步骤，也不记得上一次的输入。哪一步带来了变化？",
)
def dropout_in_training(Network):
    net = Network(4, 3, "tanh", num_layers=3)
    x = torch.randn(50, 4)
    return not torch.allclose(net(x), net(x), atol=1e-6)


@table.add(
    "network_forward",
    seen="把几个输入加倍，输出恰好按直线变化，整个网络是线性的",
    think="没有激活函数，再多的线性层叠起来等于什么？激活函数该用几次，用在哪里？",
)
def no_activation(Network):
    return outputs(Network, [3.0, -3.0, 20.0], steps=STEPS_B) == [-9.0, -3.0, -26.0]


@table.add(
    "network_forward",
    seen="输入是负数时，输入层的负值原样传给了下一层",
    think="输入层的后面，数据先要经过什么，才到第一个隐藏层？",
)
def no_input_activation(Network):
    return outputs(Network, [3.0, -3.0]) == [-2.0, -10.0]


@table.add(
    "network_forward",
    seen="隐藏层算出的负数，在 ReLU 网络里原样传给了下一个隐藏层",
    think="每个隐藏层的后面各有一次激活。循环里的每一步都做全了吗？",
)
def no_hidden_activation(Network):
    return outputs(Network, [3.0, -3.0], steps=STEPS_B) == [-9.0, -6.0]


@table.add(
    "network_forward",
    seen="最后一个隐藏层算出的负数，在 ReLU 网络里原样传给了输出层",
    think="每个隐藏层的后面各有一次激活，最后一个也不例外。数一数激活函数用了几次？",
)
def no_last_activation(Network):
    return outputs(Network, [3.0, -3.0, 20.0], steps=STEPS_B) == [-16.0, -16.0, -26.0]


@table.add(
    "network_forward",
    seen="激活函数换成了别的名字，输出却一点也没有变",
    think="构造函数已经按名字选好了激活函数，存在哪个属性里？",
)
def hard_coded_activation(Network):
    found = [tuple(outputs(Network, [0.3, -0.4], name, steps=())) for name in ("relu", "sigmoid", "tanh")]
    return len(set(found)) < 3 and all(y[0] != y[1] for y in found)


@table.add(
    "network_forward",
    seen="改变隐藏层的权重，输出不变：一个隐藏层也没有走",
    think="self.layers 里的层，数据流过了哪几个？",
)
def no_hidden_layers(Network):
    return outputs(Network, [3.0, -3.0]) == outputs(Network, [3.0, -3.0], steps=STEPS_B) == [-17.0, -20.0]


@table.add(
    "network_forward",
    seen="有两个隐藏层的网络，少走了第一个",
    think="循环从第几个隐藏层开始？输入层算不算在 layers 里？",
)
def skip_first(Network):
    return outputs(Network, [3.0, -3.0]) == [-4.0, -10.0]


@table.add(
    "network_forward",
    seen="有两个隐藏层的网络，少走了最后一个",
    think="循环到第几个隐藏层为止？range 和切片包不包含右端？",
)
def skip_last(Network):
    return outputs(Network, [3.0, -3.0]) == [-16.0, -19.0]


@table.add(
    "network_forward",
    seen="两个隐藏层的权重不同，数据却两次都走了第一个",
    think="循环变量变了，循环里用的层跟着变了吗？",
)
def same_layer(Network):
    return outputs(Network, [3.0, -3.0]) == [-15.0, -18.0]


@table.add(
    "network_forward",
    seen="隐藏层是从后往前走的",
    think="前向传播时，数据先流过编号小的还是编号大的隐藏层？",
)
def reversed_layers(Network):
    return outputs(Network, [3.0, -3.0]) == [-3.0, -9.0]


@table.add(
    "network_forward",
    seen="输出和参数之间没有计算图，不能反向传播",
    think="forward 里有没有告诉 PyTorch“不用记录梯度”，或者把张量换成了别的东西？",
)
def no_grad(Network):
    return not scores(Network).requires_grad


@table.add(
    "network_forward",
    seen="反向传播以后，输出层有梯度，前面有的层却没有收到",
    think="从输出往回走，计算图在哪一步断了？",
)
def detach(Network):
    net = Network(4, 3, "tanh", num_layers=3)
    net(torch.randn(7, 4)).sum().backward()
    missing = [p.grad is None for p in net.parameters()]
    return any(missing) and net.output_layer.weight.grad is not None


# --------------------------------------------------------------------------- 练习 2：gradient_by_layer


def with_gradients(Network, depth=2, scale=1.0):
    """权重的梯度一半是 1、一半是 −5（再乘 scale），偏置的梯度是 50。"""
    net = Network(4, 2, "relu", num_layers=depth)
    for p in net.parameters():
        if p.ndim == 2:
            p.grad = torch.full_like(p, scale)
            p.grad[:, ::2] = -5 * scale
        else:
            p.grad = torch.full_like(p, 50 * scale)
    return net


def names_of(result):
    return [str(pair[0]) for pair in result]


def input_value(Network, gradient_by_layer):
    """输入层的数值；它的权重有 400 个元素。"""
    return float(dict(gradient_by_layer(with_gradients(Network)))["input_layer"])


def is_near(value, want):
    return abs(value - want) < 0.01 * abs(want)


@table.add("gradient_by_layer", seen="函数返回的是 None", think="列表做好了，最后交给调用它的人了吗？")
def printed(Network, gradient_by_layer):
    return gradient_by_layer(with_gradients(Network)) is None


@table.add(
    "gradient_by_layer",
    seen="返回的是字典，不是列表",
    think="要的是一个列表，每个元素是一对 (名字, 数值)；字典怎样变成这样的列表？",
)
def dictionary(Network, gradient_by_layer):
    return isinstance(gradient_by_layer(with_gradients(Network)), dict)


@table.add(
    "gradient_by_layer",
    seen="有梯度时能运行，有的层没有梯度时报错",
    think="还没有反向传播时，.grad 是什么？它有 abs 这样的方法吗？",
)
def crash_on_none(Network, gradient_by_layer):
    net = Network(3, 2, "relu", num_layers=2)
    return runs(gradient_by_layer, with_gradients(Network)) and not runs(gradient_by_layer, net)


@table.add(
    "gradient_by_layer",
    seen="4 层的网络还没有反向传播时，列表里不足 4 层",
    think="没有梯度的层要记作 0.0，仍然占一个位置。少了它，图上的横轴会怎样？",
)
def dropped_none(Network, gradient_by_layer):
    some = len(gradient_by_layer(with_gradients(Network)))
    return len(gradient_by_layer(Network(3, 2, "relu", num_layers=2))) < some


@table.add(
    "gradient_by_layer",
    seen="列表里有偏置",
    think="偏置的梯度和权重的梯度不是一回事，混在一起画会成锯齿。怎样只看权重？",
)
def biases_included(Network, gradient_by_layer):
    return any("bias" in name for name in names_of(gradient_by_layer(with_gradients(Network))))


@table.add("gradient_by_layer", seen="名字后面带着 .weight", think="要的是层的名字，不是参数的名字。")
def weight_suffix(Network, gradient_by_layer):
    return all(name.endswith(".weight") for name in names_of(gradient_by_layer(with_gradients(Network))))


@table.add(
    "gradient_by_layer",
    seen="两个隐藏层的名字是 layers.1 和 layers.2",
    think="ModuleList 的编号从几开始？",
)
def off_by_one_names(Network, gradient_by_layer):
    names = names_of(gradient_by_layer(with_gradients(Network)))
    return "layers.2" in names and "layers.0" not in names


@table.add(
    "gradient_by_layer",
    seen="layers.0 排在第一，input_layer 排在隐藏层之后，这是登记的顺序",
    think="数据先流过谁？在构造函数里，谁先登记？",
)
def registration_order_of_layers(Network, gradient_by_layer):
    names = names_of(gradient_by_layer(with_gradients(Network)))
    return names == ["layers.0", "layers.1", "input_layer", "output_layer"]


@table.add(
    "gradient_by_layer",
    seen="12 个隐藏层时，layers.10 排在 layers.2 之前",
    think="按名字排序，比的是字符还是数？",
)
def sorted_names(Network, gradient_by_layer):
    names = names_of(gradient_by_layer(with_gradients(Network, depth=12)))
    return names.index("layers.10") < names.index("layers.2") and names.index("layers.8") < names.index("layers.9")


@table.add(
    "gradient_by_layer",
    seen="output_layer 排在最前，input_layer 排在最后",
    think="这是反向传播的顺序。要的是哪一个方向？",
)
def reversed_order(Network, gradient_by_layer):
    names = names_of(gradient_by_layer(with_gradients(Network)))
    return names[0] == "output_layer" and names[-1] == "input_layer"


@table.add("gradient_by_layer", seen="列表里没有 output_layer", think="输出层也是一个线性层，也有权重。")
def no_output_layer(Network, gradient_by_layer):
    names = names_of(gradient_by_layer(with_gradients(Network)))
    return names[-1] == "layers.1" and "output_layer" not in names


@table.add(
    "gradient_by_layer",
    seen="数值是张量，不是 Python 的 float",
    think="只有一个元素的张量，怎样取出里面的数？",
)
def tensor_values(Network, gradient_by_layer):
    return any(isinstance(pair[1], torch.Tensor) for pair in gradient_by_layer(with_gradients(Network)))


@table.add(
    "gradient_by_layer",
    seen="把梯度都乘 10，数值不变",
    think="你量的是权重本身，还是权重的梯度？梯度存在参数的哪个属性里？",
)
def weights_not_gradients(Network, gradient_by_layer):
    net = with_gradients(Network)
    before = list(gradient_by_layer(net))
    for p in net.parameters():
        p.grad.mul_(10)
    same = gradient_by_layer(net) == before
    for p in net.parameters():
        p.data.mul_(10)
    return same and gradient_by_layer(net) != before


@table.add(
    "gradient_by_layer",
    seen="量完以后，再量一次得到的全是 0：梯度被清掉了",
    think="尺子只读数。清零是谁的事，该在什么时候做？",
)
def zeroed_afterwards(Network, gradient_by_layer):
    net = with_gradients(Network)
    gradient_by_layer(net)
    return all(value == 0 for _, value in gradient_by_layer(net))


@table.add(
    "gradient_by_layer",
    seen="量完以后，模型的 .grad 里的负数都变成了正数",
    think="名字以下划线结尾的方法会就地修改张量。尺子应当只读数。",
)
def in_place_abs(Network, gradient_by_layer):
    net = with_gradients(Network)
    gradient_by_layer(net)
    return (net.input_layer.weight.grad >= 0).all()


@table.add(
    "gradient_by_layer",
    seen="梯度一半是 1、一半是 −5 时，得到 −2",
    think="正负梯度互相抵消了。一个“大小”会是负数吗？",
)
def no_abs(Network, gradient_by_layer):
    return is_near(input_value(Network, gradient_by_layer), -2)


@table.add(
    "gradient_by_layer",
    seen="梯度一半是 1、一半是 −5 时，得到 2",
    think="先取绝对值再平均，和先平均再取绝对值，一样吗？",
)
def abs_of_mean(Network, gradient_by_layer):
    return is_near(input_value(Network, gradient_by_layer), 2)


@table.add(
    "gradient_by_layer",
    seen="400 个元素、绝对值平均是 3 的梯度，得到了 1200",
    think="这是总和。矩阵越大总和越大，两层还能比较吗？",
)
def total(Network, gradient_by_layer):
    return is_near(input_value(Network, gradient_by_layer), 1200)


@table.add(
    "gradient_by_layer",
    seen="梯度一半是 1、一半是 −5 时，得到的是平方和的平方根，即范数",
    think="范数随元素的个数变大。要的是哪一种平均？",
)
def norm(Network, gradient_by_layer):
    return is_near(input_value(Network, gradient_by_layer), 5200**0.5)


@table.add(
    "gradient_by_layer",
    seen="梯度一半是 1、一半是 −5 时，得到约 3.6，这是均方根",
    think="均方根更看重大的数。要的是平方的平均，还是绝对值的平均？",
)
def rms(Network, gradient_by_layer):
    return is_near(input_value(Network, gradient_by_layer), 13**0.5)


@table.add(
    "gradient_by_layer",
    seen="梯度一半是 1、一半是 −5 时，得到 5，这是最大的一个",
    think="要的是所有元素的平均，不是最大值。",
)
def maximum(Network, gradient_by_layer):
    return is_near(input_value(Network, gradient_by_layer), 5)


@table.add(
    "gradient_by_layer",
    seen="只改变偏置的梯度，数值也变了",
    think="平均里混进了什么？要的只是权重的梯度。",
)
def bias_in_mean(Network, gradient_by_layer):
    net = with_gradients(Network)
    before = dict(gradient_by_layer(net))
    for p in net.parameters():
        if p.ndim == 1:
            p.grad.mul_(2)
    return dict(gradient_by_layer(net)) != before


@table.add(
    "gradient_by_layer",
    seen="梯度只有十亿分之一那么大时，数值成了 0.0",
    think="梯度消失时，这些很小的数正是我们要看的。是不是四舍五入了？",
)
def rounded(Network, gradient_by_layer):
    return any(value == 0 for _, value in gradient_by_layer(with_gradients(Network, scale=1e-9)))


# --------------------------------------------------------------------------- 练习 3：init_weights

FAN_IN, FAN_OUT = 300, 120


def initialised(init_weights, name="relu", bias=True):
    """用 init_weights 初始化过的一层：300 个输入，120 个输出，原来的权重全是 3。"""
    layer = nn.Linear(FAN_IN, FAN_OUT, bias=bias)
    nn.init.constant_(layer.weight, 3.0)
    init_weights(layer, name)
    return layer


@functools.cache
def variance(init_weights, name):
    """一个函数只量一次：逐个元素抽取的写法很慢。"""
    return initialised(init_weights, name).weight.var().item()


def is_about(value, want):
    """36000 个权重，方差的抽样误差不到 1%。"""
    return abs(value / want - 1) < 0.03


@table.add(
    "init_weights",
    seen="PyTorch 报错：需要梯度的叶子张量不能就地修改",
    think="怎样告诉 PyTorch“这一步不用记录梯度”？",
)
def leaf_in_place(init_weights):
    try:
        initialised(init_weights)
    except RuntimeError as error:
        return "leaf" in str(error)


@table.add(
    "init_weights",
    seen="有偏置时能运行，bias=False 的层报错",
    think="没有偏置的层，layer.bias 是什么？",
)
def bias_none_crash(init_weights):
    return runs(initialised, init_weights) and not runs(initialised, init_weights, "relu", False)


@table.add(
    "init_weights",
    seen="layer.weight 或 layer.bias 换成了新的对象",
    think="优化器手里还是旧的 Parameter，训练会怎样？怎样只改里面的数？",
)
def new_parameter(init_weights):
    layer = nn.Linear(5, 3)
    weight, bias = layer.weight, layer.bias
    init_weights(layer, "relu")
    return layer.weight is not weight or layer.bias is not bias


@table.add(
    "init_weights",
    seen="调用以后，权重和原来完全一样",
    think="新的数写进 layer.weight 了吗，还是只留在了函数里的变量中？",
)
def local_only(init_weights):
    return all((initialised(init_weights, name).weight == 3).all() for name in ("relu", "tanh", "sigmoid"))


@table.add(
    "init_weights",
    seen="bias=False 的层，权重没有变",
    think="没有偏置时，要跳过的是哪一步，不该跳过的是哪一步？",
)
def no_bias_skips_weights(init_weights):
    changed = (initialised(init_weights).weight != 3).any()
    return changed and (initialised(init_weights, bias=False).weight == 3).all()


@table.add(
    "init_weights",
    seen="新的权重是旧的权重乘一个数",
    think="要重新随机抽取，不是在原来的值上缩放：原来的值可能是任何数。",
)
def scaled_old_weights(init_weights):
    layer = nn.Linear(FAN_IN, FAN_OUT)
    before = layer.weight.detach().clone()
    init_weights(layer, "relu")
    ratio = layer.weight / before
    return ratio.std() < 1e-3 * ratio.mean().abs()


@table.add(
    "init_weights",
    seen="原来的权重全是 3，新的权重平均也是 3",
    think="随机数是盖掉了旧的值，还是加在了旧的值上？",
)
def added(init_weights):
    return abs(initialised(init_weights).weight.mean().item() - 3) < 0.1


@table.add(
    "init_weights",
    seen="一层里所有的权重都相同",
    think="权重相同的单元，输出和梯度也相同。方差指的是什么的方差？",
)
def constant(init_weights):
    weight = initialised(init_weights).weight
    return (weight == weight[0, 0]).all()


@table.add(
    "init_weights",
    seen="一层里每个单元（每一行）的权重都相同",
    think="120 个单元做同一件事，等于一个单元。随机数抽了多少个？",
)
def one_row(init_weights):
    weight = initialised(init_weights).weight
    return (weight == weight[0]).all()


@table.add(
    "init_weights",
    seen="先后初始化两层，抽到的权重一模一样",
    think="函数里固定了随机种子吗？每一层都相同，还算独立吗？",
)
def fixed_seed(init_weights):
    return torch.equal(initialised(init_weights).weight, initialised(init_weights).weight)


@table.add(
    "init_weights",
    seen="权重没有一个是负数",
    think="均值要是 0。均匀分布该从哪里到哪里？",
)
def half_uniform(init_weights):
    return (initialised(init_weights).weight >= 0).all()


@table.add(
    "init_weights",
    seen="relu 的权重，标准差恰好等于公式里的方差",
    think="公式给的是方差，正态分布的函数要的是方差还是标准差？",
)
def variance_as_std(init_weights):
    return is_about(variance(init_weights, "relu"), (2 / FAN_IN) ** 2)


@table.add(
    "init_weights",
    seen="300 个输入、120 个输出的层，relu 的方差约是 2/120",
    think="He 的分母是输入的个数。权重的形状是 (输出, 输入)，还是 (输入, 输出)？",
)
def he_fan_out(init_weights):
    return is_about(variance(init_weights, "relu"), 2 / FAN_OUT)


@table.add(
    "init_weights",
    seen="300 个输入、120 个输出的层，relu 的方差约是 2/420",
    think="relu 走进了哪个分支？这是哪一种初始化的方差？名字的大小写也看一看。",
)
def xavier_for_relu(init_weights):
    return is_about(variance(init_weights, "relu"), 2 / (FAN_IN + FAN_OUT))


@table.add(
    "init_weights",
    seen="300 个输入、120 个输出的层，relu 的方差约是 4/420",
    think="fan_in 和 fan_out 的平均是折中，He 的分母是哪一个？",
)
def mean_fan(init_weights):
    return is_about(variance(init_weights, "relu"), 4 / (FAN_IN + FAN_OUT))


@table.add(
    "init_weights",
    seen="relu 的方差只有要求的一半",
    think="ReLU 有一半单元的导数是 0，公式里用什么补回来？用现成的函数时，看看 nonlinearity 是什么。",
)
def lecun(init_weights):
    return is_about(variance(init_weights, "relu"), 1 / FAN_IN)


@table.add(
    "init_weights",
    seen="权重的方差只有要求的三分之一",
    think="在 −a 到 a 上均匀分布，方差是 a²/3。a 等于标准差吗？",
)
def std_as_bound(init_weights):
    return is_about(variance(init_weights, "relu"), 2 / FAN_IN / 3)


@table.add(
    "init_weights",
    seen="relu 的方差约是 1/(3·fan_in)，和 nn.Linear 的默认初始化一样",
    think="现成的函数有默认参数，例如 kaiming_uniform_ 的 a。它们对应上面的公式吗？",
)
def kaiming_default(init_weights):
    return is_about(variance(init_weights, "relu"), 1 / FAN_IN / 3)


@table.add(
    "init_weights",
    seen="300 个输入、120 个输出的层，tanh 的方差约是 2/300",
    think="这是哪一种初始化的方差？tanh 该用哪一种，分母里有几项？",
)
def he_for_all(init_weights):
    return is_about(variance(init_weights, "tanh"), 2 / FAN_IN)


@table.add(
    "init_weights",
    seen="300 个输入、120 个输出的层，tanh 对，sigmoid 的方差却约是 2/300",
    think="sigmoid 走进了哪个分支？它和 tanh 用同一种初始化。",
)
def he_for_sigmoid(init_weights):
    return is_about(variance(init_weights, "sigmoid"), 2 / FAN_IN)


@table.add(
    "init_weights",
    seen="300 个输入、120 个输出的层，tanh 的方差约是 1/300",
    think="Xavier 的分母是不是只有输入的个数？fan_in 和 fan_out 不同时，怎样折中？",
)
def xavier_fan_in(init_weights):
    return is_about(variance(init_weights, "tanh"), 1 / FAN_IN)


@table.add(
    "init_weights",
    seen="tanh 的方差只有要求的一半",
    think="Xavier 的分母是两项之和，分子是几？",
)
def xavier_no_factor(init_weights):
    return is_about(variance(init_weights, "tanh"), 1 / (FAN_IN + FAN_OUT))


@table.add(
    "init_weights",
    seen="tanh 的标准差是要求的 5/3 倍",
    think="nn.init 的增益（gain）写进了公式吗？这里的 Xavier 不用增益。",
)
def tanh_gain(init_weights):
    return is_about(variance(init_weights, "tanh"), 25 / 9 * 2 / (FAN_IN + FAN_OUT))


@table.add(
    "init_weights",
    seen="调用以后，偏置和原来一样",
    think="nn.Linear 造出来时，偏置是很小的随机数。公式对它有什么要求？",
)
def bias_kept(init_weights):
    layer = nn.Linear(5, 30)
    before = layer.bias.detach().clone()
    init_weights(layer, "relu")
    return torch.equal(layer.bias, before)


@table.add("init_weights", seen="调用以后，偏置不全是 0", think="要的是恰好为 0，不是很小的随机数，也不是 1。")
def bias_small_normal(init_weights):
    return (initialised(init_weights).bias != 0).any()


@table.add(
    "init_weights",
    seen="调用以后，参数不再需要梯度（requires_grad 是 False）",
    think="不记录“这一步”的梯度，和从此不要梯度，是两件事。训练时它还会动吗？",
)
def frozen(init_weights):
    layer = initialised(init_weights)
    return not (layer.weight.requires_grad and layer.bias.requires_grad)
