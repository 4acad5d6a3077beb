"""Libraries that only show something take everything; what stands in for the rest complains when it is used."""

from __future__ import annotations

import os

import pytest

from autograder.runner.quiet import LIBRARIES, QUIET, Bar, QuietModule, is_quiet
from autograder.runner.standins import StandIn
from autograder.spec.errors import Absent, Forbidden


def derived_from(base):
    class Derived(base):
        pass


USES = [
    lambda s: s(1), lambda s: s + 1, lambda s: 1 - s, lambda s: s @ s, lambda s: -s, lambda s: s[0], lambda s: list(s),
    lambda s: len(s), lambda s: float(s), lambda s: 1 in s, lambda s: isinstance(1, s), lambda s: s < 1, lambda s: not s,
    lambda s: derived_from(s), lambda s: s.__enter__(), lambda s: setattr(s, "x", 1), lambda s: s.part.of_it(),
    lambda s: range(s), lambda s: os.fspath(s),
]  # fmt: skip


@pytest.mark.parametrize("use", USES)
def test_a_stand_in_complains_when_it_is_used(use):
    with pytest.raises(Absent) as error:
        use(StandIn("d2l.torch", {"why": "missing", "line": 7}))
    assert error.value.name.startswith("d2l.torch")
    assert error.value.note["line"] == 7


def test_a_stand_in_may_be_named_asked_for_its_parts_and_shown():
    thing = StandIn("d2l", {"why": "missing", "line": 7})
    assert repr(thing.torch.plot) == f"{thing.torch.plot}" == "<d2l.torch.plot: left out>"
    assert thing in [thing]
    assert not hasattr(thing, "__wrapped__")


def test_a_part_of_what_is_forbidden_is_forbidden_and_the_rest_only_absent():
    note = {"why": "forbidden", "banned": "scipy.signal", "family": "convolution", "line": 1}
    with pytest.raises(Forbidden, match=r"scipy\.signal\.convolve2d"):
        StandIn("scipy.signal", note).convolve2d(1)
    with pytest.raises(Absent):
        StandIn("sklearn", {**note, "why": "unavailable", "banned": "scipy.ndimage"}).utils()


def test_a_quiet_thing_takes_everything():
    plt = QuietModule("matplotlib.pyplot")
    fig, axes = plt.subplots(2, 2)
    ((_a, _b), (_c, _d)), *_rest = plt.subplots()
    (line,) = axes.plot([1], [2], label="x")
    with plt.style.context("dark"), plt.rc_context():
        plt.rcParams["figure.figsize"] = (3, 3)
    assert [*axes.flat] == []
    assert f"{fig:>3}{line}" == ""
    assert float(fig * 2 + 1) == len(line) == 0
    assert not fig
    assert not fig > 1
    assert "inline" not in plt.get_backend()
    assert not isinstance(1, plt.Axes)

    @plt.interact
    def function():
        return 3

    class Mine(plt.Axes):
        pass

    assert function() == 3
    assert isinstance(Mine(1, x=2), Mine)


def test_progress_bars_walk_through_what_they_were_given():
    tqdm = QuietModule("tqdm")
    assert [*tqdm.tqdm([1, 2], desc="x")] == [1, 2]
    assert [*tqdm.trange(1, 3)] == [1, 2]
    with tqdm.tqdm(total=2) as bar:
        bar.update(1)
        bar.set_postfix(loss=1.0)
    assert len(Bar("ab")) == 2
    assert tqdm.no_such is QUIET
    assert QuietModule("pylab").__all__


def test_which_modules_are_quiet():
    assert all(map(is_quiet, LIBRARIES))
    assert is_quiet("matplotlib.backends.backend_agg")
    assert not any(map(is_quiet, ("torch.utils", "torch.utils.data", "matplot", "google.colab", "sklearn", "pandas")))
