"""实验 5 的常见错误：检查没通过时，用来告诉你它像哪一种。"""

import contextlib

import torch
from torch import nn

import labkit

table = labkit.Misconceptions()

# --------------------------------------------------------------------------- dropout_layer


@table.add(
    "dropout_layer",
    seen="p = 1 时返回了原来的输入，p = 0 时返回了 0",
    think="dropout 是丢弃的概率，还是保留的概率？两个端点各该丢多少？",
)
def zero_returns_zeros(dropout_layer):
    ends = dropout_layer(torch.ones(20), 1), dropout_layer(torch.ones(20), 0)
    return ends[0].all() and not ends[1].any() and _dropped(dropout_layer, 0.2) < 0.5


@table.add(
    "dropout_layer",
    seen="p = 0.2 时约 80% 的元素变成了 0，留下来的元素除以了 p",
    think="整个函数把 dropout 当成了保留概率；题目里它是什么的概率？",
)
def p_means_keep(dropout_layer):
    y = dropout_layer(torch.ones(2000), 0.2)
    return abs((y == 0).float().mean() - 0.8) < 0.1 and y.max() == 5


@table.add(
    "dropout_layer",
    seen="p = 0.2 时约 80% 的元素变成了 0",
    think="随机数与 p 的哪一种大小关系对应“丢弃”，哪一种对应“保留”？",
)
def keep_drop_swapped(dropout_layer):
    return abs(_dropped(dropout_layer, 0.2) - 0.8) < 0.1


@table.add(
    "dropout_layer",
    seen="p = 0.8 时只有约一半的元素变成 0，p = 0.2 时也是一半",
    think="随机数是与 dropout 比较，还是与一个写死的数比较？",
)
def half_always(dropout_layer):
    return all(abs(_dropped(dropout_layer, p) - 0.5) < 0.05 for p in (0.2, 0.8))


@table.add(
    "dropout_layer",
    seen="被丢弃的比例与 p 对不上：p = 0.5 时丢掉了约 69%",
    think="与 p 比较的随机数服从什么分布？它小于 p 的概率等于 p 吗？",
)
def randn_mask(dropout_layer):
    return abs(_dropped(dropout_layer, 0.5) - 0.69) < 0.05


@table.add(
    "dropout_layer",
    seen="p = 0.5 时没有一个元素变成 0，输出却不等于输入",
    think="缩放之前，有没有抽掩码，又有没有真的用上它？",
)
def identity(dropout_layer):
    y = dropout_layer(torch.ones(200), 0.5)
    return (y == 2).all()


@table.add(
    "dropout_layer",
    seen="输入全为 1、p = 0.8 时，留下来的元素成了 0.2",
    think="训练时信号已经因为丢弃而变弱，留下来的元素应当调亮还是再调暗？",
)
def multiplied_by_keep(dropout_layer):
    return abs(dropout_layer(torch.ones(200), 0.8).max() - 0.2) < 1e-5


@table.add(
    "dropout_layer",
    seen="输入全为 1、p = 0.8 时，留下来的元素成了 1.25",
    think="留下来的元素占多大的比例？要让均值不变，应当除以哪个比例？",
)
def scaled_by_p(dropout_layer):
    y = dropout_layer(torch.ones(200), 0.8)
    return bool((y == 0).any()) and abs(y.max() - 1.25) < 1e-5


@table.add(
    "dropout_layer",
    seen="输入全为 1、p = 0.5 时，留下来的元素仍然是 1",
    think="一半的元素变成 0 以后，下一层收到的总和还是原来那么大吗？怎样让它在平均意义上不变？",
)
def no_scaling(dropout_layer):
    y = dropout_layer(torch.ones(200), 0.5)
    return bool((y == 0).any()) and y.max() == 1


@table.add(
    "dropout_layer",
    seen="p = 1 时输出里有 NaN",
    think="p = 1 时，公式里的分母是多少？这种情况要怎样单独处理？",
)
def nan_at_one(dropout_layer):
    return dropout_layer(torch.ones(4), 1).isnan().any()


@table.add(
    "dropout_layer",
    seen="p = 0 或 p = 1 被当成不合法的值拒绝了",
    think="区间 [0, 1] 包含两个端点吗？不等号该不该带等号？",
)
def open_interval(dropout_layer):
    return any(_error(dropout_layer, p) in (AssertionError, ValueError) for p in (0, 1))


@table.add(
    "dropout_layer",
    seen="p = 1 时程序停在 ZeroDivisionError",
    think="在算 1 / (1 - p) 之前，有没有先处理 p = 1？",
)
def division_error_at_one(dropout_layer):
    return _error(dropout_layer, 1) is ZeroDivisionError


@table.add(
    "dropout_layer",
    seen="p = 1.5 或 p = -0.5 没有引发 AssertionError 或 ValueError",
    think="两头都检查了吗？对不合法的 p，应当停下来报错，而不是悄悄改成别的值。",
)
def range_not_checked(dropout_layer):
    return any(_error(dropout_layer, p) not in (AssertionError, ValueError) for p in (1.5, -0.5))


@table.add(
    "dropout_layer",
    seen="连续两次调用，掩码完全相同，而且外面的随机数也被重置了",
    think="函数里有没有固定随机种子的语句？它对别人的随机数有什么影响？",
)
def fixed_seed(dropout_layer):
    x = torch.ones(100)
    first, after_first = dropout_layer(x, 0.5), torch.rand(3)
    second, after_second = dropout_layer(x, 0.5), torch.rand(3)
    return torch.equal(first, second) and torch.equal(after_first, after_second)


@table.add(
    "dropout_layer",
    seen="连续两次调用，掩码完全相同",
    think="掩码是每次调用时重新抽的，还是存起来重复使用了？",
)
def cached_mask(dropout_layer):
    first, second = (dropout_layer(torch.ones(100), 0.5) for _ in range(2))
    return _some_dropped(first) and torch.equal(first, second)


@table.add(
    "dropout_layer",
    seen="输入形状 (50, 40) 时，每一行（每个样本）丢的都是同样的位置",
    think="掩码的形状是什么？广播之后，不同样本的掩码还互相独立吗？",
)
def mask_shared_by_samples(dropout_layer):
    y = dropout_layer(torch.ones(50, 40), 0.5)
    return _some_dropped(y) and bool((y == y[:1]).all())


@table.add(
    "dropout_layer",
    seen="输入形状 (50, 40) 时，一行里的元素要么全部留下，要么全部变成 0",
    think="掩码里有多少个随机数？它应当与 X 有同样多的元素。",
)
def mask_per_sample(dropout_layer):
    y = dropout_layer(torch.ones(50, 40), 0.5)
    return _some_dropped(y) and bool((y == y[:, :1]).all())


@table.add(
    "dropout_layer",
    seen="输入形状 (4, 8, 5, 5) 时，一个通道里的元素要么全部留下，要么全部变成 0",
    think="题目要求逐个元素独立地丢；现在一个随机数管了多少个元素？",
)
def whole_channels(dropout_layer):
    y = dropout_layer(torch.ones(4, 8, 5, 5), 0.5).flatten(2)
    return _some_dropped(y) and bool((y == y[..., :1]).all())


@table.add(
    "dropout_layer",
    seen="100 个元素、p = 0.5，每次恰好丢掉同样多个",
    think="给每盏灯各抛一次硬币，熄灭的灯每次会恰好一样多吗？",
)
def exact_count(dropout_layer):
    counts = {int((dropout_layer(1 + torch.rand(100), 0.5) == 0).sum()) for _ in range(30)}
    return len(counts) == 1 and 0 < counts.pop() < 100


@table.add(
    "dropout_layer",
    seen="调用以后，输入 X 自己被改了",
    think="哪一步是原地（in-place）运算？怎样让结果写到新的张量里？",
)
def in_place(dropout_layer):
    inputs = [torch.ones(100, dtype=dtype) for dtype in (torch.float32, torch.float64)]
    for x in inputs:
        dropout_layer(x, 0.5)
    return any((x != 1).any() for x in inputs)


@table.add(
    "dropout_layer",
    seen="输入是 float64，输出却是 float32",
    think="哪一步把 X 转换成了另一种 dtype？",
)
def always_float32(dropout_layer):
    return dropout_layer(torch.ones(10, dtype=torch.float64), 0.5).dtype == torch.float32


@table.add(
    "dropout_layer",
    seen="输入是 float64，留下来的元素却只有 float32 的精度",
    think="除以 1 - p 这一步，是用哪一种 dtype 算的？",
)
def float32_scale(dropout_layer):
    y = dropout_layer(torch.ones(50, dtype=torch.float64), 0.3)
    error = abs(float(y.max()) * 0.7 - 1)
    return 1e-12 < error < 1e-5


@table.add(
    "dropout_layer",
    seen="输入需要梯度，输出却不在计算图里",
    think="从 X 到输出，有没有经过 detach、numpy 或 no_grad？",
)
def detached(dropout_layer):
    return not dropout_layer(torch.ones(10, requires_grad=True), 0.5).requires_grad


@table.add(
    "dropout_layer",
    seen="值恰好是 0 的输入元素，从来收不到梯度",
    think="输出是 0，有两种可能的原因；能从输出的值推出掩码吗？",
)
def zeros_get_no_gradient(dropout_layer):
    x = torch.zeros(200, requires_grad=True)
    dropout_layer(x, 0.5).sum().backward()
    return not x.grad.any()


@table.add(
    "dropout_layer",
    seen="被丢弃的元素也收到了梯度",
    think="反向传播用的掩码，与前向用的是同一张吗？",
)
def straight_through(dropout_layer):
    x = torch.ones(200, requires_grad=True)
    y = dropout_layer(x, 0.5)
    y.sum().backward()
    return x.grad[y == 0].any()


def _dropped(dropout_layer, p):
    """全 1 的输入里变成 0 的比例。"""
    return float((dropout_layer(torch.ones(4000), p) == 0).float().mean())


def _some_dropped(y):
    """有的元素是 0，有的不是。"""
    return bool((y == 0).any()) and bool((y != 0).any())


def _error(dropout_layer, p):
    """丢弃率取 p 时抛出的异常的种类；没有异常就是 None。"""
    try:
        dropout_layer(torch.ones(4), p)
    except Exception as error:
        return type(error)
    return None


# --------------------------------------------------------------------------- mlp_forward


def _filled(net, **values):
    """把网络的每个参数填成一个常数：例如 lin1_bias=1；没有提到的填 0。"""
    parameters = {name.replace(".", "_"): parameter for name, parameter in net.named_parameters()}
    with torch.no_grad():
        for parameter in parameters.values():
            parameter.zero_()
        for name, value in values.items():
            parameters[name].fill_(value)
    return net


def _differs(net, x):
    """同样的输入连续算两次，结果不同吗？"""
    return not torch.allclose(net(x), net(x), atol=1e-6)


@table.add(
    "mlp_forward",
    seen="eval 模式下每次输出都不同，train 模式下反而每次都相同",
    think="self.training 为 True 时，网络处在哪一种模式？",
)
def training_inverted(DropoutMLP):
    net, x = DropoutMLP(8, 3, 50, 50, 0.5, 0.5), torch.ones(4, 8)
    return _differs(net.eval(), x) and not _differs(net.train(), x)


@table.add(
    "mlp_forward",
    seen="eval 模式下，同样的输入两次得到不同的输出",
    think="你用的 Dropout 从哪里知道网络现在是训练还是评估？",
)
def active_in_eval(DropoutMLP):
    return _differs(DropoutMLP(8, 3, 50, 50, 0.5, 0.5).eval(), torch.ones(4, 8))


@table.add(
    "mlp_forward",
    seen="train 模式下，有的 logit 变成了 0",
    think="最后一层的输出是网络的答案，不是隐藏单元；Dropout 应当停在哪一层？",
)
def dropout_on_logits(DropoutMLP):
    net = _filled(DropoutMLP(8, 50, 9, 9, 0.5, 0.5), lin3_bias=1.0).train()
    return (net(torch.ones(4, 8)) == 0).any()


@table.add(
    "mlp_forward",
    seen="train 模式下，有的样本好像整个输入都是 0",
    think="公式里的 Dropout 跟在哪里后面？输入 X 该不该丢？",
)
def input_too(DropoutMLP):
    net = _filled(DropoutMLP(1, 1, 200, 200, 0.5, 0.0), lin1_weight=1.0, lin2_weight=1.0, lin3_weight=1.0).train()
    y = net(torch.ones(60, 1))
    return 10 < (y == 0).sum() < 50


@table.add(
    "mlp_forward",
    seen="两个丢弃率都是 0，train 模式下输出仍然是随机的",
    think="丢弃率是从 self.dropout1、self.dropout2 来的，还是写死的？",
)
def hard_coded_rates(DropoutMLP):
    return _differs(DropoutMLP(8, 3, 50, 50, 0.0, 0.0).train(), torch.ones(4, 8))


@table.add(
    "mlp_forward",
    seen="两个丢弃率都是 0，train 模式下隐藏单元却全部灭了",
    think="self.dropout1 是丢弃的概率还是保留的概率？",
)
def rates_mean_keeping(DropoutMLP):
    net = _filled(DropoutMLP(8, 1, 9, 9, 0.0, 0.0), lin2_bias=1.0, lin3_weight=1.0)
    x = torch.ones(4, 8)
    return net.eval()(x).any() and not net.train()(x).any()


@table.add(
    "mlp_forward",
    seen="train 模式下，同样的输入两次得到相同的输出，完全没有随机性",
    think="forward 里有没有用到 Dropout？掩码是每次重新抽的吗？",
)
def no_dropout(DropoutMLP):
    return not _differs(DropoutMLP(8, 3, 50, 50, 0.5, 0.5).train(), torch.randn(4, 8))


@table.add(
    "mlp_forward",
    seen="dropout1 管着第二个隐藏层，dropout2 管着第一个",
    think="对照公式：第一个隐藏层后面应当是哪一个丢弃率？",
)
def rates_swapped(DropoutMLP):
    return _second_layer_random(DropoutMLP, 0.5, 0.0) and _net_random(DropoutMLP, 0.0, 0.5)


@table.add(
    "mlp_forward",
    seen="两个隐藏层都按 dropout1 来丢，dropout2 没有用上",
    think="第二个隐藏层后面用的是哪一个丢弃率？",
)
def same_rate_twice(DropoutMLP):
    return _second_layer_random(DropoutMLP, 0.5, 0.0) and not _net_random(DropoutMLP, 0.0, 0.5)


@table.add(
    "mlp_forward",
    seen="只有 dropout1 大于 0 时，train 模式下没有随机性",
    think="第一个隐藏层的激活函数后面，有没有 Dropout？",
)
def first_missing(DropoutMLP):
    return not _net_random(DropoutMLP, 0.5, 0.0)


@table.add(
    "mlp_forward",
    seen="只有 dropout2 大于 0 时，train 模式下没有随机性",
    think="第二个隐藏层的激活函数后面，有没有 Dropout？",
)
def second_missing(DropoutMLP):
    return not _net_random(DropoutMLP, 0.0, 0.5)


@table.add(
    "mlp_forward",
    seen="train 模式下，同一批里相同的样本总是得到相同的输出",
    think="掩码有几行？每个样本都应当有自己的一行。",
)
def shared_mask(DropoutMLP):
    y = DropoutMLP(8, 3, 50, 50, 0.5, 0.5).train()(torch.ones(6, 8))
    return torch.allclose(y, y[:1].expand(6, 3), atol=1e-6)


@table.add(
    "mlp_forward",
    seen="train 模式下，留下来的隐藏单元没有变大",
    think="丢掉一部分以后，怎样让下一层收到的信号在平均意义上不变？",
)
def unscaled(DropoutMLP):
    y = _filled(DropoutMLP(8, 1, 9, 1, 0.0, 0.5), lin2_bias=1.0, lin3_weight=1.0).train()(torch.ones(60, 8))
    return bool((y == 0).any()) and y.max() == 1


@table.add(
    "mlp_forward",
    seen="eval 模式下，输出随 dropout2 的大小而变",
    think="训练时已经除以了 1 - p，评估时还需要再做什么缩放吗？",
)
def scaled_in_eval(DropoutMLP):
    x = torch.ones(4, 8)
    values = {"lin1_bias": 1.0, "lin2_weight": 1.0, "lin3_weight": 1.0}
    nets = [_filled(DropoutMLP(8, 1, 9, 9, p, p), **values).eval() for p in (0.2, 0.8)]
    return not torch.allclose(nets[0](x), nets[1](x))


@table.add(
    "mlp_forward",
    seen="每个样本的输出加起来恰好是 1（或者取指数以后是 1）",
    think="题目要的是 logits；softmax 由损失函数来做，这里需要吗？",
)
def softmax(DropoutMLP):
    return _probabilities(DropoutMLP(8, 5, 9, 9, 0.0, 0.0).eval()(torch.randn(4, 8)))


@table.add(
    "mlp_forward",
    seen="最后一层的偏置是负数时，输出成了 0",
    think="logits 可以是负数吗？最后一层后面还需要激活函数吗？",
)
def relu_on_logits(DropoutMLP):
    y = _filled(DropoutMLP(8, 3, 9, 9, 0.0, 0.0), lin3_bias=-1.0).eval()(torch.ones(4, 8))
    return not y.any()


@table.add(
    "mlp_forward",
    seen="第一个隐藏层传下去的值里有负数",
    think="lin1 之后是什么？没有激活函数，两层线性层合起来等于什么？",
)
def no_first_relu(DropoutMLP):
    net = _filled(DropoutMLP(8, 1, 9, 9, 0.0, 0.0), lin1_bias=-1.0, lin2_weight=-1.0, lin3_weight=1.0).eval()
    return net(torch.ones(4, 8)).min() > 1


@table.add(
    "mlp_forward",
    seen="第二个隐藏层传下去的值里有负数",
    think="lin2 之后是什么？对照公式数一数有几个 ReLU。",
)
def no_second_relu(DropoutMLP):
    net = _filled(DropoutMLP(8, 1, 9, 9, 0.0, 0.0), lin2_bias=-1.0, lin3_weight=1.0).eval()
    return (net(torch.ones(4, 8)) == -9).all()


@table.add(
    "mlp_forward",
    seen="输入 784 个像素时能用，num_inputs 换成别的数就出错",
    think="展平的时候，有没有把 784 写死？",
)
def flatten_hard_coded(DropoutMLP):
    return _works(DropoutMLP(784, 3, 9, 9), 1, 28, 28) and not _works(DropoutMLP(20, 3, 9, 9), 1, 4, 5)


@table.add(
    "mlp_forward",
    seen="向量能送进去，图像送进去就出错",
    think="lin1 要的输入是什么形状？图像进来以后先要做什么？",
)
def no_flatten(DropoutMLP):
    net = DropoutMLP(20, 3, 9, 9)
    return _works(net, 20) and not _works(net, 1, 4, 5)


def _net_random(DropoutMLP, p1, p2):
    return _differs(DropoutMLP(8, 3, 50, 50, p1, p2).train(), torch.ones(6, 8))


def _second_layer_random(DropoutMLP, p1, p2):
    """第一个隐藏层没有用处时，输出还随机吗？"""
    net = _filled(DropoutMLP(8, 1, 50, 50, p1, p2), lin2_bias=1.0, lin3_weight=1.0).train()
    return _differs(net, torch.ones(6, 8))


def _probabilities(y):
    sums = torch.stack([y.sum(1), y.exp().sum(1)])
    return bool(((sums - 1).abs() < 1e-4).all(dim=1).any())


def _works(net, *shape):
    try:
        return net.eval()(torch.zeros(2, *shape)).shape == (2, 3)
    except RuntimeError:
        return False


# --------------------------------------------------------------------------- cnn_forward


def _image_net_random(net):
    """同样的图连续算两次，结果不同吗？"""
    return _differs(net, torch.ones(3, 1, 28, 28))


def _feature_sums(RegularizedNetwork, rate, n):
    """展平后的特征全是 1 时，train 模式下每张图的 1600 个特征平均是多少。"""
    net = _filled(RegularizedNetwork(rate), conv2_bias=1.0, fc1_weight=1 / 1600, fc2_weight=1 / 128).train()
    return net(torch.zeros(n, 1, 28, 28))[:, 0].detach()


def _arrives(net, layer, x):
    """eval 模式下，网络里名为 layer 的一层收到的输入；后面出错也不要紧。"""
    seen = []
    getattr(net, layer).register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0].detach()))
    with contextlib.suppress(RuntimeError):
        net.eval()(x)
    return seen[0]


@table.add(
    "cnn_forward",
    seen="eval 模式下每次输出都不同，train 模式下反而每次都相同",
    think="self.training 为 True 时，网络处在哪一种模式？",
)
def modes_swapped(RegularizedNetwork):
    net = RegularizedNetwork(0.5)
    return _image_net_random(net.eval()) and not _image_net_random(net.train())


@table.add(
    "cnn_forward",
    seen="eval 模式下，同样的图两次得到不同的输出",
    think="你用的 Dropout 从哪里知道网络现在是训练还是评估？",
)
def random_in_eval(RegularizedNetwork):
    return _image_net_random(RegularizedNetwork(0.5).eval())


@table.add(
    "cnn_forward",
    seen="每张图的输出加起来恰好是 1（或者取指数以后是 1）",
    think="题目要的是 logits；softmax 由损失函数来做，这里需要吗？",
)
def probabilities(RegularizedNetwork):
    return _probabilities(RegularizedNetwork(0.0).eval()(torch.randn(3, 1, 28, 28)))


@table.add(
    "cnn_forward",
    seen="fc1 收到的每张图有 7744 个特征，而不是 1600 个",
    think="对照公式数一数，一共有几次池化？第二个卷积之后呢？",
)
def second_pool_missing(RegularizedNetwork):
    return _arrives(RegularizedNetwork(0.0), "fc1", torch.zeros(2, 1, 28, 28)).shape == (2, 7744)


@table.add(
    "cnn_forward",
    seen="fc1 收到的是一个很长的向量，各张图混在了一起",
    think="展平时，第 0 维（样本）应当保留还是并掉？",
)
def flatten_all(RegularizedNetwork):
    return _arrives(RegularizedNetwork(0.0), "fc1", torch.zeros(2, 1, 28, 28)).ndim == 1


@table.add(
    "cnn_forward",
    seen="fc1 收到的还是 4 维的特征图",
    think="卷积层的输出与全连接层的输入，形状差在哪里？中间少了哪一步？",
)
def maps_not_flattened(RegularizedNetwork):
    return _arrives(RegularizedNetwork(0.0), "fc1", torch.zeros(2, 1, 28, 28)).ndim == 4


@table.add(
    "cnn_forward",
    seen="train 模式下，有的 logit 变成了 0",
    think="最后一层的输出是网络的答案；Dropout 应当在哪两步之间？",
)
def on_logits(RegularizedNetwork):
    net = _filled(RegularizedNetwork(0.5), fc2_bias=1.0).train()
    return (net(torch.zeros(4, 1, 28, 28)) == 0).any()


@table.add(
    "cnn_forward",
    seen="train 模式下，fc1 之后的隐藏单元也被丢了",
    think="这个网络只有一处 Dropout；它在 fc1 之前还是之后？",
)
def after_fc1(RegularizedNetwork):
    net = _filled(RegularizedNetwork(0.5), fc1_bias=1.0, fc2_weight=1.0).train()
    return _image_net_random(net)


@table.add(
    "cnn_forward",
    seen="dropout_rate = 0 时，train 模式下的输出仍然是随机的",
    think="丢弃率是从 self.dropout_rate 来的，还是写死的？",
)
def hard_coded_rate(RegularizedNetwork):
    return _image_net_random(RegularizedNetwork(0.0).train())


@table.add(
    "cnn_forward",
    seen="train 模式下，同样的图两次得到相同的输出，完全没有随机性",
    think="forward 里有没有用到 Dropout？掩码是每次重新抽的吗？",
)
def features_never_dropped(RegularizedNetwork):
    return not _image_net_random(RegularizedNetwork(0.5).train())


@table.add(
    "cnn_forward",
    seen="train 模式下，展平后的特征没有随机性，随机性来自两个卷积之间",
    think="哪一层的参数最多、最能“背”训练集？Dropout 应当放在哪一层的门口？",
)
def between_convs(RegularizedNetwork):
    maps = _filled(RegularizedNetwork(0.5), conv1_bias=1.0, conv2_weight=0.01, fc1_weight=0.01, fc2_weight=0.1).train()
    return not _features_random(RegularizedNetwork) and _image_net_random(maps)


@table.add(
    "cnn_forward",
    seen="train 模式下，展平后的特征没有随机性，随机性来自输入的图像",
    think="输入该不该丢？对照公式找一找 Dropout 的位置。",
)
def on_input(RegularizedNetwork):
    return not _features_random(RegularizedNetwork)


@table.add(
    "cnn_forward",
    seen="dropout_rate = 0.5 时，展平后的特征平均变成了原来的约 1.9 倍",
    think="先丢再取最大值，与先取最大值再丢，一个特征变成 0 的机会一样吗？",
)
def before_pool(RegularizedNetwork):
    return _feature_sums(RegularizedNetwork, 0.5, 8).mean() > 1.7


@table.add(
    "cnn_forward",
    seen="train 模式下，同一批里相同的图总是得到相同的输出",
    think="掩码有没有样本那一维？每张图都应当有自己的掩码。",
)
def one_mask_for_batch(RegularizedNetwork):
    y = RegularizedNetwork(0.5).train()(torch.ones(3, 1, 28, 28))
    return torch.allclose(y, y[:1].expand(3, 10), atol=1e-6)


@table.add(
    "cnn_forward",
    seen="train 模式下，一个通道的 25 个特征总是一起留下或一起丢掉",
    think="题目要求每个特征独立地丢；现在一个随机数管了多少个特征？",
)
def feature_maps_dropped(RegularizedNetwork):
    channels = _feature_sums(RegularizedNetwork, 0.5, 12) * 64 / 2
    return (channels - channels.round()).abs().max() < 1e-3


@table.add(
    "cnn_forward",
    seen="dropout_rate = 0.5 时，展平后的特征平均只剩一半",
    think="丢掉一部分以后，怎样让 fc1 收到的信号在平均意义上不变？",
)
def features_unscaled(RegularizedNetwork):
    return abs(_feature_sums(RegularizedNetwork, 0.5, 8).mean() - 0.5) < 0.1


@table.add(
    "cnn_forward",
    seen="dropout_rate = 0.2 时，各张图之间的波动大得像丢掉了 80% 的特征",
    think="self.dropout_rate 是丢弃的概率还是保留的概率？",
)
def rate_means_keeping(RegularizedNetwork):
    return 0.03 < _feature_sums(RegularizedNetwork, 0.2, 30).std() < 0.08


@table.add(
    "cnn_forward",
    seen="eval 模式下，输出随 dropout_rate 的大小而变",
    think="训练时已经除以了 1 - p，评估时还需要再做什么缩放吗？",
)
def rate_matters_in_eval(RegularizedNetwork):
    x = torch.zeros(2, 1, 28, 28)
    values = {"conv2_bias": 1.0, "fc1_weight": 0.01, "fc2_weight": 0.1}
    first, second = (_filled(RegularizedNetwork(rate), **values).eval()(x) for rate in (0.2, 0.8))
    return not torch.allclose(first, second)


@table.add(
    "cnn_forward",
    seen="只亮一个像素的图，池化以后出现了 0 与 1 之间的值，像是取了平均",
    think="题目要的是哪一种池化？",
)
def average_pooling(RegularizedNetwork):
    x = torch.zeros(1, 1, 28, 28)
    x[..., 10, 10] = 1
    pooled = _arrives(_filled(RegularizedNetwork(0.0), conv1_weight=1.0), "conv2", x)
    return ((pooled > 0) & (pooled < 1)).any()


@table.add(
    "cnn_forward",
    seen="conv2 收到的输入里有负数",
    think="conv1 之后是什么？对照公式数一数有几个 ReLU。",
)
def no_conv1_relu(RegularizedNetwork):
    return (_arrives(RegularizedNetwork(0.0), "conv2", torch.randn(2, 1, 28, 28)) < 0).any()


@table.add(
    "cnn_forward",
    seen="fc1 收到的输入里有负数",
    think="conv2 之后是什么？对照公式数一数有几个 ReLU。",
)
def no_conv2_relu(RegularizedNetwork):
    return (_arrives(RegularizedNetwork(0.0), "fc1", torch.randn(2, 1, 28, 28)) < 0).any()


@table.add(
    "cnn_forward",
    seen="fc2 收到的输入里有负数",
    think="没有激活函数，fc1 与 fc2 合起来等于什么？",
)
def no_fc_relu(RegularizedNetwork):
    return (_arrives(RegularizedNetwork(0.0), "fc2", torch.randn(4, 1, 28, 28)) < 0).any()


def _features_random(RegularizedNetwork):
    """卷积层的输出固定时，还有随机性吗？"""
    sums = [_feature_sums(RegularizedNetwork, 0.5, 2) for _ in range(2)]
    return not torch.equal(*sums)


# --------------------------------------------------------------------------- concise_mlp


def _leaves(net):
    """网络里没有下一级的模块，按先后顺序。"""
    return [module for module in net.modules() if not list(module.children())]


def _rates(net):
    return [round(layer.p, 6) for layer in _leaves(net) if isinstance(layer, nn.Dropout)]


def _places(net, kind):
    return [i for i, layer in enumerate(_leaves(net)) if isinstance(layer, kind)]


@table.add(
    "concise_mlp",
    seen="返回的不是 nn.Sequential",
    think="题目要求把各层按顺序装进哪一种容器？函数最后有没有把它返回？",
)
def not_sequential(concise_mlp):
    return not isinstance(concise_mlp(0.2, 0.6), nn.Sequential)


@table.add(
    "concise_mlp",
    seen="图像送进去就出错，展平以后的向量却可以",
    think="第一层全连接要的输入是什么形状？哪个模块能把图像变成这样？",
)
def flatten_left_out(concise_mlp):
    net = concise_mlp(0.2, 0.6).eval()
    net(torch.zeros(2, 784))
    try:
        net(torch.zeros(2, 1, 28, 28))
    except RuntimeError:
        return True
    return False


@table.add(
    "concise_mlp",
    seen="第一个全连接层之前就有一个 Dropout",
    think="公式里的 Dropout 跟在哪里后面？输入该不该丢？",
)
def dropout_on_pixels(concise_mlp):
    net = concise_mlp(0.2, 0.6)
    return _places(net, nn.Dropout)[0] < _places(net, nn.Linear)[0]


@table.add(
    "concise_mlp",
    seen="最后一个全连接层之后还有一个 Dropout",
    think="最后一层的输出是网络的答案；它该不该丢？",
)
def dropout_after_logits(concise_mlp):
    net = concise_mlp(0.2, 0.6)
    return _places(net, nn.Dropout)[-1] > _places(net, nn.Linear)[-1]


@table.add(
    "concise_mlp",
    seen="用了 Dropout 的另一个变种，而不是 nn.Dropout",
    think="隐藏层的输出是 (N, 256)，要逐个单元独立地丢，用哪一个模块？",
)
def dropout2d(concise_mlp):
    names = [type(layer).__name__ for layer in _leaves(concise_mlp(0.2, 0.6))]
    return any("Dropout" in name and name != "Dropout" for name in names)


@table.add(
    "concise_mlp",
    seen="第一个 Dropout 用的是 dropout2，第二个用的是 dropout1",
    think="离输入近的一层，应当用哪一个丢弃率？",
)
def rates_in_reverse(concise_mlp):
    return _rates(concise_mlp(0.2, 0.6)) == [0.6, 0.2]


@table.add(
    "concise_mlp",
    seen="两个 nn.Dropout 的丢弃率分别是 1 - dropout1 和 1 - dropout2",
    think="nn.Dropout 的参数是丢弃的概率还是保留的概率？",
)
def keep_rates(concise_mlp):
    return _rates(concise_mlp(0.2, 0.6)) == [0.8, 0.4]


@table.add(
    "concise_mlp",
    seen="不论参数是多少，两个 nn.Dropout 的丢弃率都不变",
    think="dropout1 和 dropout2 有没有传给 nn.Dropout？",
)
def default_rates(concise_mlp):
    rates = _rates(concise_mlp(0.1, 0.3))
    return len(rates) == 2 and rates == _rates(concise_mlp(0.7, 0.9))


@table.add(
    "concise_mlp",
    seen="两个隐藏层用了同一个丢弃率",
    think="第二个隐藏层后面应当是哪一个丢弃率？两处能共用一个模块吗？",
)
def one_rate(concise_mlp):
    net = concise_mlp(0.2, 0.6)
    drops = [layer for _, layer in net.named_modules(remove_duplicate=False) if isinstance(layer, nn.Dropout)]
    return len(drops) == 2 and drops[0].p == drops[1].p


@table.add(
    "concise_mlp",
    seen="网络里的 nn.Dropout 不到两个",
    think="每个隐藏层后面都有一个 Dropout 吗？",
)
def first_dropout_missing(concise_mlp):
    return len(_rates(concise_mlp(0.2, 0.6))) < 2


@table.add(
    "concise_mlp",
    seen="最后多了一个 softmax",
    think="题目要的是 logits；softmax 由损失函数来做，这里需要吗？",
)
def softmax_at_the_end(concise_mlp):
    return _probabilities(concise_mlp(0.0, 0.0).eval()(torch.randn(4, 1, 28, 28)))


@table.add(
    "concise_mlp",
    seen="有的隐藏层后面没有 ReLU",
    think="没有激活函数，相邻的两个全连接层合起来等于什么？",
)
def relu_left_out(concise_mlp):
    net = concise_mlp(0.0, 0.0)
    between = {type(layer) for layer in _leaves(net)} - {nn.Flatten, nn.Linear, nn.Dropout, nn.ReLU}
    relus = [layer for _, layer in net.named_modules(remove_duplicate=False) if isinstance(layer, nn.ReLU)]
    return not between and len(relus) < 2


@table.add(
    "concise_mlp",
    seen="全连接层的大小不是 784 → 256 → 256 → 10",
    think="对照 DropoutMLP 的默认大小，每一层的输入和输出各是多少？",
)
def other_sizes(concise_mlp):
    linears = [layer for layer in _leaves(concise_mlp(0.2, 0.6)) if type(layer) is nn.Linear]
    sizes = [(layer.in_features, layer.out_features) for layer in linears]
    return len(sizes) == 3 and sizes != [(784, 256), (256, 256), (256, 10)]
