"""实验 5 的常见错误：检查没通过时，用来告诉你它像哪一种。"""

import torch

import labkit

table = labkit.Misconceptions()


@table.add(
    "dropout_layer",
    seen="输入全为 1、p = 0.5 时，留下来的元素仍然是 1",
    think="一半的元素变成 0 以后，下一层收到的总和还是原来那么大吗？怎样让它在平均意义上不变？",
)
def no_scaling(dropout_layer):
    y = dropout_layer(torch.ones(200), 0.5)
    return bool((y == 0).any()) and y.max() == 1
