"""A language model of characters: a recurrent network that guesses the next letter, trained by truncated gradients.

The text is one long sequence of symbols, numbers from 0 to c - 1. At each step the network reads one symbol and makes
logits for the next:

    H[t]      = tanh(x[t] W_xh + H[t-1] W_hh + b_h)        x[t]: the symbol as a one-hot row, so x[t] W_xh is a row of
    W_xh logits[t] = H[t] W_hq + b_q

The whole text is too long to go back through. So it is cut into batch_size rows that are read side by side, and these
into pieces of num_steps. The state goes on from piece to piece, so that the network remembers what it has read, but the
gradient does not: it ends where the piece began. Gradients of recurrent networks explode now and then, and are clipped.

Read: Dive into Deep Learning, sections 9.3 (sequential batches) and 9.5 (training, clipping, generating).
"""

import torch
from torch import Tensor
from torch.nn import functional as F


def sequential_batches(corpus: Tensor, batch_size: int, num_steps: int) -> tuple[Tensor, Tensor]:
    """All minibatches of a text, such that each continues the one before.

    corpus: (N,), int64. batch_size, num_steps: at least 1.
    With m = (N - 1) // batch_size, row i reads corpus[i m : (i + 1) m] in order, num_steps symbols in each minibatch.
    There are m // num_steps minibatches; what is left over at the end of each row is dropped.
    Returns (X, Y), int64, both (num_batches, batch_size, num_steps): X[k + 1, i] continues X[k, i], and Y holds for
    each symbol of X the one that follows it in the corpus. Raises ValueError if there is not a single minibatch. The
    arguments stay as they are."""
    # TODO: how long is a row, and how many minibatches are in it? Are there any?
    # TODO: the rows, cut to that length, and taken apart into minibatches; the same for the symbols that follow.
    raise NotImplementedError


def train_char_lm(
    corpus: Tensor,
    params: dict[str, Tensor],
    num_epochs: int,
    lr: float,
    batch_size: int,
    num_steps: int,
    theta: float,
) -> dict[str, Tensor]:
    """The parameters after some epochs of stochastic gradient descent on a text.

    corpus: (N,), int64 symbols from 0 to c - 1, enough for a minibatch.
    params: read by name; W_xh: (c, h), W_hh: (h, h), b_h: (h,), W_hq: (h, c), b_q: (c,), all float32 or all float64.
    They are where the training starts, whether they require gradients or not, and stay as they are, .grad too.
    num_epochs: at least 0. Each epoch begins with a state of zeros and goes through sequential_batches(corpus,
    batch_size, num_steps) in order. For each minibatch:
    - the state comes from the minibatch before, detached;
    - the loss is the mean cross-entropy over all batch_size * num_steps symbols;
    - all gradients are multiplied by min(1, theta / norm), where norm is the Euclidean norm over all five together;
    - each parameter p becomes p - lr * g.
    Nothing is random. Returns a new dict with these five names, shapes and dtype; for 0 epochs, copies of what was
    given. Whether they require gradients is up to you. Everything in PyTorch may be used."""
    # TODO: parameters of your own, with the given values.
    # TODO: in each epoch a state of zeros; for each minibatch its loss and its gradients.
    # TODO: clip all gradients together, and take a step.
    raise NotImplementedError


def generate(prefix: Tensor, n: int, params: dict[str, Tensor]) -> Tensor:
    """A text that goes on from a beginning, always with the most probable symbol.

    prefix: (k,), int64, k >= 1. n: how many symbols to add, at least 0. params: as in train_char_lm.
    The network starts from a state of zeros and reads the whole prefix. Its last logits decide on the first new symbol,
    which it reads in turn, and so on. Returns (k + n,), int64: the prefix, and n new symbols.
    Raises ValueError for an empty prefix. The arguments stay as they are.
    """
    # TODO: is there a beginning?
    # TODO: read the prefix; then take the largest logit, n times, and read what it stands for.
    raise NotImplementedError
