"""实验 4 的常见错误：检查没通过时，用来告诉你它像哪一种。"""

import numpy as np
import torch
from torch import nn

import labkit

table = labkit.Misconceptions()


def _is(value, *numbers):
    """value 是不是其中一个数（不管是哪种类型的数）。"""
    value = torch.as_tensor(value).detach()
    return value.numel() == 1 and any(abs(float(value) - number) < 1e-3 for number in numbers)


# --------------------------------------------------------------------------- 两种惩罚共用的查看方法


def _after(penalty, *numbers):
    """求过惩罚之后的 w。"""
    w = torch.tensor(numbers)
    penalty(w)
    return w


def _is_number(penalty):
    return isinstance(penalty(torch.ones(2)), int | float | np.number)


def _is_cut_off(penalty):
    w = torch.ones(2, requires_grad=True)
    value = penalty(w)
    return not value.requires_grad or torch.autograd.grad(value.sum(), w, allow_unused=True)[0] is None


def _is_average(penalty):
    w = torch.tensor([3.0, -4.0])
    return not _is(penalty(w), 0) and _is(penalty(w.repeat(2)), float(penalty(w)))


def _is_odd(value):
    return isinstance(value, int | float | np.number) or bool(value.isnan())


def _slope(penalty, *numbers):
    """惩罚的 2 倍对 w 的梯度，再除以 2。"""
    w = torch.tensor(numbers, requires_grad=True)
    return torch.autograd.grad(2 * penalty(w).sum(), w)[0] / 2


def _is_choosy(penalty):
    """有的形状可以用，有的会出错。"""
    shapes = torch.ones(()), torch.ones(2), torch.ones(2, 3).t(), torch.ones(2, 2, 2)
    broken = 0
    for w in shapes:
        try:
            penalty(w)
        except Exception:
            broken += 1
    return 0 < broken < len(shapes)


def _is_single(penalty):
    """w 是 float64 时，在 1 上加一个 float32 分辨不出的小数，惩罚没有变化。"""
    numbers = [float(penalty(torch.tensor([1.0 + step], dtype=torch.float64)).detach()) for step in (0.0, 1e-9, 1e-3)]
    return numbers[0] == numbers[1] != numbers[2]


# --------------------------------------------------------------------------- l2_penalty


@table.add(
    "l2_penalty",
    seen="没有返回值",
    think="函数里算出来的数，怎样交给调用它的人？打印出来不等于返回。",
)
def print_only(l2_penalty):
    return l2_penalty(torch.ones(2)) is None


@table.add(
    "l2_penalty",
    seen="求惩罚之前 w = [3, −4]，求完之后 w 变了",
    think="哪一步是就地操作（名字以下划线结尾的方法、*=、w[...] = …）？怎样算出平方而不碰 w？",
)
def in_place(l2_penalty):
    return _after(l2_penalty, 3.0, -4.0).tolist() != [3, -4]


@table.add(
    "l2_penalty",
    seen="w 有两个元素时，返回的也是两个数，不是一个",
    think="惩罚要加到损失上，而损失只有一个数。还差哪一步？",
)
def no_sum(l2_penalty):
    return l2_penalty(torch.tensor([3.0, -4.0])).shape == (2,)


@table.add(
    "l2_penalty",
    seen="w 是向量时得到一个数，是 2×3 的矩阵时得到好几个",
    think="求和求的是哪几维？卷积核有四维，也应得到一个数。",
)
def last_axis(l2_penalty):
    return l2_penalty(torch.ones(2, 3)).numel() > 1


@table.add(
    "l2_penalty",
    seen="返回的张量里只有一个数，但它的形状不是 ()",
    think="多出来的维是哪一步留下的？形状 (1,) 与形状 () 不是一回事。",
)
def shape_1(l2_penalty):
    return l2_penalty(torch.ones(3, 2)).dim() > 0


@table.add(
    "l2_penalty",
    seen="w = [3, −4] 时得到 25，正好是应得的两倍",
    think="公式最前面还有一个系数。没有它，梯度会是 w 的几倍？",
)
def no_half(l2_penalty):
    return _is(l2_penalty(torch.tensor([3.0, -4.0])), 25)


@table.add(
    "l2_penalty",
    seen="w = [3, −4] 时得到 5 或 2.5：这是向量的长度，或长度的一半",
    think="长度是平方和再开根号。惩罚的公式里有根号吗？",
)
def norm(l2_penalty):
    return _is(l2_penalty(torch.tensor([3.0, -4.0])), 5, 2.5)


@table.add(
    "l2_penalty",
    seen="w = [3, −4] 时得到 7",
    think="7 = 3 + 4，这是哪一种惩罚？这道题要的是哪一种？",
)
def l1(l2_penalty):
    return _is(l2_penalty(torch.tensor([3.0, -4.0])), 7)


@table.add(
    "l2_penalty",
    seen="把同样的数重复一遍，惩罚没有变成两倍",
    think="求的是和还是平均？若是平均，网络越大，每个权重受的罚就越轻。",
)
def mean(l2_penalty):
    return _is_average(l2_penalty)


@table.add(
    "l2_penalty",
    seen="w = [2, −2] 时得到 0：正负相互抵消了",
    think="先平方还是先求和？两种次序的结果一样吗？",
)
def square_of_sum(l2_penalty):
    return _is(l2_penalty(torch.tensor([2.0, -2.0])), 0) and not _is(l2_penalty(torch.tensor([2.0, 2.0])), 0)


@table.add(
    "l2_penalty",
    seen="返回的是 Python 数或 NumPy 数，不是 torch 张量",
    think="优化器要顺着返回值求到 w 的梯度。一个普通的数还记得自己是怎样从 w 算来的吗？",
)
def item(l2_penalty):
    return _is_number(l2_penalty)


@table.add(
    "l2_penalty",
    seen="返回值与 w 断开了，梯度传不回去",
    think="是不是用了 .detach()、.data、no_grad、NumPy，或者用 torch.tensor(…) 重新包装？它们都会切断计算图。",
)
def detached(l2_penalty):
    return _is_cut_off(l2_penalty)


@table.add(
    "l2_penalty",
    seen="w 全为 0 时，梯度是 NaN",
    think="根号在 0 处的导数是多少？先开根号再平方，这一圈绕得有必要吗？",
)
def sqrt_squared(l2_penalty):
    return bool(_slope(l2_penalty, 0.0, 0.0).isnan().any())


@table.add(
    "l2_penalty",
    seen="w = [3, −4] 时数值对，但梯度不是 [3, −4]",
    think="平方里的两个因子是不是都参与了求导？自己写 backward 的话，上游的梯度乘进去了吗？",
)
def half_detached(l2_penalty):
    return _is(l2_penalty(torch.tensor([3.0, -4.0])), 12.5) and not _is(_slope(l2_penalty, 3.0, -4.0)[0], 3)


@table.add(
    "l2_penalty",
    seen="w 是空张量（一个元素也没有）时，得到 NaN 或者一个普通的数",
    think="没有元素时，和是多少？平均又是多少？Python 的 sum 从什么开始加？",
)
def mean_times_count(l2_penalty):
    return _is_odd(l2_penalty(torch.zeros(0)))


@table.add(
    "l2_penalty",
    seen="w 是 float64 时，小于 1e−8 的差别看不出来了",
    think="中途是不是变成了 float32？默认的 dtype 不一定是 w 的 dtype。",
)
def float32_square(l2_penalty):
    return _is_single(l2_penalty)


@table.add(
    "l2_penalty",
    seen="一个数、向量、转置过的矩阵、三维张量，有的可以用，有的出错",
    think="你用的函数对形状有没有要求（只收一维、只收矩阵、要求内存连续）？有没有不挑形状的写法？",
)
def view(l2_penalty):
    return _is_choosy(l2_penalty)


# --------------------------------------------------------------------------- l1_penalty


@table.add(
    "l1_penalty",
    seen="求惩罚之前 w = [2, −5]，求完之后 w 变了",
    think="哪一步是就地操作（名字以下划线结尾的方法、*=、w[...] = …）？怎样取绝对值而不碰 w？",
)
def in_place_abs(l1_penalty):
    return _after(l1_penalty, 2.0, -5.0).tolist() != [2, -5]


@table.add(
    "l1_penalty",
    seen="w 有两个元素时，返回的也是两个数，不是一个",
    think="惩罚要加到损失上，而损失只有一个数。还差哪一步？",
)
def only_abs(l1_penalty):
    return l1_penalty(torch.tensor([2.0, -5.0])).shape == (2,)


@table.add(
    "l1_penalty",
    seen="w 是向量时得到一个数，是 2×3 的矩阵时得到好几个",
    think="求和求的是哪几维？卷积核有四维，也应得到一个数。",
)
def axis0(l1_penalty):
    return l1_penalty(torch.ones(2, 3)).numel() > 1


@table.add(
    "l1_penalty",
    seen="返回的张量里只有一个数，但它的形状不是 ()",
    think="多出来的维是哪一步留下的？形状 (1,) 与形状 () 不是一回事。",
)
def keepdim(l1_penalty):
    return l1_penalty(torch.ones(3, 2)).dim() > 0


@table.add(
    "l1_penalty",
    seen="w = [2, −5] 时得到 −3：负数照样是负的",
    think="惩罚能是负数吗？如果能，训练会把权重推向哪里？",
)
def no_abs(l1_penalty):
    return _is(l1_penalty(torch.tensor([2.0, -5.0])), -3)


@table.add(
    "l1_penalty",
    seen="w = [2, −5] 时得到 3：正负权重相互抵消了一部分",
    think="先取绝对值还是先求和？两种次序的结果一样吗？",
)
def abs_of_sum(l1_penalty):
    return _is(l1_penalty(torch.tensor([2.0, -5.0])), 3)


@table.add(
    "l1_penalty",
    seen="w = [3, −4] 时得到 12.5 或 25：这是平方和，或它的一半",
    think="平方是哪一种惩罚？L1 惩罚对 10 的拉力应当与对 0.01 的一样大。",
)
def l2(l1_penalty):
    return _is(l1_penalty(torch.tensor([3.0, -4.0])), 12.5, 25)


@table.add(
    "l1_penalty",
    seen="w = [3, −4] 时得到 5：这是向量的长度",
    think="torch 的范数函数默认是几范数？这道题要的是几范数？",
)
def l2_norm(l1_penalty):
    return _is(l1_penalty(torch.tensor([3.0, -4.0])), 5)


@table.add(
    "l1_penalty",
    seen="w = [3, −4] 时得到 4：只剩下最大的一个",
    think="其余的权重要不要受罚？",
)
def largest(l1_penalty):
    return _is(l1_penalty(torch.tensor([3.0, -4.0])), 4)


@table.add(
    "l1_penalty",
    seen="把同样的数重复一遍，惩罚没有变成两倍",
    think="求的是和还是平均？若是平均，网络越大，每个权重受的罚就越轻。",
)
def mean_abs(l1_penalty):
    return _is_average(l1_penalty)


@table.add(
    "l1_penalty",
    seen="w = [3, −4] 时得到 3.5，是应得的一半",
    think="L2 惩罚前面的 ½ 是为了让梯度恰好是 w。L1 的梯度是 ±1，还需要它吗？",
)
def half(l1_penalty):
    return _is(l1_penalty(torch.tensor([3.0, -4.0])), 3.5)


@table.add(
    "l1_penalty",
    seen="四个 1 排成向量时得到 4，排成 2×2 的矩阵却得到 2",
    think="查一查文档：矩阵的“1-范数”是什么？与向量的 1-范数一样吗？",
)
def matrix_norm(l1_penalty):
    return _is(l1_penalty(torch.ones(4)), 4) and _is(l1_penalty(torch.ones(2, 2)), 2)


@table.add(
    "l1_penalty",
    seen="返回的是 Python 数或 NumPy 数，不是 torch 张量",
    think="优化器要顺着返回值求到 w 的梯度。一个普通的数还记得自己是怎样从 w 算来的吗？",
)
def python_number(l1_penalty):
    return _is_number(l1_penalty)


@table.add(
    "l1_penalty",
    seen="返回值与 w 断开了，梯度传不回去",
    think="是不是用了 .detach()、.data、no_grad、NumPy，或者用 torch.tensor(…) 重新包装？它们都会切断计算图。",
)
def no_grad(l1_penalty):
    return _is_cut_off(l1_penalty)


@table.add(
    "l1_penalty",
    seen="w 中有 0 时，梯度是 NaN",
    think="根号在 0 处的导数是多少，0/0 又是多少？求绝对值有没有不经过它们的办法？",
)
def sqrt_square(l1_penalty):
    return bool(_slope(l1_penalty, 0.0, 1.0).isnan().any())


@table.add(
    "l1_penalty",
    seen="w = [0.001, −0.001] 时，结果明显不是 0.002",
    think="把尖角磨圆（平滑的 L1，或在根号里加一个小数），小权重受的拉力还与大权重一样大吗？",
)
def smooth(l1_penalty):
    small = float(l1_penalty(torch.tensor([0.001, -0.001])))
    return _is(l1_penalty(torch.tensor([50.0, -50.0])), 100, 99) and abs(small - 0.002) > 1e-4


@table.add(
    "l1_penalty",
    seen="w = [2, −5] 时数值对，但梯度不是 [1, −1]",
    think="绝对值那一步参与求导了吗？自己写 backward 的话，上游的梯度乘进去了吗？",
)
def sign_only(l1_penalty):
    slope = _slope(l1_penalty, 2.0, -5.0)
    return _is(l1_penalty(torch.tensor([2.0, -5.0])), 7) and not (_is(slope[0], 1) and _is(slope[1], -1))


@table.add(
    "l1_penalty",
    seen="w 是空张量（一个元素也没有）时，得到 NaN 或者一个普通的数",
    think="没有元素时，和是多少？平均又是多少？Python 的 sum 从什么开始加？",
)
def python_sum(l1_penalty):
    return _is_odd(l1_penalty(torch.zeros(0)))


@table.add(
    "l1_penalty",
    seen="w 是 float64 时，小于 1e−8 的差别看不出来了",
    think="中途是不是变成了 float32？默认的 dtype 不一定是 w 的 dtype。",
)
def float32_abs(l1_penalty):
    return _is_single(l1_penalty)


@table.add(
    "l1_penalty",
    seen="一个数、向量、转置过的矩阵、三维张量，有的可以用，有的出错",
    think="你用的函数对形状有没有要求（只收一维、只收矩阵、要求内存连续）？有没有不挑形状的写法？",
)
def contiguous_only(l1_penalty):
    return _is_choosy(l1_penalty)


# --------------------------------------------------------------------------- train_epoch

LAMBDA, LR = 3.0, 0.1
SQUARED_ERROR = nn.MSELoss(reduction="none")


class _Still(nn.Sequential):
    """输出恒为 0 的网络：只有惩罚会改变它的参数。"""

    def forward(self, x):
        out = super().forward(x)
        return 0 * out.mean(1, keepdim=True)


def _moves(train_epoch, *layers, batches=1, penalty=torch.sum, net=None):
    """参数都从 5 出发，训练若干批（每批 4 个样本），每个参数平均减小了多少，单位是 LR·LAMBDA。

    惩罚默认是元素之和，梯度处处是 1，所以受罚的参数每批恰好减小一个单位。
    """
    net = _Still(*layers) if net is None else net
    for p in net.parameters():
        nn.init.constant_(p, 5.0)
    trainer = torch.optim.SGD(net.parameters(), lr=LR)
    train_epoch(net, [(torch.ones(4, 2), torch.zeros(4, 1))] * batches, SQUARED_ERROR, trainer, penalty, LAMBDA)
    return {name: (5 - float(p.detach().mean())) / (LR * LAMBDA) for name, p in net.named_parameters()}


def _one_weight(train_epoch, **options):
    """只有一个权重的网络，权重减小了多少。"""
    return _moves(train_epoch, nn.Linear(2, 1, bias=False), **options)["0.weight"]


def _line(train_epoch, targets, lr=LR, penalty_lambda=0.0, leftover=0.0):
    """只有偏置有用的网络（输入是 0，偏置从 1 出发），targets 是各批的目标值；返回 (返回值, 网络, 优化器走的步数)。"""
    net = nn.Sequential(nn.Linear(1, 1))
    for p in net.parameters():
        nn.init.ones_(p)
        p.grad = torch.full_like(p, leftover)
    trainer = torch.optim.SGD(net.parameters(), lr=lr)
    steps = []
    trainer.register_step_post_hook(lambda *_: steps.append(1))
    batches = [(torch.zeros(len(y), 1), torch.tensor(y).reshape(-1, 1)) for y in targets]
    value = train_epoch(net, batches, SQUARED_ERROR, trainer, torch.sum, penalty_lambda)
    return value, net, len(steps)


@table.add(
    "train_epoch",
    seen="train_iter 里有三批，只用了一批就返回了",
    think="return 写在循环里面还是外面？看看它的缩进。",
)
def return_inside(train_epoch):
    taken = []

    def batches():
        for _ in range(3):
            taken.append(1)
            yield torch.zeros(2, 1), torch.zeros(2, 1)

    net = nn.Linear(1, 1)
    train_epoch(net, batches(), SQUARED_ERROR, torch.optim.SGD(net.parameters(), lr=LR), torch.sum, 0.0)
    return len(taken) == 1


@table.add(
    "train_epoch",
    seen="train_iter 是列表时没有问题，是只能遍历一遍的生成器时出错",
    think="是不是用了 len(train_iter)，或者把它遍历了两遍？要的数可以在第一遍里顺手累加。",
)
def two_passes(train_epoch):
    def train(batches):
        net = nn.Linear(1, 1)
        train_epoch(net, batches, SQUARED_ERROR, torch.optim.SGD(net.parameters(), lr=LR), torch.sum, 0.0)

    data = [(torch.zeros(2, 1), torch.zeros(2, 1))]
    train(data)
    try:
        train(batch for batch in data)
    except Exception:
        return True
    return False


@table.add(
    "train_epoch",
    seen="没有返回值",
    think="循环里累加好的损失，最后交给谁？",
)
def no_return(train_epoch):
    return _line(train_epoch, [[3.0]])[0] is None


@table.add(
    "train_epoch",
    seen="有三批数据，优化器只走了一步",
    think="step() 在循环里面还是外面？每一批都应更新一次。",
)
def step_once(train_epoch):
    return _line(train_epoch, [[3.0], [4.0], [5.0]])[2] == 1


@table.add(
    "train_epoch",
    seen="优化器一步也没有走",
    think="求出梯度以后，还要谁来更新参数？",
)
def no_step(train_epoch):
    return _line(train_epoch, [[3.0]])[2] == 0


@table.add(
    "train_epoch",
    seen="有三批数据，优化器走了六步",
    think="每一批恰好更新一次。step() 写了几次？",
)
def step_twice(train_epoch):
    return _line(train_epoch, [[3.0], [4.0], [5.0]])[2] == 6


@table.add(
    "train_epoch",
    seen="优化器走了一步，参数却一点没变",
    think="清空梯度、反向传播、更新，这三件事的先后次序是什么？更新的时候梯度还在吗？",
)
def zero_grad_after_backward(train_epoch):
    return _is(_line(train_epoch, [[3.0]])[1][0].bias, 1) and _is(_one_weight(train_epoch), 0)


@table.add(
    "train_epoch",
    seen="调用之前处于评估模式的网络，训练时仍在评估模式",
    think="dropout 和批量归一化在两种模式下做的事不同。谁来切换模式？里面各层也切换了吗？",
)
def no_train_mode(train_epoch):
    modes = []

    class Watched(nn.Linear):
        def forward(self, x):
            if torch.is_grad_enabled():
                modes.append(self.training)
            return super().forward(x)

    net = nn.Sequential(Watched(1, 1)).eval()
    batch = (torch.zeros(2, 1), torch.zeros(2, 1))
    train_epoch(net, [batch], SQUARED_ERROR, torch.optim.SGD(net.parameters(), lr=LR), torch.sum, 0.0)
    return not all(modes)


@table.add(
    "train_epoch",
    seen="同样的两批数据、只有惩罚起作用时，第二步走的距离是第一步的两倍",
    think="第二批反向传播时，第一批的梯度还在不在？",
)
def zero_grad_once(train_epoch):
    first, both = _one_weight(train_epoch), _one_weight(train_epoch, batches=2)
    return abs(first) > 1e-3 and _is(both / first, 3)


@table.add(
    "train_epoch",
    seen="调用之前参数里残留的梯度，影响了第一步",
    think="第一批反向传播之前，梯度清空了吗？只在每步之后清空，够不够？",
)
def zero_grad_at_end(train_epoch):
    clean, dirty = (_line(train_epoch, [[3.0]], leftover=leftover)[1][0].bias for leftover in (0.0, 10.0))
    return not _is(dirty, float(clean))


@table.add(
    "train_epoch",
    seen="损失与参数无关、只有惩罚起作用时，权重一点没变",
    think="惩罚加进目标了吗？是对这个目标调用 backward() 吗？途中有没有 .item()、.detach()、.data 或 no_grad？",
)
def penalty_unused(train_epoch):
    return _is(_one_weight(train_epoch), 0)


@table.add(
    "train_epoch",
    seen="只有惩罚起作用时，偏置也变了",
    think="偏置不乘输入，压小它对防止过拟合没有用。named_parameters() 给出的名字能告诉你谁是权重。",
)
def biases(train_epoch):
    return not _is(_moves(train_epoch, nn.Linear(2, 1))["0.bias"], 0)


@table.add(
    "train_epoch",
    seen="两层的网络里，只有第一层的权重受到了惩罚",
    think="每一层都有权重。怎样把它们的惩罚都加起来，而不是只取一个？",
)
def first_layer_only(train_epoch):
    moves = _moves(train_epoch, nn.Linear(2, 2), nn.Linear(2, 1))
    return not _is(moves["0.weight"], 0) and _is(moves["1.weight"], 0)


@table.add(
    "train_epoch",
    seen="两层的网络里，只有最后一层的权重受到了惩罚",
    think="循环里每次是累加，还是把前一次的结果覆盖了？",
)
def last_weight(train_epoch):
    moves = _moves(train_epoch, nn.Linear(2, 2), nn.Linear(2, 1))
    return _is(moves["0.weight"], 0) and not _is(moves["1.weight"], 0)


@table.add(
    "train_epoch",
    seen="网络本身就是一个 nn.Linear 时，权重没有受罚",
    think="这时 named_parameters() 给出的名字是什么？前面有没有点？",
)
def dot_weight(train_epoch):
    class StillLinear(nn.Linear):
        def forward(self, x):
            return 0 * super().forward(x)

    return _is(_moves(train_epoch, net=StillLinear(2, 1))["weight"], 0)


@table.add(
    "train_epoch",
    seen="归一化层的 weight（一维）没有受罚",
    think="任务里说受罚的是哪些参数？看的是名字，还是维数或层的类型？",
)
def only_2d(train_epoch):
    return _is(_moves(train_epoch, nn.LayerNorm(2))["0.weight"], 0)


def _named():
    """带有各种名字的参数。"""
    net = _Still(nn.Linear(2, 1))
    for name in ("gain_weight", "offset", "weight_offset"):
        net.register_parameter(name, nn.Parameter(torch.ones(2, 2)))
    return net


@table.add(
    "train_epoch",
    seen="名字里有 weight、但不以 weight 结尾的参数也受了罚",
    think="某一层名叫 weight_head 时，它的偏置叫什么名字？应当看名字的哪一部分？",
)
def weight_in_name(train_epoch):
    moves = _moves(train_epoch, net=_named())
    return _is(moves["offset"], 0) and not _is(moves["weight_offset"], 0)


@table.add(
    "train_epoch",
    seen="既不是偏置、名字也不以 weight 结尾的参数受了罚",
    think="“不是偏置”与“名字以 weight 结尾”是一回事吗？",
)
def all_but_bias(train_epoch):
    return not _is(_moves(train_epoch, net=_named())["offset"], 0)


@table.add(
    "train_epoch",
    seen="名叫 gain_weight 的参数没有受罚",
    think="“名字以 weight 结尾”与“最后一段恰好是 weight”“某一层的 weight”是一回事吗？",
)
def last_part_equal(train_epoch):
    return _is(_moves(train_epoch, net=_named())["gain_weight"], 0)


@table.add(
    "train_epoch",
    seen="传入的惩罚函数不是 L2（它的梯度处处是 1），权重却按 L2 的方式缩小",
    think="惩罚的种类由谁决定？参数 penalty 用上了吗？",
)
def hardcoded_l2(train_epoch):
    return _is(_one_weight(train_epoch), 5)


@table.add(
    "train_epoch",
    seen="λ = 3 和 λ = 1 的效果一样",
    think="参数 penalty_lambda 用上了吗？",
)
def lambda_ignored(train_epoch):
    return _is(_one_weight(train_epoch), 1 / LAMBDA)


@table.add(
    "train_epoch",
    seen="λ = 3 时，惩罚的作用是应有的 3 倍",
    think="λ 乘了几次？",
)
def lambda_squared(train_epoch):
    return _is(_one_weight(train_epoch), LAMBDA)


@table.add(
    "train_epoch",
    seen="惩罚让权重变大了，而不是变小",
    think="目标里惩罚前面的符号是什么？目标是要最小化的。",
)
def penalty_sign(train_epoch):
    return _one_weight(train_epoch) < -1e-3


@table.add(
    "train_epoch",
    seen="权重的元素越多，惩罚的作用越小",
    think="惩罚是各个元素之和，还是平均？penalty 已经返回了一个数，还要再除以什么吗？",
)
def penalty_over_elements(train_epoch):
    return _is(_one_weight(train_epoch), 1 / 2) and _is(
        _moves(train_epoch, nn.Linear(2, 2, bias=False))["0.weight"], 1 / 4
    )


@table.add(
    "train_epoch",
    seen="学习率是 0.1，惩罚的作用也只有应有的十分之一",
    think="目标里有学习率吗？更新参数时，优化器会乘一次。",
)
def lambda_times_lr(train_epoch):
    return _is(_one_weight(train_epoch), LR)


@table.add(
    "train_epoch",
    seen="惩罚的作用只有应有的一半",
    think="L2 公式里的 ½ 是在 penalty 里面，还是在 train_epoch 里面？会不会乘了两次？",
)
def lambda_halved(train_epoch):
    return _is(_one_weight(train_epoch), 0.5)


@table.add(
    "train_epoch",
    seen="一批有 4 个样本，惩罚的作用只有应有的四分之一",
    think="目标是“平均损失 + λ·惩罚”。求平均的时候，有没有把惩罚也除了进去？",
)
def penalty_over_batch(train_epoch):
    return _is(_one_weight(train_epoch), 0.25)


@table.add(
    "train_epoch",
    seen="一批有 4 个样本，惩罚的作用是应有的 4 倍",
    think="惩罚是每个样本加一次，还是每一批加一次？",
)
def penalty_per_sample(train_epoch):
    return _is(_one_weight(train_epoch), 4)


@table.add(
    "train_epoch",
    seen="惩罚的作用是应有的 2 倍",
    think="每个权重的惩罚加了几遍？一层一层地找参数时，同一个权重会不会遇到两次？",
)
def modules_twice(train_epoch):
    return _is(_one_weight(train_epoch), 2)


@table.add(
    "train_epoch",
    seen="网络从一层变成两层，每个权重受的罚轻了一半",
    think="各个权重的惩罚应当相加，还是求平均？",
)
def penalty_averaged(train_epoch):
    one, two = _one_weight(train_epoch), _moves(train_epoch, nn.Linear(2, 2), nn.Linear(2, 1))
    return _is(one, 1) and _is(two["0.weight"], 0.5) and _is(two["1.weight"], 0.5)


@table.add(
    "train_epoch",
    seen="惩罚函数取决于整个权重时，一层的权重受的罚与另一层的大小有关",
    think="λ 后面是“各个 penalty(p) 之和”，还是把所有权重拼在一起的 penalty？两者何时不同？",
)
def penalty_joined(train_epoch):
    moves = _moves(train_epoch, nn.Linear(2, 2), nn.Linear(2, 1), penalty=lambda p: p.sum() ** 2 / 2)
    return _is(moves["0.weight"], 30)


@table.add(
    "train_epoch",
    seen="同样的两批数据，第二批训练时惩罚不起作用了",
    think="每一批的目标里都有惩罚吗？它是用当时的权重算的吗？",
)
def penalty_once_an_epoch(train_epoch):
    return _is(_one_weight(train_epoch), 1) and _is(_one_weight(train_epoch, batches=2), 1)


@table.add(
    "train_epoch",
    seen="把一批里的样本重复 4 遍，参数走的一步变成了 4 倍",
    think="loss 给每个样本一个数。一批的损失应当是它们的和，还是平均？",
)
def loss_sum(train_epoch):
    once, four = (1 - float(_line(train_epoch, [[3.0] * n], lr=0.01)[1][0].bias) for n in (1, 4))
    return _is(four / once, 4)


@table.add(
    "train_epoch",
    seen="权重完全一样，λ 从 0 变成 3，返回的平均损失也变了",
    think="报告的损失要与测试损失比较，也要在不同的 λ 之间比较。惩罚该不该算进去？",
)
def penalty_in_return(train_epoch):
    plain, punished = (_line(train_epoch, [[3.0]], lr=0.0, penalty_lambda=value)[0] for value in (0.0, LAMBDA))
    return _is(plain, 4) and not _is(punished, 4)


@table.add(
    "train_epoch",
    seen="两批各有 3 个和 1 个样本，返回值却让两批一样重",
    think="先在每一批里求平均，再把各批平均，较小的一批里的样本是不是占了便宜？",
)
def mean_of_means(train_epoch):
    return _is(_line(train_epoch, [[2.0] * 3, [5.0]], lr=0.0)[0], 8.5)


@table.add(
    "train_epoch",
    seen="返回的是所有样本的损失之和",
    think="每个样本的平均损失，还要除以什么？",
)
def return_sum(train_epoch):
    return _is(_line(train_epoch, [[2.0] * 3, [5.0]], lr=0.0)[0], 19)


@table.add(
    "train_epoch",
    seen="有两批，返回值是损失之和除以 2",
    think="分母应当是批量的个数，还是样本的个数？",
)
def return_batches(train_epoch):
    return _is(_line(train_epoch, [[2.0] * 3, [5.0]], lr=0.0)[0], 9.5)


@table.add(
    "train_epoch",
    seen="有两批，返回的只是最后一批的损失",
    think="一轮的平均损失包括几批？循环里是累加，还是覆盖？",
)
def return_last(train_epoch):
    return _is(_line(train_epoch, [[2.0] * 3, [5.0]], lr=0.0)[0], 16)


@table.add(
    "train_epoch",
    seen="返回的是更新之后重新算的损失",
    think="任务要的是这一批更新之前、前向传播时得到的那一个。它不是已经算出来了吗？",
)
def loss_after_update(train_epoch):
    value, net, _ = _line(train_epoch, [[3.0]])
    return not _is(value, 4) and _is(value, (3 - float(net[0].bias.detach())) ** 2)


@table.add(
    "train_epoch",
    seen="返回的张量里只有一个数，但它的形状不是 ()",
    think="要的是一个数。多出来的维是哪里来的？",
)
def return_shape_1(train_epoch):
    value = _line(train_epoch, [[3.0]])[0]
    return isinstance(value, torch.Tensor | np.ndarray) and tuple(value.shape) in ((1,), (1, 1))


# --------------------------------------------------------------------------- soft_threshold


def _shrunk(soft_threshold, *numbers, t=1.0):
    return soft_threshold(torch.tensor(numbers), t).detach().tolist()


def _are(values, *numbers):
    return len(values) == len(numbers) and all(abs(a - b) < 1e-4 for a, b in zip(values, numbers, strict=True))


@table.add(
    "soft_threshold",
    seen="返回的不是 torch 张量",
    think="返回的是列表、NumPy 数组，还是什么也没有返回？结果要放回网络里。",
)
def numpy_returned(soft_threshold):
    return not isinstance(soft_threshold(torch.tensor([3.0, -0.5]), 1.0), torch.Tensor)


@table.add(
    "soft_threshold",
    seen="t = 1 时求完软阈值，传进来的 w = [3, −0.5] 变了",
    think="哪一步是就地操作？“out = w”会复制出一个新张量吗？",
)
def in_place_mask(soft_threshold):
    w = torch.tensor([3.0, -0.5])
    soft_threshold(w, 1.0)
    return w.tolist() != [3, -0.5]


@table.add(
    "soft_threshold",
    seen="t = 1 时 3 仍是 3，0.5 变成 0",
    think="留下来的元素要不要也向 0 移动？让 ½(z − w)² + t|z| 的导数为 0，解出的 z 是多少？",
)
def hard(soft_threshold):
    return _are(_shrunk(soft_threshold, 3.0, 0.5), 3, 0)


@table.add(
    "soft_threshold",
    seen="t = 1 时 −3 变成了正数 2",
    think="负的权重缩小之后应当还是负的。取了绝对值以后，符号要不要还回去？",
)
def no_sign(soft_threshold):
    return _are(_shrunk(soft_threshold, 3.0, -3.0), 2, 2)


@table.add(
    "soft_threshold",
    seen="t = 1 时 3 变成 2，而 −3 变成 0",
    think="公式对正负是对称的：|w| 大的负权重也不应是 0。",
)
def relu_only(soft_threshold):
    return _are(_shrunk(soft_threshold, 3.0, -3.0), 2, 0)


@table.add(
    "soft_threshold",
    seen="t = 1 时 −3 变成 −4：离 0 更远了",
    think="负数减去 t 是靠近 0 还是远离 0？",
)
def subtract(soft_threshold):
    return _are(_shrunk(soft_threshold, 3.0, -3.0), 2, -4)


@table.add(
    "soft_threshold",
    seen="t = 1 时 0.5 变成 −0.5：跨过了 0",
    think="这是梯度步。不够减的时候应当停在哪里？",
)
def gradient_step(soft_threshold):
    return _are(_shrunk(soft_threshold, 3.0, 0.5), 2, -0.5)


@table.add(
    "soft_threshold",
    seen="t = 1 时 3 变成 1，0.5 仍是 0.5",
    think="把元素截断到 [−t, t]，得到的是被减掉的部分，还是剩下的部分？",
)
def clamp(soft_threshold):
    return _are(_shrunk(soft_threshold, 3.0, 0.5), 1, 0.5)


@table.add(
    "soft_threshold",
    seen="t = 1 时 3 变成 1.5，0.5 变成 0.25：按比例缩小",
    think="按比例缩小是 L2 的近端步，它能得到恰好的 0 吗？L1 的拉力与大小无关。",
)
def l2_prox(soft_threshold):
    return _are(_shrunk(soft_threshold, 3.0, 0.5), 1.5, 0.25)


@table.add(
    "soft_threshold",
    seen="t = 1 时 3 变成 4：离 0 更远了",
    think="近端步让惩罚变小，绝对值应当减去 t 还是加上 t？",
)
def plus_t(soft_threshold):
    return _are(_shrunk(soft_threshold, 3.0, -3.0), 4, -4)


@table.add(
    "soft_threshold",
    seen="t = 1 时 3 变成 2，而 0.5 原样不动",
    think="|w| 比 t 小的元素正是应当变成 0 的那些。",
)
def keeps_small(soft_threshold):
    return _are(_shrunk(soft_threshold, 3.0, 0.5), 2, 0.5)


@table.add(
    "soft_threshold",
    seen="t = 1 时 3 变成 2，而 1.5 变成 0",
    think="1.5 先减成 0.5，是不是又被当作“不超过 t”清成了 0？判断时应当看原来的 w。",
)
def masks_on_result(soft_threshold):
    return _are(_shrunk(soft_threshold, 3.0, 1.5), 2, 0)


@table.add(
    "soft_threshold",
    seen="t = 2 时，10 向 0 移动的距离不是 2",
    think="t 前面多了或者少了系数吗？½(z − w)² 的导数是 z − w。",
)
def double_t(soft_threshold):
    (far,) = _shrunk(soft_threshold, 10.0, t=2.0)
    return far > 0 and not _are([far], 8)


@table.add(
    "soft_threshold",
    seen="t = 0、w 中有 0 时，结果里有 NaN",
    think="0/0 是什么？有没有不必除以 |w| 的写法？",
)
def nan_at_zero(soft_threshold):
    return soft_threshold(torch.zeros(2), 0.0).isnan().any()


@table.add(
    "soft_threshold",
    seen="t = 0 时没有原样返回",
    think="t = 0 就是没有惩罚，½(z − w)² 在哪里最小？",
)
def strict_threshold_zero_identity(soft_threshold):
    return not _are(_shrunk(soft_threshold, 3.0, -0.5, t=0.0), 3, -0.5)


@table.add(
    "soft_threshold",
    seen="小于 t 的元素变成了一个很小的数，不是恰好的 0",
    think="“很小”与“等于 0”不同：稀疏要的是后者。哪一步留下了零头（小常数、平滑函数、两个相近的数相减）？",
)
def not_exact_zero(soft_threshold):
    values = soft_threshold(torch.linspace(-0.9, 0.9, 19), 1.0)
    return bool((values != 0).any()) and bool((values.abs() < 1e-2).all())


@table.add(
    "soft_threshold",
    seen="w 是 float64 时返回的不是 float64，或者 w 是 float32 时返回的不是 float32",
    think="哪一步换了 dtype？结果要放回网络里，dtype 应与 w 相同。",
)
def float32(soft_threshold):
    return any(soft_threshold(torch.ones(2, dtype=d), 0.5).dtype != d for d in (torch.float32, torch.float64))


@table.add(
    "soft_threshold",
    seen="w 是 2×2 的矩阵时，返回的形状不是 2×2",
    think="每个元素独立处理，不挑也不丢：输出与 w 应当一一对应。",
)
def flatten(soft_threshold):
    return soft_threshold(torch.tensor([[3.0, 0.5], [-3.0, 2.0]]), 1.0).shape != (2, 2)
