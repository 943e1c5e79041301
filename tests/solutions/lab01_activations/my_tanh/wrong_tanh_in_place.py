# overwrites x
class MyTanh:
    def __call__(self, x):
        sign = torch.sign(x)
        x.abs_().mul_(-2).exp_()
        return sign * (1 - x) / (1 + x)

    def derivative(self, x):
        return 1 - self(x.clone()) ** 2
