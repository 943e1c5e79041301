# keeps the negatives and drops the positives
class MyReLU:
    def __call__(self, x):
        return x * (x < 0)

    def derivative(self, x):
        return (x > 0).to(x.dtype)
