# 可以像函数那样调用的类
class Lasso:
    def __init__(self, order):
        self.order = order

    def __call__(self, w):
        return torch.norm(w.reshape(-1), self.order)


l1_penalty = Lasso(1)
