from net.layers import Linear, ReLU


class MLP:
    def __init__(self):
        self.layers = [Linear(2, 5), ReLU(), Linear(5, 3)]

    def forward(self, x):
        # BEGIN SOLUTION
        for layer in self.layers:
            x = layer.forward(x)
        return x
        # END SOLUTION

    def backward(self, dout):
        # BEGIN SOLUTION
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout
        # END SOLUTION
