"""实验 LABNUMBER 的常见错误：检查没通过时，用来告诉你它像哪一种。"""

import torch

import labkit

table = labkit.Misconceptions()


@table.add(
    "my_softmax",
    seen="2 行 3 列时，6 个数加起来是 1，而不是每一行各自加起来是 1",
    think="一行是一个样本。求和时应当合并哪一维，留下哪一维？",
)
def whole_table(my_softmax):
    return abs(float(my_softmax(torch.zeros(2, 3)).sum()) - 1) < 1e-3
