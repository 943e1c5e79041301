# 2 σ(2x) - 1 with the student's own sigmoid
class MyTanh:
    def __call__(self, x):
        return 2 * MySigmoid()(2 * x) - 1

    def derivative(self, x):
        s = MySigmoid()
        return 4 * s(2 * x) * s(-2 * x)
