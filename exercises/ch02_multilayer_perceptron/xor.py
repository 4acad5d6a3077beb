"""XOR: what one line cannot do, and two can.

For two bits, XOR asks whether they differ:

    x1  x2    answer
     0   0      -1
     0   1      +1
     1   0      +1
     1   1      -1

The points (0, 1) and (1, 0) lie on one diagonal of a square, (0, 0) and (1, 1) on the other: no straight line
separates the two pairs. Two lines do, if what they say is combined. That is a network with a hidden layer of two
units, and its weights can be found by hand:

    x1 = 0.5 and x2 = 0.5            one line for each bit; on which side of each is the point?
    x1 + x2 = 0.5 and x1 + x2 = 1.5  two parallel lines; is the point between them?

The inputs are measured, not exact: 0.93 stands for the bit 1, and -0.12 for the bit 0.

Read: Dive into Deep Learning, section 5.1; Minsky and Papert (1969), "Perceptrons".
"""

import torch
from torch import Tensor


def xor_net(X: Tensor) -> Tensor:
    """The XOR of two noisy bits, as -1 or +1.

    X: (n, 2), floating; each coordinate is within 0.2 of 0 or of 1, the bit that it stands for; n may be 0.
    Returns (n,), in the dtype of X: exactly +1 where one of the two bits is 1 and the other 0, exactly -1 where they
    are equal. X stays as it is. No gradient is asked for.
    """
    # TODO: on which side of each of two lines is every point?
    # TODO: combine the two answers into one number, -1 or +1.
    raise NotImplementedError
