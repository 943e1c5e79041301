"""实验 6 的常见错误：检查没通过时，用来告诉你它像哪一种。"""

import numpy as np

import labkit

table = labkit.Misconceptions()


# --------------------------------------------------------------------------- 练习 1：前向传播


def _forward(function, keep_prob, **options):
    """20 个一样的单元、100 个一样的样本（w1、w2、x 全为 1，偏置为 0）：返回 a2 和 cache 里的数组。"""
    parameters = {"w1": np.ones((20, 1)), "b1": np.zeros((20, 1)), "w2": np.ones((1, 20)), "b2": np.zeros((1, 1))}
    a2, cache = function(np.ones((1, 100)), parameters, keep_prob, **options)
    return np.asarray(a2), {name: np.asarray(value, dtype=float) for name, value in cache.items()}


def _kept(function, keep_prob):
    """被保留的那些元素：遮挡之前和之后的值。"""
    _, cache = _forward(function, keep_prob)
    kept = cache["a1_drop"] != 0
    return cache["a1"][kept], cache["a1_drop"][kept]


@table.add(
    "forward_propagation_with_dropout",
    seen="mask1 里 1 的位置，a1_drop 是 0；0 的位置，a1_drop 反而不是 0",
    think="约定里，1 表示保留还是丢弃？存进 cache 的掩码和遮挡时用的是同一张吗？",
)
def mask_marks_dropped(forward_propagation_with_dropout):
    cache = _forward(forward_propagation_with_dropout, 0.7)[1]
    return ((cache["a1_drop"] == 0) == (cache["mask1"] == 1)).all()


@table.add(
    "forward_propagation_with_dropout",
    seen="keep_prob = 0.9 时，大约九成的元素被丢弃了",
    think="keep_prob 是保留的概率还是丢弃的概率？均匀随机数小于 0.9 的机会有多大？",
)
def keep_drop_swapped(forward_propagation_with_dropout):
    return _forward(forward_propagation_with_dropout, 0.9)[1]["mask1"].mean() < 0.3


@table.add(
    "forward_propagation_with_dropout",
    seen="100 个样本用的是同一组掩码：mask1 的每一列都一样，或者它只有一列",
    think="同一个单元，能不能在这个样本里出席、在那个样本里缺席？一共要掷多少枚硬币？",
)
def mask_shared_by_batch(forward_propagation_with_dropout):
    mask = _forward(forward_propagation_with_dropout, 0.5)[1]["mask1"]
    return 0 < mask.mean() < 1 and (mask == mask[:, :1]).all()


@table.add(
    "forward_propagation_with_dropout",
    seen="同一个样本里，20 个隐藏单元要么全部保留，要么全部丢弃",
    think="硬币是替每个样本掷一次，还是替每个单元、每个样本各掷一次？",
)
def mask_shared_by_units(forward_propagation_with_dropout):
    mask = _forward(forward_propagation_with_dropout, 0.5)[1]["mask1"]
    return 0 < mask.mean() < 1 and (mask == mask[:1]).all()


@table.add(
    "forward_propagation_with_dropout",
    seen="keep_prob = 0.5 时，mask1 里出现了 2，而不是只有 0 和 1",
    think="掩码只记“保留还是丢弃”。放大写进了掩码，反向传播再除一次，会发生什么？",
)
def mask_scaled(forward_propagation_with_dropout):
    return np.isclose(_forward(forward_propagation_with_dropout, 0.5)[1]["mask1"].max(), 2)


@table.add(
    "forward_propagation_with_dropout",
    seen="所有样本都一样，cache 里的 a1 却有大有小，而且不是简单地被遮成 0",
    think="遮挡和放大放在 tanh 的前面还是后面？对着公式看看，掩码乘的是哪一个量。",
)
def mask_before_tanh(forward_propagation_with_dropout):
    return np.isclose(_forward(forward_propagation_with_dropout, 0.5)[1]["a1"].max(), 0.9640276)


@table.add(
    "forward_propagation_with_dropout",
    seen="所有样本都一样，cache 里的 a1 却在 mask1 为 0 的地方变成了 0",
    think="反向传播求 tanh 的斜率时要用遮挡之前的 a1。存进 cache 之前，它被改写了吗？",
)
def cache_a1_masked(forward_propagation_with_dropout):
    cache = _forward(forward_propagation_with_dropout, 0.5)[1]
    return (cache["a1"] == 0).any() and ((cache["a1"] == 0) == (cache["mask1"] == 0)).all()


@table.add(
    "forward_propagation_with_dropout",
    seen="keep_prob = 0.8 时，被保留的激活没有变大",
    think="丢掉两成以后，送给下一层的总量还是原来那么多吗？期望怎样才能不变？",
)
def no_scaling(forward_propagation_with_dropout):
    before, after = _kept(forward_propagation_with_dropout, 0.8)
    return before.size > 0 and np.allclose(after, before)


@table.add(
    "forward_propagation_with_dropout",
    seen="keep_prob = 0.8 时，被保留的激活变成了原来的 5 倍",
    think="每 5 个留下 4 个，要放大多少倍才能补回来？除数应是保留的比例还是丢弃的比例？",
)
def scaled_by_drop(forward_propagation_with_dropout):
    before, after = _kept(forward_propagation_with_dropout, 0.8)
    return before.size > 0 and np.allclose(after, 5 * before)


@table.add(
    "forward_propagation_with_dropout",
    seen="keep_prob = 0.8 时，被保留的激活反而变小了，是原来的 0.8 倍",
    think="已经丢掉了一部分，补偿应当让留下的变大还是变小？",
)
def multiplied(forward_propagation_with_dropout):
    before, after = _kept(forward_propagation_with_dropout, 0.8)
    return before.size > 0 and np.allclose(after, 0.8 * before)


@table.add(
    "forward_propagation_with_dropout",
    seen="每个样本遮掉的单元个数不同，z2 却完全一样",
    think="送进第二层的是遮挡之前的激活，还是遮挡之后的？",
)
def mask_unused(forward_propagation_with_dropout):
    cache = _forward(forward_propagation_with_dropout, 0.5)[1]
    return np.ptp(cache["mask1"].sum(axis=0)) > 0 and np.ptp(cache["z2"]) == 0


@table.add(
    "forward_propagation_with_dropout",
    seen="不给 rng，连续两次调用得到的掩码完全相同",
    think="函数里有没有写死的种子，或者跨调用保存下来的掩码？",
)
def default_seed(forward_propagation_with_dropout):
    first, second = (_forward(forward_propagation_with_dropout, 0.5)[1]["mask1"] for _ in range(2))
    return 0 < first.mean() < 1 and np.array_equal(first, second)


@table.add(
    "forward_propagation_with_dropout",
    seen="两次都给 rng=np.random.default_rng(3)，得到的掩码却不同",
    think="掷硬币用的随机数，是从参数 rng 里抽的，还是从别处来的？",
)
def rng_ignored(forward_propagation_with_dropout):
    first, second = (
        _forward(forward_propagation_with_dropout, 0.5, rng=np.random.default_rng(3))[1]["mask1"] for _ in range(2)
    )
    return not np.array_equal(first, second)


@table.add(
    "forward_propagation_with_dropout",
    seen="z1 = 1 时，a1 是 0.731，那是 sigmoid 在 1 处的值",
    think="隐藏层用的是哪一个激活函数？再看一遍第 1 节的公式。",
)
def sigmoid_hidden(forward_propagation_with_dropout):
    return np.allclose(_forward(forward_propagation_with_dropout, 1.0)[1]["a1"], 0.7310586)


@table.add(
    "forward_propagation_with_dropout",
    seen="a2 与 z2 完全相同，而且超出了 0 到 1 的范围",
    think="a2 是“标签为 1 的概率”。从 z2 到概率，还差哪一步？",
)
def no_output_sigmoid(forward_propagation_with_dropout):
    a2, cache = _forward(forward_propagation_with_dropout, 1.0)
    return a2.max() > 1 and np.array_equal(a2, cache["z2"])


# --------------------------------------------------------------------------- 练习 2：反向传播


def _case(samples=1, kept=True):
    """一个隐藏单元，keep_prob = 0.2：几个一样的样本，单元都被保留或都被丢弃。返回前四个参数。"""
    ones = np.ones((1, samples))
    parameters = {
        "w1": np.array([[0.2493061443]]),
        "b1": np.array([[0.3]]),
        "w2": np.array([[0.4]]),
        "b2": np.array([[0.0]]),
    }
    a1_drop, z2, a2 = (2.5, 1.0, 0.7310585786) if kept else (0.0, 0.0, 0.5)
    cache = {"z1": 0.5493061443, "a1": 0.5, "a1_drop": a1_drop, "z2": z2, "a2": a2}
    cache = {name: value * ones for name, value in cache.items()}
    cache["mask1"] = np.full((1, samples), kept)
    return parameters, cache, ones, 0 * ones


def _gradients(function, lambd=0.0, **case):
    """上面的例子里的四个梯度，每个都是一个数。"""
    grads = function(*_case(**case), lambd=lambd, keep_prob=0.2)
    return {name: float(np.asarray(value).sum()) for name, value in grads.items()}


def _penalty(function, lambd=6.0, samples=3):
    """惩罚给 dw1 添了多少，除以 w1。"""
    with_penalty, without = (_gradients(function, strength, samples=samples) for strength in (lambd, 0.0))
    return (with_penalty["dw1"] - without["dw1"]) / 0.2493061443


@table.add(
    "backward_propagation_with_dropout",
    seen="60 个样本里单元全部保留，同样的缓存和输入调用两次，梯度却不同",
    think="反向传播里又掷了一次硬币吗？前向用的那张掩码存在哪里？",
)
def mask_redrawn(backward_propagation_with_dropout):
    def once():
        return backward_propagation_with_dropout(*_case(samples=60), lambd=0.0, keep_prob=0.2)["dw1"]

    return not np.allclose(once(), once())


@table.add(
    "backward_propagation_with_dropout",
    seen="被保留的单元得到的梯度是 0，被丢弃的单元反而有梯度",
    think="掩码里的 1 表示保留还是丢弃？",
)
def mask_inverted(backward_propagation_with_dropout):
    dropped, kept = (_gradients(backward_propagation_with_dropout, kept=kept)["db1"] for kept in (False, True))
    return abs(dropped) > 0.01 and kept == 0


@table.add(
    "backward_propagation_with_dropout",
    seen="被丢弃的单元也得到了梯度，而且既没有被遮挡，也没有被放大",
    think="遮挡之后的 da1 算出来以后，下一句用的是它，还是遮挡之前的那个量？",
)
def unmasked_da1_used(backward_propagation_with_dropout):
    return np.isclose(_gradients(backward_propagation_with_dropout, kept=False)["db1"], 0.15)


@table.add(
    "backward_propagation_with_dropout",
    seen="被丢弃的单元也得到了梯度，只是被放大了",
    think="一个这次缺席的单元，动一点会不会影响代价？cache 里的掩码用上了吗？",
)
def mask_only_forgotten(backward_propagation_with_dropout):
    return np.isclose(_gradients(backward_propagation_with_dropout, kept=False)["db1"], 0.75)


@table.add(
    "backward_propagation_with_dropout",
    seen="keep_prob = 0.2 时，被保留的单元的梯度只有应有的五分之一",
    think="前向时这个单元送出去的量被放大了。它动一点，下游动多少？",
)
def no_scale(backward_propagation_with_dropout):
    return np.isclose(_gradients(backward_propagation_with_dropout)["db1"], 0.2193175736)


@table.add(
    "backward_propagation_with_dropout",
    seen="keep_prob = 0.2 时，被保留的单元的梯度是应有的二十五分之一",
    think="前向对被保留的激活做的是乘还是除？反向的方向与它相同还是相反？",
)
def multiplied_by_keep(backward_propagation_with_dropout):
    return np.isclose(_gradients(backward_propagation_with_dropout)["db1"], 0.0438635147)


@table.add(
    "backward_propagation_with_dropout",
    seen="keep_prob = 0.2 时，被保留的单元的梯度只有应有的四分之一，像是按丢弃的比例放大的",
    think="前向除的是保留的比例还是丢弃的比例？反向要与它一致。",
)
def divided_by_drop(backward_propagation_with_dropout):
    return np.isclose(_gradients(backward_propagation_with_dropout)["db1"], 0.2741469670)


@table.add(
    "backward_propagation_with_dropout",
    seen="激活被放大到 2.5 以后，db1 的正负号反了：tanh 的斜率成了负数",
    think="tanh 的斜率取自它自己的输出。cache 里哪一个是 tanh 的输出，哪一个已经被遮挡并放大？",
)
def tanh_from_a1_drop(backward_propagation_with_dropout):
    return np.isclose(_gradients(backward_propagation_with_dropout)["db1"], -7.676115075)


@table.add(
    "backward_propagation_with_dropout",
    seen="db1 里少了 tanh 的斜率那一个因子",
    think="从 da1 到 dz1，中间隔着哪一个函数？",
)
def no_tanh_slope(backward_propagation_with_dropout):
    return np.isclose(_gradients(backward_propagation_with_dropout)["db1"], 1.462117157)


@table.add(
    "backward_propagation_with_dropout",
    seen="a1 = 0.5 时，db1 里的斜率是 0.25，那是 sigmoid 的斜率",
    think="隐藏层的激活函数是哪一个？它的导数怎样用自己的输出表示？",
)
def sigmoid_slope(backward_propagation_with_dropout):
    return np.isclose(_gradients(backward_propagation_with_dropout)["db1"], 0.3655292893)


@table.add(
    "backward_propagation_with_dropout",
    seen="dw2 是用遮挡之前的激活算的",
    think="第二层在前向时看到的输入是 a1，还是 a1_drop？",
)
def dw2_from_a1(backward_propagation_with_dropout):
    return np.isclose(_gradients(backward_propagation_with_dropout)["dw2"], 0.3655292893)


@table.add(
    "backward_propagation_with_dropout",
    seen="标签是 0 的样本，db2 却是负数",
    think="概率太高时，应当让 z2 往哪边走？第 1 步里是谁减谁？",
)
def dz2_sign(backward_propagation_with_dropout):
    return _gradients(backward_propagation_with_dropout)["db2"] < 0


@table.add(
    "backward_propagation_with_dropout",
    seen="同一个样本重复 4 遍，所有的梯度都变成了 4 倍",
    think="代价是各个样本的平均还是总和？1/m 应当在哪一步除进去？",
)
def no_mean(backward_propagation_with_dropout):
    one, four = (_gradients(backward_propagation_with_dropout, samples=m) for m in (1, 4))
    return all(one[name] != 0 and np.isclose(four[name], 4 * one[name]) for name in ("dw1", "db1", "dw2", "db2"))


@table.add(
    "backward_propagation_with_dropout",
    seen="同一个样本重复 4 遍，至少有一个梯度变成了四分之一",
    think="1/m 在 dz2 里已经除过一次，后面又除（或求平均）了吗？",
)
def mean_twice(backward_propagation_with_dropout):
    one, four = (_gradients(backward_propagation_with_dropout, samples=m) for m in (1, 4))
    return any(one[name] != 0 and np.isclose(4 * four[name], one[name]) for name in ("dw1", "db1", "dw2", "db2"))


@table.add(
    "backward_propagation_with_dropout",
    seen="db1 少了一维，不是一列",
    think="求和以后，怎样让结果的形状仍与 b1 相同？",
)
def no_keepdims(backward_propagation_with_dropout):
    return np.ndim(backward_propagation_with_dropout(*_case(samples=3), lambd=0.0, keep_prob=0.2)["db1"]) < 2


@table.add(
    "backward_propagation_with_dropout",
    seen="调用之后，cache 里的数组变了",
    think="哪一句用了 -=、*= 之类的原地运算？等号左边的名字和 cache 里的是不是同一个数组？",
)
def cache_changed(backward_propagation_with_dropout):
    parameters, cache, x, y = _case(samples=3, kept=False)
    cache["mask1"] = cache["mask1"].astype(float)
    before = {name: value.copy() for name, value in cache.items()}
    backward_propagation_with_dropout(parameters, cache, x, y, lambd=0.0, keep_prob=0.2)
    return any(not np.array_equal(cache[name], value) for name, value in before.items())


@table.add(
    "backward_propagation_with_dropout",
    seen="lambd 从 0 变到 6，db1 也跟着变了",
    think="代价里的惩罚管不管偏置？",
)
def l2_on_biases(backward_propagation_with_dropout):
    none, strong = (_gradients(backward_propagation_with_dropout, lambd) for lambd in (0.0, 6.0))
    return not np.isclose(none["db1"], strong["db1"])


@table.add(
    "backward_propagation_with_dropout",
    seen="lambd 从 0 变到 6，dw1 或 dw2 一点也没有变",
    think="代价里除了交叉熵还有一项。它对两个权重矩阵的导数都加进去了吗？",
)
def l2_missing(backward_propagation_with_dropout):
    none, strong = (_gradients(backward_propagation_with_dropout, lambd) for lambd in (0.0, 6.0))
    return any(np.isclose(none[name], strong[name]) for name in ("dw1", "dw2"))


@table.add(
    "backward_propagation_with_dropout",
    seen="样本数从 1 变到 3，惩罚给 dw1 添的那一项没有跟着变小",
    think="代价里惩罚的系数是多少？它与样本数有关吗？",
)
def l2_without_m(backward_propagation_with_dropout):
    one, three = (_penalty(backward_propagation_with_dropout, samples=m) for m in (1, 3))
    return one > 0 and np.isclose(one, three)


@table.add(
    "backward_propagation_with_dropout",
    seen="惩罚给 dw1 添的那一项是应有的 2 倍",
    think="平方求导会多出一个 2，它与代价里的哪个数相约？",
)
def l2_doubled(backward_propagation_with_dropout):
    return np.isclose(_penalty(backward_propagation_with_dropout), 4)


@table.add(
    "backward_propagation_with_dropout",
    seen="惩罚给 dw1 添的那一项只有应有的一半",
    think="代价里的 1/2 在求导以后还在不在？",
)
def l2_halved(backward_propagation_with_dropout):
    return np.isclose(_penalty(backward_propagation_with_dropout), 1)


# --------------------------------------------------------------------------- 练习 3：标准形式


def _share_dropped(layer):
    return float((np.asarray(layer.forward(np.ones(4000))) == 0).mean())


def _same_twice(layer):
    """连续两次训练时的前向，丢弃的位置完全相同。"""
    first, second = (np.array(layer.forward(np.ones(400))) == 0 for _ in range(2))
    return 0 < first.mean() < 1 and np.array_equal(first, second)


def _follows_output(layer):
    """x 全是 0 时，反向把所有梯度都遮掉了。"""
    layer.forward(np.zeros(400))
    return not np.nan_to_num(layer.backward(np.ones(400))).any()


def _follows_other(first, second):
    """第一个对象的反向用了第二个对象的掩码。"""
    layer, other = (np.array(one.forward(np.ones(400))) != 0 for one in (first, second))
    used = np.array(first.backward(np.ones(400))) != 0
    return not np.array_equal(used, layer) and np.array_equal(used, other)


def _masks_again(layer):
    """反向的掩码与前向无关，再调用一次又不同。"""
    layer.forward(np.ones(400))
    first, second = (np.array(layer.backward(np.ones(400))) != 0 for _ in range(2))
    return 0 < first.mean() < 1 and 0 < second.mean() < 1 and not np.array_equal(first, second)


@table.add(
    "dropout_class",
    seen="省略 train_flg 时一个元素也没有丢弃，train_flg=False 时反而丢弃了",
    think="train_flg 为真表示训练。两个分支是不是写反了？",
)
def train_test_swapped(Dropout):
    tested = np.asarray(Dropout(0.5).forward(np.ones(400), train_flg=False))
    return _share_dropped(Dropout(0.5)) == 0 and (tested == 0).any()


@table.add(
    "dropout_class",
    seen="dropout_ratio = 0.9 时，只有大约一成的元素被丢弃",
    think="dropout_ratio 是丢弃的比例还是保留的比例？均匀随机数小于 0.9 的机会有多大？",
)
def ratio_is_keep(Dropout):
    return 0 < _share_dropped(Dropout(0.9)) < 0.3


@table.add(
    "dropout_class",
    seen="输入全为 1、dropout_ratio = 0.75 时，训练时留下来的元素变成了 4",
    think="标准形式和反转形式，哪一个在训练时放大？这个练习要的是哪一个？",
)
def inverted_form(Dropout):
    return np.isclose(np.max(Dropout(0.75).forward(np.ones(400))), 4)


@table.add(
    "dropout_class",
    seen="输入全为 1，train_flg=False 时输出里仍有 0",
    think="测试时还要不要随机丢弃？怎样得到一个确定的输出？",
)
def drops_at_test(Dropout):
    return (np.asarray(Dropout(0.5).forward(np.ones(400), train_flg=False)) == 0).any()


@table.add(
    "dropout_class",
    seen="train_flg=False 时原样输出，没有缩小",
    think="标准形式在训练时只遮挡。下一层训练时习惯了多大的输入，测试时又收到多大的？",
)
def test_scaling_missing(Dropout):
    return np.allclose(Dropout(0.75).forward(np.ones(400), train_flg=False), 1)


@table.add(
    "dropout_class",
    seen="dropout_ratio = 0.75 时，测试时的输出是输入的 0.75 倍",
    think="训练时平均留下了多少？测试时的倍数应当与它相同。",
)
def scaled_by_ratio(Dropout):
    return np.allclose(Dropout(0.75).forward(np.ones(400), train_flg=False), 0.75)


@table.add(
    "dropout_class",
    seen="dropout_ratio = 0.75 时，测试时的输出是输入的 4 倍",
    think="标准形式在测试时应当缩小还是放大？",
)
def scaled_up_at_test(Dropout):
    return np.allclose(Dropout(0.75).forward(np.ones(400), train_flg=False), 4)


@table.add(
    "dropout_class",
    seen="连续两次训练时的前向，丢弃的位置完全相同",
    think="掩码是每次前向都重新抽的吗？有没有写死的种子？",
)
def fixed_mask(Dropout):
    return _same_twice(Dropout(0.5))


@table.add(
    "dropout_class",
    seen="30 行 40 列的输入，每一行要么全部保留，要么全部丢弃",
    think="掩码的形状与 x 相同吗？靠广播补出来的那些元素，是各自掷的硬币吗？",
)
def per_row_mask(Dropout):
    kept = np.asarray(Dropout(0.5).forward(np.ones((30, 40)))) != 0
    return 0 < kept.mean() < 1 and (kept == kept[:, :1]).all()


@table.add(
    "dropout_class",
    seen="前向一次之后，连续两次 backward 遮掉的位置不同",
    think="反向能不能再掷硬币？前向用的那张掩码，应当怎样留给反向？",
)
def mask_drawn_in_backward(Dropout):
    return _masks_again(Dropout(0.5))


@table.add(
    "dropout_class",
    seen="backward 原样返回了 dout，被丢弃的位置也有梯度",
    think="前向时没有送出去的元素，动一点会影响后面吗？",
)
def backward_identity(Dropout):
    layer = Dropout(0.5)
    dropped = np.array(layer.forward(np.ones(400))) == 0
    return dropped.any() and np.allclose(layer.backward(np.ones(400)), 1)


@table.add(
    "dropout_class",
    seen="x 全是 0 时，backward 把所有的梯度都遮掉了",
    think="输出是 0，就一定是被丢弃的吗？掩码应当在什么时候记下来？",
)
def mask_from_output(Dropout):
    return _follows_output(Dropout(0.5))


@table.add(
    "dropout_class",
    seen="另一个对象前向之后，这个对象的 backward 用了那一个的掩码",
    think="掩码记在对象上，还是记在类（或全局变量）上？",
)
def mask_shared_by_objects(Dropout):
    return _follows_other(Dropout(0.5), Dropout(0.5))


@table.add(
    "dropout_class",
    seen="训练时的前向与 backward 之间做过一次测试时的前向，backward 就不对了",
    think="测试时的前向需要掩码吗？它有没有改动为反向记下的那一张？",
)
def mask_lost_at_test(Dropout):
    layer = Dropout(0.5)
    kept = np.array(layer.forward(np.ones(400))) != 0
    if not all(np.array_equal(np.array(layer.backward(np.ones(400))) != 0, kept) for _ in range(2)):
        return False
    layer.forward(np.ones(400), train_flg=False)
    try:
        return not np.array_equal(np.array(layer.backward(np.ones(400))) != 0, kept)
    except (TypeError, AttributeError):
        return True


@table.add(
    "dropout_class",
    seen="前向之后，传进去的 x 变了",
    think="哪一句直接改了 x？怎样先得到一个新的数组？",
)
def x_inplace(Dropout):
    x = np.ones(400)
    Dropout(0.5).forward(x)
    return not np.array_equal(x, np.ones(400))


# --------------------------------------------------------------------------- 练习 4：反转形式


@table.add(
    "inverted_dropout",
    seen="省略 train_flg 时一个元素也没有丢弃，train_flg=False 时反而丢弃了",
    think="train_flg 为真表示训练。两个分支是不是写反了？",
)
def modes_swapped(InvertedDropout):
    tested = np.asarray(InvertedDropout(0.5).forward(np.ones(400), train_flg=False))
    return _share_dropped(InvertedDropout(0.5)) == 0 and (tested == 0).any()


@table.add(
    "inverted_dropout",
    seen="dropout_ratio = 0.9 时，只有大约一成的元素被丢弃",
    think="dropout_ratio 是丢弃的比例还是保留的比例？均匀随机数小于 0.9 的机会有多大？",
)
def ratio_kept(InvertedDropout):
    return 0 < _share_dropped(InvertedDropout(0.9)) < 0.3


@table.add(
    "inverted_dropout",
    seen="输入全为 1、dropout_ratio = 0.75 时，训练时留下来的元素仍然是 1",
    think="四分之三变成 0 以后，平均值还是 1 吗？反转形式在哪个时候补偿？",
)
def no_scale_in_training(InvertedDropout):
    out = np.asarray(InvertedDropout(0.75).forward(np.ones(400)))
    return (out == 0).any() and np.isclose(out.max(), 1)


@table.add(
    "inverted_dropout",
    seen="输入全为 1、dropout_ratio = 0.8 时，训练时留下来的元素是 1.25，像是除以了 0.8",
    think="应当除以丢弃的比例，还是保留的比例？算一算这样做以后的平均值。",
)
def divided_by_ratio(InvertedDropout):
    return np.isclose(np.max(InvertedDropout(0.8).forward(np.ones(400))), 1.25)


@table.add(
    "inverted_dropout",
    seen="输入全为 1、dropout_ratio = 0.75 时，训练时留下来的元素反而变小了，是 0.25",
    think="已经丢掉了一部分，补偿应当让留下的变大还是变小？",
)
def multiplied_in_training(InvertedDropout):
    return np.isclose(np.max(InvertedDropout(0.75).forward(np.ones(400))), 0.25)


@table.add(
    "inverted_dropout",
    seen="输入全为 1，train_flg=False 时输出里仍有 0",
    think="测试时还要不要随机丢弃？",
)
def random_at_test(InvertedDropout):
    return (np.asarray(InvertedDropout(0.5).forward(np.ones(400), train_flg=False)) == 0).any()


@table.add(
    "inverted_dropout",
    seen="dropout_ratio = 0.75 时，测试时的输出只有输入的四分之一",
    think="哪一种形式在测试时缩小？训练时已经补偿过，再缩小一次会怎样？",
)
def scale_at_test(InvertedDropout):
    return np.allclose(InvertedDropout(0.75).forward(np.ones(400), train_flg=False), 0.25)


@table.add(
    "inverted_dropout",
    seen="dropout_ratio = 0.75 时，测试时的输出是输入的 4 倍",
    think="放大是为了补偿被丢掉的部分。测试时丢掉什么了吗？",
)
def scale_up_at_test(InvertedDropout):
    return np.allclose(InvertedDropout(0.75).forward(np.ones(400), train_flg=False), 4)


@table.add(
    "inverted_dropout",
    seen="连续两次训练时的前向，丢弃的位置完全相同",
    think="掩码是每次前向都重新抽的吗？有没有写死的种子？",
)
def same_mask_again(InvertedDropout):
    return _same_twice(InvertedDropout(0.5))


@table.add(
    "inverted_dropout",
    seen="前向一次之后，连续两次 backward 遮掉的位置不同",
    think="反向能不能再掷硬币？前向用的那张掩码，应当怎样留给反向？",
)
def mask_drawn_twice(InvertedDropout):
    return _masks_again(InvertedDropout(0.5))


@table.add(
    "inverted_dropout",
    seen="前向把留下来的元素放大到 4 倍，backward 却没有放大：dout 全为 1 时，梯度最大是 1",
    think="被保留的元素动一点，输出动多少倍的一点？",
)
def backward_no_scale(InvertedDropout):
    layer = InvertedDropout(0.75)
    forward = np.max(layer.forward(np.ones(400)))
    grad = np.asarray(layer.backward(np.ones(400)))
    return np.isclose(forward, 4) and (grad == 0).any() and np.isclose(grad.max(), 1)


@table.add(
    "inverted_dropout",
    seen="backward 在被丢弃的位置也给出了梯度",
    think="前向时没有送出去的元素，动一点会影响后面吗？",
)
def backward_unmasked(InvertedDropout):
    layer = InvertedDropout(0.5)
    dropped = np.array(layer.forward(np.ones(400))) == 0
    return dropped.any() and (np.asarray(layer.backward(np.ones(400))) != 0).all()


@table.add(
    "inverted_dropout",
    seen="x 全是 0 时，backward 把所有的梯度都遮掉了",
    think="输出是 0，就一定是被丢弃的吗？掩码应当在什么时候记下来？",
)
def mask_read_off_output(InvertedDropout):
    return _follows_output(InvertedDropout(0.5))


@table.add(
    "inverted_dropout",
    seen="另一个对象前向之后，这个对象的 backward 用了那一个的掩码",
    think="掩码记在对象上，还是记在类（或全局变量）上？",
)
def mask_kept_on_class(InvertedDropout):
    return _follows_other(InvertedDropout(0.5), InvertedDropout(0.5))
