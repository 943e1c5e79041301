# closures inside one class body
class MyReLU:
    __call__ = lambda self, x: x * (x > 0).to(x)
    derivative = lambda self, x: torch.gt(x, 0).type_as(x)
