# computed under no_grad
class MyReLU:
    def __call__(self, x):
        with torch.no_grad():
            return x.clamp(min=0)

    def derivative(self, x):
        return (x > 0).to(x.dtype)
