# overwrites x behind autograd's back
class MyReLU:
    def __call__(self, x):
        x.data[x < 0] = 0
        return x * 1

    def derivative(self, x):
        return (x > 0).to(x.dtype)
