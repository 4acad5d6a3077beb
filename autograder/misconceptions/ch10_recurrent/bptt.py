"""What people get wrong about bptt."""

from autograder.misconceptions.ch10_recurrent._shared import SHARE_W, TANH, wrong_ways_back
from autograder.spec import slip

wrong_ways_back(__name__)
ARRIVES = "dh = V.T @ dO[t] + later"
ONWARD = "later = W.T @ da"
D_STATE = f"da = dh * {TANH}"


@slip(ONWARD, "pass")
def never_carried_back():
    """Each loss ends at its own step: nothing goes back through W. The state of a step also counts for all later
    losses."""


@slip(ONWARD, "later = W.T @ (V.T @ dO[t] * (1 - H[t + 1] ** 2))")
def one_step_back_only():
    """A loss is carried back by one step and no further. What a step hands on contains all that arrived at it: W.T @
    da."""


@slip(ARRIVES, "dh = V.T @ dO[t] if t == len(X) - 1 else later")
def last_loss_only():
    """Only the last loss is carried back. Each step has a loss of its own, which joins what comes from behind:
    V.T @ do_t + later."""


@slip((ARRIVES, "dh = V.T @ dO[t]"), (D_STATE, f"{D_STATE} + later"))
def what_arrives_passes_by_the_tanh():
    """What comes from behind is added after the derivative of tanh. It arrives at h_t, as that from the loss does:
    add both first."""


@slip("reversed(range(len(X)))", "range(len(X))")
def forward_in_time():
    """The way back runs through the steps from the first to the last. What a state gets depends on the steps behind
    it: begin at the end."""


@slip(ARRIVES, "dh = (V.T @ dO[t] + later).clamp(-0.5, 0.5)")
def clipped():
    """What arrives at a state is cut off at a bound, as clipping does in training. The gradient itself is asked for."""


@slip(SHARE_W, f"{SHARE_W} if t > 1 else 0")
def second_step_left_out():
    """dW lacks the share of the second step. Only that of the first one is 0, since it starts from a state of zeros."""
