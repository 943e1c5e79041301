# softplus with a large beta
class MyReLU:
    def __call__(self, x):
        return F.softplus(x, beta=1000)

    def derivative(self, x):
        return (x > 0).to(x.dtype)
