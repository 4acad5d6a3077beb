"""What people get wrong about early_stopping."""

from autograder.spec import slip

BETTER = "loss < self.best - self.min_delta"
COPY = "None if state is None else {name: t.detach().clone() for name, t in state.items()}"
STOP = "self.epoch - self.best_epoch >= self.patience"
FOUND = "            self.best_epoch = self.epoch\n"
SET_STATE = f"            self.best_state = {COPY}\n"


@slip(STOP, "self.epoch - self.best_epoch > self.patience")
def one_step_late():
    """It stops one step too late. With patience 2 the second step in a row without improvement returns True already."""


@slip(STOP, "self.epoch - self.best_epoch >= max(self.patience - 1, 1)")
def one_step_early():
    """It stops one step too early: patience is the number of steps without improvement, and the best step itself is none of
    them."""


@slip(
    (STOP, "self.bad >= self.patience"),
    ("        self.epoch = -1\n", "        self.epoch = -1\n        self.bad = 0\n"),
    (f"        if {BETTER}", f"        self.bad += not ({BETTER})\n        if {BETTER}"),
)
def never_set_back():
    """Steps without improvement are counted over the whole training. An improvement sets the count back to 0: patience is
    about steps in a row."""


@slip(
    (STOP, "self.bad >= self.patience"),
    ("        self.epoch = -1\n", "        self.epoch = -1\n        self.bad, self.last = 0, math.inf\n"),
    (
        f"        if {BETTER}",
        f"        self.bad = 0 if loss < self.last else self.bad + 1\n        self.last = loss\n        if {BETTER}",
    ),
)
def compared_with_the_step_before():
    """A loss that is below the one before it begins the count anew. What counts is the best so far: a loss may fall for long
    without coming near it."""


@slip(
    ("        self.epoch = -1\n", "        self.epoch = -1\n        self.stopped = False\n"),
    (f"return {STOP}", f"self.stopped = self.stopped or {STOP}\n        return self.stopped"),
)
def stays_stopped():
    """Once it has returned True it always does. Whoever goes on all the same, and finds something better, begins to count
    anew: then it returns False."""


@slip(STOP, "loss > self.best")
def stops_at_the_first_rise():
    """It stops as soon as the loss is above the best. A single bad step says nothing: wait for `patience` of them in a
    row."""


@slip(STOP, "self.best_epoch >= 0 and self.epoch - self.best_epoch >= self.patience")
def never_stops_before_an_improvement():
    """As long as nothing was an improvement it never stops, and a training that gives NaN from the start goes on for ever.
    Until then, steps count from the start."""


@slip(BETTER, "loss <= self.best - self.min_delta")
def equal_taken_for_better():
    """A loss that is just equal to best - min_delta is taken for an improvement. It has to be smaller: <, not <=."""


@slip(BETTER, "loss > self.best - self.min_delta or self.best_epoch < 0")
def larger_is_better():
    """The largest loss is kept. It is a loss, not an accuracy: smaller is better."""


@slip(BETTER, "loss < self.best")
def min_delta_ignored():
    """min_delta makes no difference. A step is an improvement only if the loss is below best - min_delta."""


@slip(BETTER, "loss < self.best + self.min_delta and loss != self.best")
def min_delta_added():
    """min_delta is on the wrong side, so that even a loss above the best is an improvement. Subtract it: loss < best -
    min_delta."""


@slip(BETTER, "loss < (self.best if self.best == math.inf else self.best - self.min_delta * abs(self.best))")
def min_delta_is_relative():
    """min_delta is taken for a share of the best loss. It is a difference: loss < best - min_delta."""


@slip(
    "        return self.epoch",
    "        self.best = min(self.best, loss) if loss == loss else self.best\n        return self.epoch",
)
def small_gains_move_the_best():
    """best goes down with every gain, even one that is too small to count. Then many small gains never add up to one that
    counts: leave best as it is until a loss is below best - min_delta."""


@slip(f"if {BETTER}", "if not loss >= self.best - self.min_delta")
def nan_taken_for_better():
    """NaN is taken for an improvement. Every comparison with NaN is False, so that `not loss >= ...` is True of it: ask for
    loss < best - min_delta."""


@slip("        self.epoch += 1\n", "        if math.isnan(loss):\n            return False\n        self.epoch += 1\n")
def nan_skipped():
    """Steps with NaN are left out, as if they had not been made. They are steps without improvement: they count, and use up
    patience."""


@slip(f"if {BETTER}", f"if self.epoch == 0 or {BETTER}")
def first_always_best():
    """The first loss is taken for the best whatever it is. If it is NaN nothing is below it any more, and inf is no improvement
    either. Begin with best = inf, and compare the first one too."""


@slip(
    (FOUND, "            self.best_epoch = self.epoch + 1\n"),
    (STOP, "self.epoch + (self.best_epoch > 0) - self.best_epoch >= self.patience"),
)
def counted_from_1():
    """best_epoch is counted from 1. The first step has the index 0."""


@slip(FOUND + SET_STATE, "            self.best_epoch = self.epoch\n        self.best_state = " + COPY + "\n")
def last_state_kept():
    """best_state is the state of the last step. By then the model has been getting worse for a while: set it at an
    improvement only."""


@slip(COPY, "state")
def state_not_copied():
    """best_state is the very dict that was passed in, or holds the very tensors. The optimizer goes on changing these in
    place, and in the end the best state is the last one: clone every tensor."""


@slip(COPY, "None if state is None else dict(state)")
def dict_copied_but_not_the_tensors():
    """The dict is copied, as by state.copy(), but its tensors are the caller's. These go on changing in place: clone each of
    them, or take copy.deepcopy(state)."""


@slip(SET_STATE, f"            if state is not None:\n                self.best_state = {COPY.partition('else ')[2]}\n")
def older_state_kept():
    """If the best step came without a state, that of an earlier step is kept. It does not belong to best: best_state is None
    then."""


@slip(SET_STATE, f"            if self.best_state is None:\n                self.best_state = {COPY}\n")
def first_state_kept():
    """best_state is the first state that came, and no later one takes its place. Set it at each improvement."""


@slip(f"return {STOP}", "return self.epoch - self.best_epoch if self.epoch - self.best_epoch >= self.patience else 0")
def number_returned():
    """step returns a number. It is a bool, True or False."""


@slip("if patience < 1 or min_delta < 0:", "if min_delta < 0:")
def no_patience_taken():
    """A patience of 0 or less is taken. Then even a step that improves would stop the training: raise ValueError."""


@slip("if patience < 1 or min_delta < 0:", "if patience < 1:")
def negative_min_delta_taken():
    """A negative min_delta is taken, with which a loss that is worse counts as an improvement. Raise ValueError."""


@slip("if patience < 1 or min_delta < 0:", "if patience < 1 or min_delta <= 0:")
def min_delta_of_0_refused():
    """A min_delta of 0 is refused. It is the default: any loss below the best is an improvement."""


@slip("if patience < 1 or min_delta < 0:", "if patience <= 1 or min_delta < 0:")
def patience_of_1_refused():
    """A patience of 1 is refused. It is allowed: the first step without improvement returns True."""
