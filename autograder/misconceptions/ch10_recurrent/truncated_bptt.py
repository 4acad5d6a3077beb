"""What people get wrong about truncated_bptt."""

from autograder.misconceptions.ch10_recurrent._shared import FORWARD, wrong_ways_back
from autograder.spec import slip

wrong_ways_back(__name__)
WINDOW = "range(end, max(end - num_steps, -1), -1)"
LOSSES = "for end in range(len(X)):"
REFUSAL = "if num_steps < 1:"


@slip(WINDOW, "range(end, end // num_steps * num_steps - 1, -1)")
def cut_into_pieces():
    """The sequence is cut into pieces of num_steps, so that a loss at the beginning of a piece is hardly carried
    back. Each loss has a window of its own, which ends at its step."""


@slip(WINDOW, "range(end, max(end - num_steps - 1, -1), -1)")
def one_step_too_many():
    """A loss is carried back through one step too many. Its own step is the first of the num_steps."""


@slip(WINDOW, "range(end, max(end - num_steps + 1, -1), -1)")
def one_step_too_few():
    """A loss is carried back through one step too few. With num_steps = 1 it reaches U and W at its own step."""


@slip(WINDOW, "range(end, -1, -1)")
def never_truncated():
    """Each loss is carried back to the first step. It goes through at most num_steps steps."""


@slip(WINDOW, "range(end, end - 1, -1)")
def never_carried_back():
    """Each loss ends at its own step, whatever num_steps is. It goes back through num_steps - 1 further ones."""


@slip(LOSSES, "for end in range(max(len(X) - num_steps, 0), len(X)):")
def losses_of_the_last_steps_only():
    """Only the losses of the last num_steps steps are carried back. Each step has a loss, with a window of its own."""


@slip(LOSSES, "for end in range(len(X) - 1, len(X)):")
def last_loss_only():
    """Only the last loss is carried back. Each step has a loss, with a window of its own."""


@slip(LOSSES, "for end in range(num_steps - 1, len(X)):")
def first_losses_left_out():
    """The losses of the first steps are left out, as their windows are not full. Their windows are shorter: they end
    at the first step of the sequence."""


@slip("dV = dO.T @ H[1:]", "dV = dO[-num_steps:].T @ H[1:][-num_steps:]")
def dv_truncated():
    """dV has the shares of the last num_steps steps alone. V is reached without a way back: dV is complete in any
    case."""


@slip(FORWARD, "H.append(torch.tanh(U @ x + W @ H[-1] * (len(H) % (num_steps + 1) > 0)))")
def states_start_anew():
    """The states start again from zeros after some steps. Only the way back is cut; forward, the state goes on
    through the whole sequence."""


@slip(
    (LOSSES, "for end in reversed(range(len(X))):"),
    ("        dh = V.T @ dO[end]\n", "        dh = V.T @ dO[end] / num_steps\n"),
)
def divided_by_the_window():
    """What goes back is divided by num_steps. A loss counts fully at each step of its window."""


@slip(REFUSAL, "if num_steps < 0:")
def zero_accepted():
    """num_steps = 0 is accepted. It should raise ValueError: a loss that goes through no step has no gradient."""


@slip(REFUSAL, "if num_steps > len(X):\n        num_steps = 1\n    if num_steps < 1:")
def more_than_t_is_cut():
    """num_steps > T comes to something else than bptt. A window cannot begin before the sequence does, so all of it
    is in it."""
