# nn.L1Loss
class _L1(nn.Module):
    def __init__(self):
        super().__init__()
        self.distance = nn.L1Loss(reduction="sum")

    def forward(self, w):
        return self.distance(w, w.new_zeros(w.shape))


l1_penalty = _L1()
