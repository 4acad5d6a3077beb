"""What people get wrong about a language model of characters."""

from autograder.spec import slip

# It returns symbols.
NOT_GENERATED = ("generate_output_always_float32", "generate_precision_lost")
M = "m = (len(corpus) - 1) // batch_size"
EMPTY = "if num_batches < 1:"
ROWS = "rows = tokens.reshape(batch_size, m)[:, : num_batches * num_steps]"
PIECES = "return rows.reshape(batch_size, num_batches, num_steps).transpose(0, 1)"
PAIR = "return cut(corpus[: batch_size * m]), cut(corpus[1 : batch_size * m + 1])"
ZEROS = 'H = params["W_hh"].new_zeros(batch_size, len(params["W_hh"]))'
LOGITS = "logits, H = walk(X.T, H.detach(), params)"
LOSS = "loss = F.cross_entropy(logits.flatten(0, 1), Y.T.flatten())"
NORM = "norm = torch.sqrt(sum((g**2).sum() for g in gradients))"
SCALE = "scale = (theta / norm).clamp(max=1.0)"
STEP = "p -= lr * scale * g"
COPY = "params[name].detach().clone().requires_grad_()"
RESULT = "return {name: p.detach() for name, p in params.items()}"
ON = "for _ in range(n):"
READ = "logits, H = walk(tokens[:, None], H, params)"
CHOICE = "tokens = logits[-1].argmax(dim=1)  # (1,)"


@slip(PIECES, "return rows.reshape(batch_size, num_batches, num_steps)")
def batch_axis_first():
    """sequential_batches returns (batch_size, num_batches, num_steps). The first axis counts the minibatches: turn the first two
    round."""


@slip(PIECES, "return rows.reshape(num_batches, batch_size, num_steps)")
def pieces_side_by_side():
    """The rows of a minibatch are pieces that follow each other in the text, so that a row does not go on in the next minibatch.
    X[k + 1, i] continues X[k, i]."""


@slip(PAIR, "return cut(corpus[: batch_size * m]), cut(corpus[: batch_size * m])")
def targets_not_shifted():
    """Y is X again. Y holds for each symbol of X the one that follows it: one further in the corpus."""


@slip(PAIR, "return cut(corpus[: batch_size * m]), cut(corpus[: batch_size * m]).roll(-1, 2)")
def targets_shifted_within_a_piece():
    """Y is X moved by one within each piece, so that the last symbol of a piece has the first one for its target. Take Y from the
    corpus, one symbol further on."""


@slip(
    (M, "m = len(corpus) // batch_size"),
    (PAIR, "return cut(corpus[: batch_size * m]), cut(corpus.roll(-1)[: batch_size * m])"),
)
def last_symbol_without_a_target():
    """The last symbol of the corpus is in X, although nothing follows it. A row has (N - 1) // batch_size symbols."""


@slip(ROWS, "rows = tokens[: batch_size * num_batches * num_steps].reshape(batch_size, -1)")
def rows_without_the_rest():
    """The rows begin earlier than they should, because the rest is taken off at the end of the corpus. Row i begins at i m, and drops
    its own rest."""


@slip(EMPTY, "if False:")
def no_minibatch_accepted():
    """A corpus that is too short for a minibatch is accepted. sequential_batches should raise ValueError."""


@slip(EMPTY, "if num_batches < 2:")
def one_minibatch_refused():
    """A corpus with a single minibatch is refused. Raise ValueError only if there is none."""


@slip(LOGITS, "logits, H = walk(X.T, torch.zeros_like(H), params)")
def state_always_zero():
    """train_char_lm begins each minibatch with a state of zeros. The state goes on from the minibatch before, detached; it is zero at
    the beginning of an epoch."""


@slip(
    (LOGITS, LOGITS.replace("H.detach()", "H")),
    (
        "torch.autograd.grad(loss, list(params.values()))",
        "torch.autograd.grad(loss, list(params.values()), retain_graph=True)",
    ),
    (STEP, "p.data -= lr * scale * g"),
)
def state_not_detached():
    """The state of train_char_lm brings its graph along, and the gradient goes back into the minibatches before. Detach it."""


@slip(
    ("    for _ in range(num_epochs):\n        H =", "    H ="),
    ("        for X, Y in zip(*seq", "    for _ in range(num_epochs):\n        for X, Y in zip(*seq"),
)
def state_kept_between_epochs():
    """The state of train_char_lm goes on from the end of the text to its beginning. Each epoch begins with a state of zeros."""


@slip(LOSS, 'loss = F.cross_entropy(logits.flatten(0, 1), Y.T.flatten(), reduction="sum")')
def losses_summed():
    """The loss of train_char_lm is the sum over all symbols. It is their mean."""


@slip(LOSS, "loss = F.cross_entropy(logits[-1], Y.T[-1])")
def last_step_only():
    """The loss of train_char_lm has the last step of each piece alone. All batch_size * num_steps symbols count."""


@slip(LOSS, "loss = F.cross_entropy(logits.flatten(0, 1), Y.flatten())")
def targets_in_another_order():
    """Logits and targets are flattened in different orders: the logits step by step, the targets row by row. Turn Y round as X was."""


@slip(LOSS, "loss = F.cross_entropy(logits.flatten(0, 1).softmax(dim=1), Y.T.flatten())")
def softmax_twice():
    """The loss takes the softmax of a softmax: F.cross_entropy has one inside. Hand it the logits."""


@slip(SCALE, "scale = torch.ones_like(norm)")
def not_clipped():
    """train_char_lm does not clip. All gradients are multiplied by min(1, theta / norm)."""


@slip(SCALE, "scale = theta / norm")
def always_scaled():
    """Gradients are always brought to the norm theta, also where theirs is smaller. Clipping only makes them smaller:
    min(1, theta / norm)."""


@slip(STEP, "p -= lr * (theta / g.norm()).clamp(max=1.0) * g")
def each_clipped_alone():
    """Each gradient is clipped by its own norm, which turns the direction of the step. There is one norm, over all five together."""


@slip(STEP, "p -= lr * g.clamp(-theta, theta)")
def values_clipped():
    """The elements of the gradients are cut off at theta. The norm of all of them together is what is limited."""


@slip(NORM, "norm = sum((g**2).sum() for g in gradients)")
def norm_without_the_root():
    """The norm lacks its square root: it is the sum of squares."""


@slip(NORM, "norm = torch.sqrt(sum((g**2).sum() for g in gradients[:3]))")
def output_layer_left_out():
    """The norm leaves out the output layer. It goes over all five gradients."""


@slip(STEP, "p += lr * scale * g")
def uphill():
    """train_char_lm goes uphill: it adds the gradients. A step of descent subtracts them."""


@slip(COPY, "params[name].requires_grad_()")
def given_ones_trained():
    """train_char_lm trains the parameters that it is given. Train copies, and leave these as they are."""


@slip(RESULT, "return list(params.values())")
def list_returned():
    """train_char_lm returns a list. A dict is asked for, with the names of the parameters."""


@slip(
    ("    for _ in range(num_epochs):\n", "    for epoch in range(num_epochs):\n        rate = lr / (1 + epoch)\n"),
    (STEP, "p -= rate * scale * g"),
)
def rate_decays():
    """The learning rate of train_char_lm becomes smaller from epoch to epoch. It is lr throughout."""


@slip("for _ in range(num_epochs):", "for _ in range(max(num_epochs, 1)):")
def at_least_one_epoch():
    """train_char_lm trains for an epoch where num_epochs is 0. Copies of what was given are asked for then."""


@slip(("text, tokens = [prefix], prefix", "text, tokens = [prefix], prefix[-1:]"))
def only_the_last_symbol_read():
    """generate reads only the last symbol of the prefix. The state has to know all of it: read it from the first."""


@slip(READ, "logits, H = walk(tokens[:, None], torch.zeros_like(H), params)")
def state_lost():
    """generate begins each new symbol with a state of zeros. The state goes on."""


@slip(CHOICE, "tokens = torch.cat([tokens, logits[-1].argmax(dim=1)])")
def read_again():
    """generate reads the whole text again for each new symbol, but goes on from the state that has read it already. Either start from
    zeros, or read the new symbol alone."""


@slip(CHOICE, "tokens = logits[0].argmax(dim=1)")
def first_logits_taken():
    """generate takes the logits of the first step of the prefix. The last ones decide, which have read all of it."""


@slip(CHOICE, "tokens = logits[-1].softmax(dim=1).multinomial(1)[:, 0]")
def drawn_at_random():
    """generate draws the next symbol at random. The most probable one is asked for: argmax."""


@slip("return torch.cat(text)\n", "return torch.cat(text[1:]) if n else prefix[:0]\n")
def prefix_left_out():
    """generate returns the new symbols alone. The prefix comes first, (k + n,) in all."""


@slip(ON, "for _ in range(n - len(prefix)):")
def n_in_all():
    """generate returns n symbols in all. n new ones are added to the prefix."""


@slip(
    'if len(prefix) < 1:\n        raise ValueError("the prefix is empty")',
    "if len(prefix) < 1:\n        prefix = prefix.new_zeros(1)",
)
def empty_prefix_accepted():
    """generate accepts an empty prefix. It should raise ValueError: the network has nothing to read."""
