"""What people get wrong about early_stopping."""

from autograder.spec import slip

BETTER = "loss < self.best - self.min_delta"
COPY = "None if state is None else {name: t.detach().clone() for name, t in state.items()}"
STOP = "self.epoch - self.best_epoch >= self.patience"
FOUND = "            self.best_epoch = self.epoch\n"
SET_STATE = f"            self.best_state = {COPY}\n"
SET_STATE_IF = f"            if {{}}:\n                self.best_state = {COPY.partition('else ')[2].replace('{', '{{').replace('}', '}}')}\n"


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


@slip(STOP, "self.epoch - self.best_epoch == self.patience")
def says_stop_only_once():
    """step returns True at the patience-th step without improvement alone, and False at the next ones. Where `patience` or more
    have passed it is True: >=, not ==."""


@slip(
    ("        self.epoch = -1\n", "        self.epoch = -1\n        self.since = 0\n"),
    (
        f"return {STOP}",
        "self.since = 0 if self.best_epoch == self.epoch else self.since + 1\n        if self.since >= self.patience:\n            self.since = 0\n            return True\n        return False",
    ),
)
def begins_anew_after_stop():
    """After True it waits for `patience` steps again, as a scheduler of the learning rate does. Without an improvement nothing
    begins anew: it goes on to return True."""


@slip(
    ("        self.epoch = -1\n", "        self.epoch = -1\n        self.stopped = False\n"),
    (
        f"return {STOP}",
        f"self.stopped = self.stopped or {STOP}\n        return self.stopped and self.epoch != self.best_epoch",
    ),
)
def stays_stopped_but_for_the_best():
    """After True, a step that improves returns False, but the next one returns True at once. The improvement begins the count
    anew: it takes `patience` further steps."""


@slip(STOP, "loss > self.best")
def stops_at_the_first_rise():
    """It stops as soon as the loss is above the best. A single bad step says nothing: wait for `patience` of them in a
    row."""


@slip(STOP, "self.epoch - max(self.best_epoch, 0) >= self.patience")
def one_step_late_before_an_improvement():
    """As long as nothing was an improvement it stops one step too late. The first step is the first without improvement: with
    patience 2 the second returns True. Counted from best_epoch = -1 that comes out by itself."""


@slip(STOP, "self.epoch - (self.best_epoch if self.best_epoch >= 0 else -2) >= self.patience")
def one_step_early_before_an_improvement():
    """As long as nothing was an improvement it stops one step too early. The first step is the first without improvement: with
    patience 2 it is the second that returns True."""


@slip(STOP, "self.best_epoch >= 0 and self.epoch - self.best_epoch >= self.patience")
def never_stops_before_an_improvement():
    """As long as nothing was an improvement it never stops, and a training that gives NaN from the start goes on for ever.
    Until then, steps count from the start."""


@slip(BETTER, "loss <= self.best - self.min_delta")
def equal_taken_for_better():
    """A loss that is just equal to best - min_delta is taken for an improvement. It has to be smaller: <, not <=."""


@slip(BETTER, "loss < self.best and self.best - loss >= self.min_delta")
def exactly_min_delta_taken_for_enough():
    """A loss that is less than the best by just min_delta is taken for an improvement. It has to be less by more than that: loss
    < best - min_delta."""


@slip(BETTER, f"{BETTER} or self.best_epoch < 0 and loss == math.inf")
def inf_taken_for_better():
    """inf is taken for an improvement if it comes first. It is not below anything: loss < best - min_delta is False where best
    is inf too, and needs no case of its own."""


@slip(BETTER, "self.best == math.inf or abs(loss - self.best) > self.min_delta")
def any_difference_taken_for_better():
    """A loss far above the best is taken for an improvement. Leave the sign of the difference: loss < best - min_delta."""


@slip("self.best = loss", "self.best = round(loss, 4)")
def best_rounded():
    """With min_delta 0, or its default, a loss that is only a little below the best is not told apart from one that is not:
    best is rounded, or something is added to min_delta. Keep the loss as it is, and compare with < alone."""


@slip(BETTER, f"{BETTER} - 1e-6")
def slack_in_the_comparison():
    """With min_delta 0, or its default, a loss that is only a little below the best is no improvement. Any gain is one then:
    round nothing, and add nothing to min_delta."""


@slip("min_delta: float = 0.0", "min_delta: float = 1e-4")
def another_default():
    """The default of min_delta is not 0, so that small gains do not count though nobody asked for that: min_delta=0.0."""


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


@slip(
    "        return self.epoch",
    f"        elif loss < self.best:\n            self.best_state = {COPY}\n        return self.epoch",
)
def small_gains_take_the_state():
    """best_state is set at a gain that is too small to be an improvement. Then it no longer belongs to best: all three are set
    together, or none."""


@slip(
    ("        self.epoch = -1\n", "        self.epoch = -1\n        self.since, self.low = 0, math.inf\n"),
    (
        f"return {STOP}",
        "self.since = 0 if loss < self.low else self.since + 1\n        self.low = min(loss, self.low)\n        return self.since >= self.patience",
    ),
)
def small_gains_begin_anew():
    """Gains that are too small to be an improvement begin the count anew. Only an improvement does: they use up patience."""


@slip(f"if {BETTER}", "if not loss >= self.best - self.min_delta")
def nan_taken_for_better():
    """NaN is taken for an improvement. Every comparison with NaN is False, so that `not loss >= ...` is True of it: ask for
    loss < best - min_delta."""


@slip("        self.epoch += 1\n", "        if loss == math.inf:\n            return False\n        self.epoch += 1\n")
def inf_skipped():
    """Steps with inf are left out, as if they had not been made. They are steps without improvement: they count, use up patience,
    and have an index."""


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


@slip(
    ("        self.epoch = -1\n", "        self.epoch = -1\n        self.at = -1\n"),
    (FOUND, "            self.best_epoch += 1\n            self.at = self.epoch\n"),
    (STOP, "self.epoch - self.at >= self.patience"),
)
def improvements_counted():
    """best_epoch counts the improvements. It is the index of the best step among all steps: those without improvement count as
    well."""


@slip(("self.best = loss", "self.best = loss - self.min_delta"), (BETTER, "loss < self.best"))
def best_less_min_delta():
    """best is the loss less min_delta. It is the loss itself: subtract min_delta where the next one is compared."""


@slip(FOUND + SET_STATE, "            self.best_epoch = self.epoch\n        self.best_state = " + COPY + "\n")
def last_state_kept():
    """best_state is the state of the last step. By then the model has been getting worse for a while: set it at an
    improvement only."""


@slip(COPY, "state")
def state_not_copied():
    """best_state is the very dict that was passed in, or holds the very tensors. The optimizer goes on changing these in
    place, and in the end the best state is the last one: clone every tensor."""


@slip("name: t.detach().clone()", "name: t.detach().clone() if t.is_floating_point() else t")
def whole_numbers_not_copied():
    """Tensors of whole numbers are kept without a copy. Batch normalization counts its batches in one, which changes in place:
    clone every tensor."""


@slip("name: t.detach().clone()", "name: t.float() if t.is_floating_point() else t.clone()")
def made_float32():
    """The tensors are made anew from lists or converted, and lose their dtype. .clone() keeps it."""


@slip(
    f"self.best_state = {COPY}",
    f"self.best_state = None if state is None else {{**(self.best_state or {{}}), **({COPY})}}",
)
def older_entries_kept():
    """Entries of an older state are kept beside those of the best one. best_state is a copy of the state that came with the best
    step, and of nothing else."""


@slip("None if state is None", "None if not state")
def empty_state_taken_for_none():
    """A state that is an empty dict is taken for none. `if not state` is true of both: ask for `state is None`."""


@slip(COPY, "None if state is None else dict(state)")
def dict_copied_but_not_the_tensors():
    """The dict is a new one, but its tensors share their memory with the caller's, as after state.copy(), .detach() or .cpu().
    These go on changing in place: clone each of them, or take copy.deepcopy(state)."""


OLDER = """If the best step came without a state, that of an earlier step is kept. It does not belong to best: best_state is None
then, and an empty dict after an empty one."""


@slip(SET_STATE, SET_STATE_IF.format("state is not None"), sentence=OLDER)
def older_state_kept(): ...


@slip(SET_STATE, SET_STATE_IF.format("state"), sentence=OLDER)
def older_state_kept_for_an_empty_one(): ...


@slip(SET_STATE, f"            if self.best_state is None:\n                self.best_state = {COPY}\n")
def first_state_kept():
    """best_state is the first state that came, and no later one takes its place. Set it at each improvement."""


@slip(f"return {STOP}", "return self.epoch - self.best_epoch if self.epoch - self.best_epoch >= self.patience else 0")
def number_returned():
    """step returns a number. It is a bool, True or False."""


@slip(
    ("self.best = math.inf", "self.best = None"),
    (BETTER, "loss < (math.inf if self.best is None else self.best) - self.min_delta"),
)
def best_begins_as_none():
    """Before the first improvement best is no number. It is math.inf, which every finite loss is below."""


@slip("self.best_epoch = -1", "self.best_epoch = 0")
def best_epoch_begins_at_0():
    """Before the first improvement best_epoch is not -1, as if there had been a step that improved. Counted from 0 the steps without
    improvement are one too few then."""


@slip(
    ("            self.best = loss\n", "            type(self).best = loss\n"),
    (FOUND, "            type(self).best_epoch = self.epoch\n"),
    ("        self.best = math.inf\n        self.best_epoch = -1\n", ""),
    ("    best: float\n    best_epoch: int\n", "    best: float = math.inf\n    best_epoch: int = -1\n"),
)
def best_shared_by_all_objects():
    """What one object was told changes another: something is kept on the class, or in a global variable. Everything that an object
    knows belongs on self, and begins anew in __init__."""


@slip(
    ("    best: float\n", "    losses = []\n    best: float\n"),
    ("        self.epoch += 1\n", "        self.losses.append(loss)\n        self.epoch = len(self.losses) - 1\n"),
)
def steps_shared_by_all_objects():
    """The steps of other objects are counted as well. A list or a number on the class belongs to all objects: set it on self, in
    __init__."""


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
