class Scalar:
    def __init__(self, data):
        self.data = data
        self.grad = 0.0

    def backward(self):
        self.grad = 1.0


class Node:
    def __init__(self, data):
        self.data = data
        self.grad = 0.0

    def backward(self):
        self.grad = 1.0
