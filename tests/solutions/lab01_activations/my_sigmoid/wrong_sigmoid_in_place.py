# overwrites x
class MySigmoid:
    def __call__(self, x):
        x.neg_().clamp_(max=40).exp_().add_(1).reciprocal_()
        return x

    def derivative(self, x):
        y = MySigmoid()(x.clone())
        return y * (1 - y)
