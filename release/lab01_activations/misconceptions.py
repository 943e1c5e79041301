"""实验 1 的常见错误：检查没通过时，用来告诉你它像哪一种。"""

import torch

import labkit

table = labkit.Misconceptions()


def at(f, *points, dtype=torch.float32):
    """f 在几个点上的值，一列 Python 数。"""
    return f(torch.tensor(points, dtype=dtype)).tolist()


def changes_input(f):
    """f 是否改动了传给它的张量。"""
    x = torch.tensor([-2.0, 3.0])
    f(x)
    return x.tolist() != [-2.0, 3.0]


def slopes(f, *points):
    """f 在几个点上反向传播的梯度，一列 Python 数。"""
    x = torch.tensor(points, requires_grad=True)
    return torch.autograd.grad(f(x).sum(), x)[0].tolist()


def cut_off(f):
    """f 是否没有留在计算图里。"""
    return not f(torch.tensor([-2.0, 3.0], requires_grad=True)).requires_grad


def remembers(make):
    """derivative 是否要靠前面的那次调用：没有调用过就出错，或者给出上一次的结果。"""
    x = torch.tensor([-1.5, 2.0])
    try:
        fresh = make().derivative(x.clone()).tolist()
    except (AttributeError, TypeError):
        fresh = None
    f = make()
    f(torch.tensor([0.7, -0.3]))
    after_other = f.derivative(x.clone()).tolist()
    f = make()
    f(x.clone())
    return f.derivative(x.clone()).tolist() != after_other or fresh is None


def close(got, *wanted):
    """每个数是否都与想找的数相差不到 0.001。"""
    return all(abs(g - w) < 1e-3 for g, w in zip(got, wanted, strict=True))


def nan(value):
    """是不是 NaN。"""
    return value != value


# ---------------------------------------------------------------- 练习 1　ReLU


@table.add(
    "my_relu",
    seen="调用以后，传进来的 x 自己变了",
    think="x 还要留给别的计算用。怎样得到一个新的张量，而不去改 x 里的数？",
)
def in_place(MyReLU):
    return changes_input(MyReLU())


@table.add(
    "my_relu",
    seen="求导数以后，传进来的 x 自己变了",
    think="x 还要留给别的计算用。怎样得到一个新的张量，而不去改 x 里的数？",
)
def derivative_in_place(MyReLU):
    return changes_input(MyReLU().derivative)


@table.add(
    "my_relu",
    seen="函数值没有错，却与带 requires_grad 的输入断开了，梯度传不回去",
    think="detach、.data、numpy() 和 torch.no_grad 都会让 autograd 看不见这一步，能不能全程只用 torch 的运算？",
)
def detached(MyReLU):
    return close(at(MyReLU(), -2.0, 3.0), 0, 3) and cut_off(MyReLU())


@table.add(
    "my_relu",
    seen="输入 −3，输出还是 −3",
    think="门只朝一个方向开。负数走到门前，应当变成什么？",
)
def identity(MyReLU):
    return close(at(MyReLU(), -3.0, 3.0), -3, 3)


@table.add(
    "my_relu",
    seen="输入 −3，输出是 3",
    think="那是绝对值的图像，左边也向上走。ReLU 图像的左半边是什么样的？",
)
def absolute_value(MyReLU):
    return close(at(MyReLU(), -3.0, 3.0), 3, 3)


@table.add(
    "my_relu",
    seen="输入 −100，输出是一个不大的负数，而不是 0",
    think="负半边留了一点斜率，那是练习 4 的 LeakyReLU。ReLU 的负半边有多陡？",
)
def leaky(MyReLU):
    return -50 < at(MyReLU(), -100.0)[0] < -1e-3


@table.add(
    "my_relu",
    seen="输入 100，输出比 100 小",
    think="正数应当原样通过，多大都一样。是不是给函数值设了上限？",
)
def relu6(MyReLU):
    value = at(MyReLU(), 3.0, 100.0)
    return close(value[:1], 3) and value[1] < 100


@table.add(
    "my_relu",
    seen="derivative 返回的是布尔张量",
    think="导数还要与别的数相乘。怎样把 True、False 换成与 x 同一种 dtype 的数？",
)
def bool_derivative(MyReLU):
    return MyReLU().derivative(torch.tensor([-2.0, 3.0])).dtype == torch.bool


@table.add(
    "my_relu",
    seen="derivative 返回的是整数张量，而 x 是浮点数",
    think="torch.where 的两支如果都是 Python 整数，结果的 dtype 与 x 还有关系吗？",
)
def int_derivative(MyReLU):
    return not MyReLU().derivative(torch.tensor([-2.0, 3.0])).dtype.is_floating_point


@table.add(
    "my_relu",
    seen="x 是 float64 时，derivative 返回的却是 float32",
    think="dtype 是写死的，还是从 x 来的？",
)
def float32_derivative(MyReLU):
    return MyReLU().derivative(torch.tensor([-2.0, 3.0], dtype=torch.float64)).dtype == torch.float32


@table.add(
    "my_relu",
    seen="derivative 的结果取决于之前的调用：换一个 x 再求，得到的还是旧的，或者干脆出错",
    think="derivative(x) 的参数里已经有 x 了，还需要从 self 里取什么吗？",
)
def derivative_cached(MyReLU):
    return remembers(MyReLU)


@table.add(
    "my_relu",
    seen="x = 3 处 derivative 返回 3，与函数值一样",
    think="导数是图像的斜率，不是高度。正半边的直线有多陡？",
)
def derivative_is_value(MyReLU):
    return close(at(MyReLU().derivative, -3.0, 3.0), 0, 3)


@table.add(
    "my_relu",
    seen="derivative 在 0 处返回 1",
    think="本课约定 0 处的导数归哪一边？看看比较的时候带没带等号。",
)
def derivative_one_at_zero(MyReLU):
    return close(at(MyReLU().derivative, -3.0, 0.0, 3.0), 0, 1, 1)


@table.add(
    "my_relu",
    seen="derivative 在 0 处返回 0.5",
    think="½ 是一个次梯度，有的运算在 0 处就给出它；但本课约定 derivative 在 0 处返回多少？",
)
def derivative_half_at_zero(MyReLU):
    return close(at(MyReLU().derivative, -3.0, 0.0, 3.0), 0, 0.5, 1)


@table.add(
    "my_relu",
    seen="函数值没有错，反向传播到 x = 0 处的梯度却是 NaN",
    think="求绝对值如果绕道平方根，平方根在 0 处有多陡？",
)
def gradient_at_zero(MyReLU):
    return close(at(MyReLU(), -2.0, 3.0), 0, 3) and nan(slopes(MyReLU(), 0.0)[0])


# ---------------------------------------------------------------- 练习 2　Sigmoid


@table.add(
    "my_sigmoid",
    seen="调用以后，传进来的 x 自己变了",
    think="x 还要留给别的计算用。名字以下划线结尾的运算会改动谁？",
)
def sigmoid_in_place(MySigmoid):
    return changes_input(MySigmoid())


@table.add(
    "my_sigmoid",
    seen="输出与带 requires_grad 的输入断开了，梯度传不回去",
    think="detach、.data、numpy() 和 torch.no_grad 都会让 autograd 看不见这一步，能不能全程只用 torch 的运算？",
)
def sigmoid_detached(MySigmoid):
    return cut_off(MySigmoid())


@table.add(
    "my_sigmoid",
    seen="曲线在下降：f(−2) 比 f(2) 大",
    think="代入一个很大的正数：分母应当靠近 1 还是无穷大？再看指数前面的符号。",
)
def sign(MySigmoid):
    return close(at(MySigmoid(), -2.0, 0.0, 2.0), 0.8808, 0.5, 0.1192)


@table.add(
    "my_sigmoid",
    seen="f(5) 恰好等于 1，f(−5) 恰好等于 0",
    think="折线近似很快就走到了头，Sigmoid 却永远走不到。公式里的指数去哪里了？",
)
def hard(MySigmoid):
    return at(MySigmoid(), -5.0, 5.0) == [0, 1]


@table.add(
    "my_sigmoid",
    seen="x 是 float64，返回的却是 float32",
    think="dtype 应当从 x 来，是哪一步把它换掉了？",
)
def float32(MySigmoid):
    return MySigmoid()(torch.tensor([0.3], dtype=torch.float64)).dtype == torch.float32


@table.add(
    "my_sigmoid",
    seen="x 是 float64，返回的 dtype 也对，数值却只有 float32 的精度",
    think="精度一旦丢了，最后再换回 float64 也找不回来。是哪一步转成了 float32？",
)
def float32_inside(MySigmoid):
    value = MySigmoid()(torch.tensor([-1.3, 0.3, 2.1], dtype=torch.float64))
    return value.dtype == torch.float64 and torch.equal(value, value.float().double())


@table.add(
    "my_sigmoid",
    seen="derivative 的结果取决于之前的调用：换一个 x 再求，得到的还是旧的，或者干脆出错",
    think="derivative(x) 的参数里已经有 x 了，还需要从 self 里取什么吗？",
)
def sigmoid_derivative_cached(MySigmoid):
    return remembers(MySigmoid)


@table.add(
    "my_sigmoid",
    seen="x = 3 处 derivative 返回 −6",
    think="σ(1 − σ) 里的量是函数值，不是 x。你代入的是哪一个？",
)
def derivative_of_x(MySigmoid):
    return close(at(MySigmoid().derivative, 3.0), -6)


@table.add(
    "my_sigmoid",
    seen="derivative 在 0 处返回 0.5，越往右越大，与函数值一样",
    think="导数是斜率，不是高度。曲线在右端是陡还是平？",
)
def derivative_value(MySigmoid):
    return close(at(MySigmoid().derivative, -2.0, 0.0, 2.0), 0.1192, 0.5, 0.8808)


@table.add(
    "my_sigmoid",
    seen="derivative 在 0 处返回 0.5，越往左越大",
    think="曲线在左端是陡还是平？导数公式里有两个因子，是不是只写了一个？",
)
def derivative_one_minus(MySigmoid):
    return close(at(MySigmoid().derivative, -2.0, 0.0, 2.0), 0.8808, 0.5, 0.1192)


@table.add(
    "my_sigmoid",
    seen="derivative 在 0 处返回 −0.25",
    think="Sigmoid 处处递增，它的导数应当是什么符号？",
)
def derivative_negative(MySigmoid):
    return close(at(MySigmoid().derivative, 0.0), -0.25)


@table.add(
    "my_sigmoid",
    seen="derivative 在 0 处返回 0.75，x 很大时靠近 0",
    think="那是 Tanh 的导数公式用在了 σ 上。Sigmoid 的导数最大是多少？",
)
def derivative_tanh(MySigmoid):
    return close(at(MySigmoid().derivative, 0.0, 15.0), 0.75, 0)


@table.add(
    "my_sigmoid",
    seen="derivative 在 0 处返回 0.75，x 很大时靠近 2",
    think="右端的曲线躺平了，斜率应当靠近多少？看看第二个因子里的加减号。",
)
def derivative_plus(MySigmoid):
    return close(at(MySigmoid().derivative, 0.0, 15.0), 0.75, 2)


@table.add(
    "my_sigmoid",
    seen="别处的导数都对，只有 x = 0 处返回了 0",
    think="如果 derivative 用自动求导得到，中间有没有用 |x| 或 sign？它们在 0 处的梯度是多少？",
)
def derivative_at_zero(MySigmoid):
    return close(at(MySigmoid().derivative, -2.0, 0.0, 2.0), 0.105, 0, 0.105)


@table.add(
    "my_sigmoid",
    seen="x = 1000 处的函数值是 NaN",
    think="分子分母里的指数同时变成了无穷大。能不能只计算指数不大于 0 的那一种？",
)
def textbook_exp_first(MySigmoid):
    return nan(at(MySigmoid(), 1000.0)[0])


@table.add(
    "my_sigmoid",
    seen="函数值处处有限，反向传播到 x = −1000 和 x = 1000 两处的梯度却都是 NaN",
    think="torch.where 没有选中的那一支也算过。怎样让那一支的指数也不会溢出？",
)
def where_trap(MySigmoid):
    left, right = slopes(MySigmoid(), -1000.0, 1000.0)
    return nan(left) and nan(right)


@table.add(
    "my_sigmoid",
    seen="x = −1000 处的函数值是 0，反向传播的梯度却是 NaN",
    think="那里中间的指数是多大？函数值侥幸没有错，反向传播却要拿 0 去乘它。",
)
def textbook(MySigmoid):
    left, right = slopes(MySigmoid(), -1000.0, 1000.0)
    return at(MySigmoid(), -1000.0) == [0] and nan(left) and not nan(right)


@table.add(
    "my_sigmoid",
    seen="函数值处处有限，derivative 在 x = −1000 处却是 NaN",
    think="derivative 里是不是又单独算了一次会溢出的指数？",
)
def textbook_derivative(MySigmoid):
    return nan(at(MySigmoid().derivative, -1000.0)[0])


@table.add(
    "my_sigmoid",
    seen="x = −22 与 x = −21 的函数值完全相同",
    think="为了不溢出而截断是可以的，可是界限离 0 太近。float64 在多远的地方才分辨不出差别？",
)
def clamp_tight(MySigmoid):
    value = at(MySigmoid(), -22.0, -21.0, -1.0, dtype=torch.float64)
    return value[0] == value[1] and close(value[2:], 0.2689)


@table.add(
    "my_sigmoid",
    seen="|x| 从某处起，derivative 恰好等于 0，而函数值还在变",
    think="导数很小，但不是 0。截断的地方，真值与 0 相差多少？",
)
def derivative_cut(MySigmoid):
    value = at(MySigmoid(), -15.0, -14.0, dtype=torch.float64)
    return value[0] != value[1] and at(MySigmoid().derivative, 15.0, -15.0, dtype=torch.float64) == [0, 0]


# ---------------------------------------------------------------- 练习 3　Tanh


@table.add(
    "my_tanh",
    seen="调用以后，传进来的 x 自己变了",
    think="x 还要留给别的计算用。名字以下划线结尾的运算会改动谁？",
)
def tanh_in_place(MyTanh):
    return changes_input(MyTanh())


@table.add(
    "my_tanh",
    seen="输出与带 requires_grad 的输入断开了，梯度传不回去",
    think="detach、.data、numpy() 和 torch.no_grad 都会让 autograd 看不见这一步，能不能全程只用 torch 的运算？",
)
def tanh_detached(MyTanh):
    return cut_off(MyTanh())


@table.add(
    "my_tanh",
    seen="f(0) = 0.5，负数的输出是正的",
    think="那是 Sigmoid。Tanh 以 0 为中心，要再怎样拉伸、平移？",
)
def sigmoid(MyTanh):
    return close(at(MyTanh(), 0.0), 0.5)


@table.add(
    "my_tanh",
    seen="f(1) 约为 −0.76，曲线在下降",
    think="Tanh 是递增的。看看分子里两个指数的先后。",
)
def tanh_sign(MyTanh):
    return close(at(MyTanh(), -1.0, 1.0), 0.7616, -0.7616)


@table.add(
    "my_tanh",
    seen="f(−1) 与 f(1) 相等，都是正的",
    think="Tanh 是奇函数。左半边的符号在哪一步丢了？",
)
def even(MyTanh):
    return close(at(MyTanh(), -1.0, 1.0), 0.7616, 0.7616)


@table.add(
    "my_tanh",
    seen="f(1) 约为 0.46，曲线横向宽了一倍",
    think="f(1) 恰好是 tanh(0.5)。指数里，或者 σ 里，是不是少了一个 2？",
)
def factor_two(MyTanh):
    return close(at(MyTanh(), -1.0, 1.0), -0.4621, 0.4621)


@table.add(
    "my_tanh",
    seen="f(1) 约为 0.96，曲线横向窄了一半",
    think="f(1) 恰好是 tanh(2)。指数里，或者 σ 里，是不是多了一个 2？",
)
def double_exponent(MyTanh):
    return close(at(MyTanh(), -1.0, 1.0), -0.964, 0.964)


@table.add(
    "my_tanh",
    seen="f(1) 恰好等于 1",
    think="折线近似很快就走到了头，Tanh 却永远走不到。公式里的指数去哪里了？",
)
def tanh_hard(MyTanh):
    return at(MyTanh(), -1.0, 1.0) == [-1, 1]


@table.add(
    "my_tanh",
    seen="x 是 float64，返回的却是 float32",
    think="dtype 应当从 x 来，是哪一步把它换掉了？",
)
def tanh_float32(MyTanh):
    return MyTanh()(torch.tensor([0.3], dtype=torch.float64)).dtype == torch.float32


@table.add(
    "my_tanh",
    seen="x 是 float64，返回的 dtype 也对，数值却只有 float32 的精度",
    think="精度一旦丢了，最后再换回 float64 也找不回来。是哪一步转成了 float32？",
)
def tanh_float32_inside(MyTanh):
    value = MyTanh()(torch.tensor([-1.3, 0.3, 2.1], dtype=torch.float64))
    return value.dtype == torch.float64 and torch.equal(value, value.float().double())


@table.add(
    "my_tanh",
    seen="derivative 的结果取决于之前的调用：换一个 x 再求，得到的还是旧的，或者干脆出错",
    think="derivative(x) 的参数里已经有 x 了，还需要从 self 里取什么吗？",
)
def tanh_derivative_cached(MyTanh):
    return remembers(MyTanh)


@table.add(
    "my_tanh",
    seen="x = 3 处 derivative 返回 −8",
    think="公式里平方的是函数值，不是 x。你代入的是哪一个？",
)
def tanh_derivative_of_x(MyTanh):
    return close(at(MyTanh().derivative, 3.0), -8)


@table.add(
    "my_tanh",
    seen="derivative 在 0 处返回 0，x = −1 处是负的",
    think="那是 Sigmoid 的导数公式用在了 tanh 上。Tanh 在 0 处有多陡？",
)
def derivative_sigmoid(MyTanh):
    return close(at(MyTanh().derivative, -1.0, 0.0, 1.0), -1.3416, 0, 0.1816)


@table.add(
    "my_tanh",
    seen="derivative 在 x = −1 处大于 1，左右不对称",
    think="斜率不会超过 1，左右也应当一样。函数值是不是少了平方？",
)
def derivative_no_square(MyTanh):
    return close(at(MyTanh().derivative, -1.0, 0.0, 1.0), 1.7616, 1, 0.2384)


@table.add(
    "my_tanh",
    seen="derivative 在 0 处返回 −1",
    think="Tanh 处处递增，它的导数应当是什么符号？",
)
def tanh_derivative_negative(MyTanh):
    return close(at(MyTanh().derivative, 0.0), -1)


@table.add(
    "my_tanh",
    seen="x 很大时 derivative 靠近 2，而不是 0",
    think="两端的曲线躺平了，斜率应当靠近多少？看看平方项前面的加减号。",
)
def tanh_derivative_plus(MyTanh):
    return close(at(MyTanh().derivative, -15.0, 0.0, 15.0), 2, 1, 2)


@table.add(
    "my_tanh",
    seen="别处的导数都对，只有 x = 0 处返回了 0",
    think="如果 derivative 用自动求导得到，中间有没有用 |x| 或 sign？它们在 0 处的梯度是多少？",
)
def tanh_derivative_at_zero(MyTanh):
    return close(at(MyTanh().derivative, -1.0, 0.0, 1.0), 0.42, 0, 0.42)


@table.add(
    "my_tanh",
    seen="x = −100 和 x = 100 处的函数值都是 NaN",
    think="分子分母都成了无穷大。两边同除以较大的那个指数，剩下的指数会怎样？",
)
def tanh_textbook(MyTanh):
    left, right = at(MyTanh(), -100.0, 100.0)
    return nan(left) and nan(right)


@table.add(
    "my_tanh",
    seen="x = −100 处没有问题，x = 100 处的函数值却是 NaN",
    think="只有一边的指数会变成无穷大。怎样让两边都走安全的那条路？",
)
def textbook_exp2x(MyTanh):
    left, right = at(MyTanh(), -100.0, 100.0)
    return not nan(left) and nan(right)


@table.add(
    "my_tanh",
    seen="函数值处处有限，反向传播到 x = −1000 和 x = 1000 两处的梯度却都是 NaN",
    think="torch.where 没有选中的那一支也算过。怎样让那一支的指数也不会溢出？",
)
def tanh_where_trap(MyTanh):
    left, right = slopes(MyTanh(), -1000.0, 1000.0)
    return nan(left) and nan(right)


@table.add(
    "my_tanh",
    seen="函数值处处有限，反向传播的梯度却在 x = −1000、x = 1000 两处中的一处是 NaN",
    think="那一处中间的指数是多大？函数值侥幸没有错，反向传播却要拿 0 去乘它。",
)
def textbook_two_over(MyTanh):
    left, right = slopes(MyTanh(), -1000.0, 1000.0)
    return nan(left) or nan(right)


@table.add(
    "my_tanh",
    seen="x = 12 与 x = 11.5 的函数值完全相同",
    think="为了不溢出而截断是可以的，可是界限离 0 太近。float64 在多远的地方才分辨不出差别？",
)
def tanh_clamp_tight(MyTanh):
    value = at(MyTanh(), 12.0, 11.5, 1.0, dtype=torch.float64)
    return value[0] == value[1] and close(value[2:], 0.7616)


# ---------------------------------------------------------------- 练习 4　LeakyReLU


@table.add(
    "my_leaky_relu",
    seen="调用以后，传进来的 x 自己变了",
    think="x 还要留给别的计算用。怎样得到一个新的张量，而不去改 x 里的数？",
)
def leaky_in_place(MyLeakyReLU):
    return changes_input(MyLeakyReLU(0.5))


@table.add(
    "my_leaky_relu",
    seen="先造一个斜率 0.5 的对象，再造一个斜率 0.25 的，前一个的斜率也变了",
    think="斜率存在了大家共用的地方，还是存在每个对象自己那里？",
)
def shared_slope(MyLeakyReLU):
    first = MyLeakyReLU(0.5)
    before = at(first, -4.0)
    MyLeakyReLU(0.25)
    return close(before, -2) and close(at(first, -4.0), -1)


@table.add(
    "my_leaky_relu",
    seen="斜率 0.5，输入 −4，输出是 0",
    think="负半边全是 0，那是 ReLU。负数应当漏过去多少？",
)
def relu(MyLeakyReLU):
    return close(at(MyLeakyReLU(0.5), -4.0, 4.0), 0, 4)


@table.add(
    "my_leaky_relu",
    seen="斜率 0.5，输入 −4，输出是 2",
    think="正的斜率乘以负数，结果应当是什么符号？",
)
def leaky_sign(MyLeakyReLU):
    return close(at(MyLeakyReLU(0.5), -4.0, 4.0), 2, 4)


@table.add(
    "my_leaky_relu",
    seen="斜率 0.5，输入 −4，输出是 0.5",
    think="负半边返回了斜率本身，图像是一条横线。斜率应当怎样用到 x 上？",
)
def constant_left(MyLeakyReLU):
    return close(at(MyLeakyReLU(0.5), -4.0, 4.0), 0.5, 4)


@table.add(
    "my_leaky_relu",
    seen="斜率 0.5，输入 4，输出是 2",
    think="正数应当原样通过，斜率只用在哪一边？",
)
def slope_everywhere(MyLeakyReLU):
    return close(at(MyLeakyReLU(0.5), -4.0, 4.0), -2, 2)


@table.add(
    "my_leaky_relu",
    seen="构造时给了斜率 0.5，负半边用的却是 0.01",
    think="构造时给的斜率存到哪里去了？计算时用的是它，还是写死的数？",
)
def fixed_slope(MyLeakyReLU):
    return close(at(MyLeakyReLU(0.5), -4.0, 4.0), -0.04, 4)


@table.add(
    "my_leaky_relu",
    seen="斜率 0.5 时正确；斜率 2、输入 −4 时输出 −4，输入 4 时输出 8",
    think="取较大者的写法只对一部分斜率成立。斜率大于 1 时，x 与 s·x 谁大？",
)
def larger_of_two(MyLeakyReLU):
    return close(at(MyLeakyReLU(0.5), -4.0, 4.0), -2, 4) and close(at(MyLeakyReLU(2.0), -4.0, 4.0), -4, 8)


@table.add(
    "my_leaky_relu",
    seen="斜率给了 0，负半边却用了 0.01",
    think="0 也是一个斜率。Python 里 0 在 or 和 if 眼中是什么？",
)
def or_default(MyLeakyReLU):
    return close(at(MyLeakyReLU(0.0), -400.0), -4)


@table.add(
    "my_leaky_relu",
    seen="derivative 返回的不是浮点张量",
    think="导数要与 x 同一种 dtype。布尔数和整数里放得下 0.01 吗？",
)
def derivative_int(MyLeakyReLU):
    return not MyLeakyReLU(0.5).derivative(torch.tensor([-2.0, 3.0])).dtype.is_floating_point


@table.add(
    "my_leaky_relu",
    seen="x 是 float64 时，derivative 返回的却是 float32",
    think="torch.where 的两支如果都是 Python 数，结果的 dtype 与 x 还有关系吗？",
)
def derivative_scalars(MyLeakyReLU):
    return MyLeakyReLU(0.5).derivative(torch.tensor([-2.0, 3.0], dtype=torch.float64)).dtype == torch.float32


@table.add(
    "my_leaky_relu",
    seen="x 是 float64，负半边却只有 float32 的精度：斜率 0.1 变成了 0.100000001…",
    think="斜率是不是先变成了 float32 张量？怎样让它从一开始就与 x 同一种 dtype？",
)
def float32_slope(MyLeakyReLU):
    f, x = MyLeakyReLU(0.1), torch.tensor([-1.0], dtype=torch.float64)
    return any(1e-12 < abs(got - exact) < 1e-7 for got, exact in ((f(x).item(), -0.1), (f.derivative(x).item(), 0.1)))


@table.add(
    "my_leaky_relu",
    seen="derivative 的结果取决于之前的调用：换一个 x 再求，得到的还是旧的，或者干脆出错",
    think="derivative(x) 的参数里已经有 x 了，还需要从 self 里取什么吗？",
)
def leaky_derivative_cached(MyLeakyReLU):
    return remembers(MyLeakyReLU)


@table.add(
    "my_leaky_relu",
    seen="斜率 0.5 时，derivative 在负半边返回 0",
    think="负半边的直线不是平的，它有多陡？",
)
def derivative_relu(MyLeakyReLU):
    return close(at(MyLeakyReLU(0.5).derivative, -4.0, 4.0), 0, 1)


@table.add(
    "my_leaky_relu",
    seen="斜率 0.5 时，derivative 在负半边返回 1，在正半边返回 0.5",
    think="两支放反了：哪一边的直线更平？",
)
def derivative_swapped(MyLeakyReLU):
    return close(at(MyLeakyReLU(0.5).derivative, -4.0, 4.0), 1, 0.5)


@table.add(
    "my_leaky_relu",
    seen="斜率为负时，derivative 在负半边返回了 1",
    think="斜率为负时，负数的输出是正的。分左右两边要看输出的符号，还是 x 的符号？",
)
def derivative_output_sign(MyLeakyReLU):
    return close(at(MyLeakyReLU(-0.5).derivative, -4.0, 4.0), 1, 1)
