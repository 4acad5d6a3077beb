# LeNet-5
# ---------------------------------------------------------------
# layer          output
# conv1          6 x 28 x 28     (28 + 2*2 - 5 + 1 = 28)
# pool1          6 x 14 x 14     (28 / 2)
# conv2          16 x 10 x 10    (14 - 5 + 1)
# pool2          16 x 5 x 5      (10 / 2)
# dense          120, 84, 10
# ---------------------------------------------------------------
import torch
import torch.nn as nn
import torch.nn.functional as F


class LeNet5(nn.Module):
    # The constructor makes the layers.
    def __init__(self):
        # Never forget this line!
        super(LeNet5, self).__init__()
        # first convolution
        self.conv1 = nn.Conv2d(in_channels=1, out_channels=6, kernel_size=(5, 5), padding=(2, 2))
        # second convolution
        self.conv2 = nn.Conv2d(in_channels=6, out_channels=16, kernel_size=(5, 5))
        # first dense layer, 400 = 16 * 5 * 5
        self.fc1 = nn.Linear(in_features=400, out_features=120)
        # second dense layer
        self.fc2 = nn.Linear(in_features=120, out_features=84)
        # third dense layer
        self.fc3 = nn.Linear(in_features=84, out_features=10)

    # The forward pass.
    def forward(self, x):
        # convolution, sigmoid, pooling
        x = F.avg_pool2d(torch.sigmoid(self.conv1(x)), 2)
        # convolution, sigmoid, pooling
        x = F.avg_pool2d(torch.sigmoid(self.conv2(x)), 2)
        # flatten, -1 is the batch size
        x = x.view(-1, 400)
        # dense, sigmoid
        x = torch.sigmoid(self.fc1(x))
        # dense, sigmoid
        x = torch.sigmoid(self.fc2(x))
        # dense, NO sigmoid because these are the logits
        x = self.fc3(x)
        # done
        return x


# This function returns the network.
def lenet():
    return LeNet5()
