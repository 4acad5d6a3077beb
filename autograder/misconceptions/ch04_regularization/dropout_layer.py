"""What people get wrong about dropout_layer."""

import torch
from torch import nn

from autograder.spec import misconception, reference, slip

NOT_GENERATED = ("Dropout_input_changed",)  # works_in_place says more
DRAW = "kept = torch.rand(X.shape, device=X.device) >= self.p"
KEEP = "X * kept / (1 - self.p)"
REFUSE = "not 0 <= p <= 1"
FIRST = "*(nn.Linear(784, 256), nn.ReLU(), Dropout(p1))"
SECOND = "*(nn.Linear(256, 256), nn.ReLU(), Dropout(p2))"
LAST = "nn.Linear(256, 10),"
START = "nn.init.normal_(layer.weight, std=0.01)"


@slip(KEEP, "X * kept")
def kept_values_not_scaled():
    """What is kept is not scaled. Divide it by 1 - p, so that the mean stays that of X and nothing is left to do in
    evaluation mode."""


@slip(KEEP, "X * kept / max(self.p, 1e-9)")
def divided_by_p():
    """What is kept is divided by p. A share 1 - p of the elements is kept, so 1 / (1 - p) brings the mean back."""


@slip(KEEP, "X * kept * (1 - self.p)")
def multiplied_by_the_share_kept():
    """What is kept is multiplied by 1 - p, which makes the mean smaller still. Divide by 1 - p."""


@slip(">= self.p", "< self.p")
def mask_inverted():
    """The mask is the wrong way round: p is the probability that an element is dropped, 1 - p that it is kept."""


@slip("        self.p = p", "        self.p = 1 - p")
def p_means_keep():
    """p is taken for the probability of keeping an element, in the mask and in the factor (as in some old libraries).
    Here p is the probability of dropping it."""


@slip(("        if not self.training:\n            return X\n", ""), (KEEP, KEEP + " if self.p else X"))
def drops_in_evaluation_mode():
    """Elements are dropped in evaluation mode too, so that predictions change from call to call. Read self.training in
    forward, at each call, and return X where it is False; __init__ runs once, before any mode is set."""


@slip("            return X\n", "            return X * (1 - self.p)\n")
def scaled_down_in_evaluation_mode():
    """In evaluation mode the result is X * (1 - p). That belongs to dropout as it was first published; inverted dropout
    has scaled in training already, so return X."""


@slip("            return X\n", "            return X / max(1 - self.p, 1e-9)\n")
def scaled_up_in_evaluation_mode():
    """In evaluation mode the result is X / (1 - p). Where nothing is dropped there is nothing to make up for: return
    X."""


@misconception
def eval_overridden(p=0.5):
    """The layer is in evaluation mode only if its own eval() is called. net.eval() sets self.training in all modules
    inside of net, and calls no eval() of theirs: read self.training."""

    class Overridden(reference.Dropout):
        resting = False

        def train(self, mode=True):
            if mode:
                self.resting = False
            return super().train(mode)

        def eval(self):
            self.resting = True
            return super().eval()

        def forward(self, X):
            if self.resting:
                return X
            with_mode = self.training
            self.training = True
            Y = super().forward(X) if self.p else X
            self.training = with_mode
            return Y

    return Overridden(p)


@slip(
    ("        self.p = p", "        self.p = p\n        self.over = False"),
    ("if not self.training:", "self.over = self.over or not self.training\n        if self.over:"),
)
def never_drops_again():
    """After a call in evaluation mode the layer drops nothing any more, though train() was called again. Let
    self.training decide at each call, and keep no note of earlier modes."""


@slip(
    (
        DRAW,
        "if self.kept is None or self.kept.shape != X.shape:\n            self.kept = torch.rand(X.shape) >= self.p\n        kept = self.kept",
    ),
    ("        self.p = p", "        self.p = p\n        self.kept = None"),
)
def mask_kept_between_calls():
    """Calls drop the same elements again: the mask is kept from one call to the next, or a seed is set inside. Draw it
    in forward, anew at each call."""


@slip("torch.rand(X.shape, device=X.device)", "torch.rand(X.shape[X.dim() > 1 :])")
def one_mask_for_all_rows():
    """All rows lose the same columns: the mask needs the whole shape of X, not that of one row."""


@slip("torch.rand(X.shape, device=X.device)", "torch.rand(len(X), *[1] * (X.dim() - 1))")
def one_decision_per_row():
    """A whole row is kept or dropped together: draw a number for each element, torch.rand(X.shape), not for each
    row."""


@misconception
def fixed_number_dropped(p=0.5):
    """The number of dropped elements is always the same. It should vary: each element is decided alone, so that p is
    the share only on average."""

    class FixedNumber(reference.Dropout):
        def forward(self, X):
            if not self.training or self.p == 1:
                return super().forward(X)
            kept = torch.ones(X.numel())
            kept[torch.randperm(X.numel())[: round(self.p * X.numel())]] = 0
            return X * kept.reshape(X.shape) / (1 - self.p)

    return FixedNumber(p)


@slip("p: float = 0.5", "p: float = 0.1")
def another_default():
    """Dropout() does not drop one half of the elements: the default of p is 0.5."""


@slip("        if self.p == 1:\n            return torch.zeros_like(X)  # 1 / (1 - p) would be infinite\n", "")
def nan_at_p_1():
    """At p = 1 the result is 0 / 0, NaN: nothing is kept, so return zeros before dividing by 1 - p."""


@slip(
    ("        if self.p == 1:\n            return torch.zeros_like(X)  # 1 / (1 - p) would be infinite\n", ""),
    (KEEP, "torch.where(kept, X / (1 - self.p), 0)"),
)
def nan_gradient_at_p_1():
    """At p = 1 the value is right, but X / (1 - p) is infinite before torch.where or the mask removes it, and its
    gradient is 0 times infinity, NaN. Return zeros before you divide."""


@slip(REFUSE, "p < 0 or p > 1")
def nan_accepted():
    """NaN is taken for a probability: every comparison with NaN is False, "p < 0 or p > 1" too. Ask
    "not 0 <= p <= 1"."""


@slip(REFUSE, "not 0 < p < 1")
def ends_refused():
    """p = 0 and p = 1 are refused. They are probabilities: only p outside [0, 1] raises ValueError."""


@slip(REFUSE, "not 0 <= p < 1")
def one_refused():
    """p = 1 is refused. It is allowed, and drops everything: only p outside [0, 1] raises ValueError."""


@slip(
    '        if not 0 <= p <= 1:  # NaN compares as False, so that it is refused too\n            raise ValueError(f"p is a probability, from 0 to 1, but is {p}")\n',
    "",
)
def everything_accepted():
    """A p outside [0, 1] is accepted. It is no probability: raise ValueError in __init__."""


@slip("        self.p = p", "        self.p = nn.Parameter(torch.tensor(float(p)), requires_grad=False)")
def p_as_parameter():
    """Dropout has a parameter. It has nothing to learn: keep p as an ordinary attribute, self.p = p."""


@slip(DRAW, DRAW + '\n        self.register_buffer("mask", kept)')
def mask_as_buffer():
    """Dropout has a buffer. Nothing of it needs to be kept or saved: the mask is drawn anew at each call, and p is an
    ordinary attribute."""


@slip(
    DRAW,
    "own = torch.Generator(X.device)\n        own.seed()\n        kept = torch.rand(X.shape, generator=own, device=X.device) >= self.p",
)
def generator_of_its_own():
    """The mask does not come from torch's global generator: with the same seed set outside, it differs. Draw without
    generator=, and without numpy."""


@slip("        self.p = p", "        self.p = p\n        torch.manual_seed(0)")
def seed_set_in_init():
    """A seed is set inside, so that another seed outside changes nothing and every new layer starts with the same mask.
    Whoever calls sets a seed, or does not."""


@misconception
def works_in_place(p=0.5):
    """X itself was changed: X *= mask and X[...] = 0 work in place. Make a new tensor, X * mask."""

    class InPlace(reference.Dropout):
        def forward(self, X):
            with torch.no_grad():
                return X.copy_(super().forward(X))

    return InPlace(p)


@misconception
def gradient_around_the_mask(p=0.5):
    """The gradient goes around the mask: it arrives at dropped elements too, because the zeros were written behind
    autograd's back (.data, no_grad). Multiply by the mask, or use torch.where."""

    class Around(reference.Dropout):
        def forward(self, X):
            Y = X / (1 - self.p) if self.training and self.p < 1 else X * 1
            Y.data.copy_(super().forward(X.detach()))
            return Y

    return Around(p)


@slip((FIRST, FIRST.replace("p1", "p2")), (SECOND, SECOND.replace("p2", "p1")))
def rates_swapped():
    """p1 and p2 are swapped: p1 belongs to the first hidden layer, p2 to the second."""


@slip(SECOND, SECOND.replace("p2", "p1"))
def first_rate_for_both():
    """Both hidden layers drop with p1. The second has a probability of its own, p2."""


@slip((FIRST, FIRST.replace("p1", "1 - p1")), (SECOND, SECOND.replace("p2", "1 - p2")))
def rates_turned_around():
    """The network drops with 1 - p1 and 1 - p2. Both p1 and p2 are probabilities of being dropped, as Dropout takes
    them."""


@slip(
    (FIRST, "*(Dropout(p1), nn.Linear(784, 256), nn.ReLU())"),
    (SECOND, "*(Dropout(p2), nn.Linear(256, 256), nn.ReLU())"),
)
def dropout_before_the_layers():
    """Pixels are dropped: a Dropout comes before the first dense layer. Both belong after the hidden layers, behind
    their ReLU."""


@slip(LAST, LAST + "\n        Dropout(p2),")
def dropout_on_the_logits():
    """Logits are dropped: a Dropout follows the last layer. It belongs after hidden layers only."""


@slip(FIRST, "*(nn.Linear(784, 256), nn.ReLU())")
def no_first_dropout():
    """Nothing of the first hidden layer is dropped. Each of the two hidden layers is followed by a Dropout of its own."""


@slip(SECOND, "*(nn.Linear(256, 256), nn.ReLU())")
def no_second_dropout():
    """Nothing of the second hidden layer is dropped. Each of the two hidden layers is followed by a Dropout of its
    own."""


@misconception(entry="build_mlp")
def made_in_forward(p1, p2):
    """In evaluation mode the network drops: a Dropout that is made in forward, or kept in a plain list, is not a part of
    the network, and net.eval() does not reach it. Make it in build_mlp, as a part of the network."""
    Dropout = reference.Dropout
    Dropout(p1), Dropout(p2)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleList(
                layer for layer in reference.build_mlp(p1, p2) if not isinstance(layer, Dropout)
            )

        def forward(self, X):
            flatten, first, relu, second, again, last = self.layers
            h = Dropout(p1)(relu(first(flatten(X))))
            return last(Dropout(p2)(again(second(h))))

    return Net()


@slip(LAST, LAST + "\n        nn.Softmax(1),")
def softmax_on_the_logits():
    """A softmax follows the last layer. The network gives logits: cross-entropy applies the softmax itself, and twice is
    once too often."""


@slip(LAST, LAST + "\n        nn.ReLU(),")
def relu_on_the_logits():
    """A ReLU follows the last layer, so that no logit can be negative. Nothing belongs after that layer."""


@slip(FIRST, FIRST.replace("nn.ReLU(), ", ""))
def no_relu_after_the_first():
    """No ReLU follows the first dense layer, so that the first two are one linear map together in evaluation mode. One
    belongs there."""


@slip(SECOND, SECOND.replace("nn.ReLU()", "nn.Tanh()"))
def tanh_after_the_second():
    """The second hidden layer has tanh. It has a ReLU, as the first has."""


@slip(SECOND, SECOND + ",\n        *(nn.Linear(256, 256), nn.ReLU())")
def a_layer_too_many():
    """There is a dense layer too many: two hidden layers of 256, and then the layer of 10."""


@slip(
    LAST,
    "nn.Linear(256, 10, bias=False),",
)
def last_layer_without_bias():
    """The last layer has no bias. All three layers have one."""


@slip("nn.Flatten()", "nn.Flatten(1, 3)")
def images_only():
    """Only images (n, 1, 28, 28) are taken. (n, 28, 28) and (n, 784) will do too: nn.Flatten() joins all axes but the
    first."""


@slip("            " + START + "\n            nn.init.zeros_(layer.bias)", "            nn.init.zeros_(layer.bias)")
def weights_as_nn_linear_has_them():
    """The weights start as nn.Linear draws them. Here they come from N(0, 0.01^2): nn.init.normal_(layer.weight,
    std=0.01)."""


@slip(START, "nn.init.normal_(layer.weight, std=0.01**0.5)")
def variance_of_one_hundredth():
    """The weights have the standard deviation 0.1. Their variance is 0.01^2, so that the deviation is 0.01."""


@slip(START, "nn.init.normal_(layer.weight, 0.01)")
def mean_of_one_hundredth():
    """The weights have the mean 0.01 and the deviation 1: the second argument of nn.init.normal_ is the mean. Write
    std=0.01."""


@slip("\n            nn.init.zeros_(layer.bias)", "")
def biases_as_nn_linear_has_them():
    """The biases start as nn.Linear draws them. Here they start at 0: nn.init.zeros_(layer.bias)."""


@slip("    net = nn.Sequential", "    torch.manual_seed(0)\n    net = nn.Sequential")
def seed_set_in_build_mlp():
    """Every network starts with the same weights: a seed is set inside. Whoever calls sets a seed, or does not."""


MADE = []


@misconception(entry="build_mlp")
def dense_layers_made_once(p1, p2):
    """The dense layers are made once, and every call gives the same ones: training one network then trains the other
    too. Make them anew, inside of build_mlp."""
    net = reference.build_mlp(p1, p2)
    if not MADE:
        MADE.extend([net[1], net[4], net[7]])
    for place, layer in zip((1, 4, 7), MADE, strict=True):
        nn.init.normal_(layer.weight, std=0.01)
        nn.init.zeros_(layer.bias)
        net[place] = layer
    return net
