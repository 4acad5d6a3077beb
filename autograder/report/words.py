"""What each status is called, everywhere."""

from __future__ import annotations

from autograder.messages import N_
from autograder.results import Status

WORDS = {
    Status.PASSED: N_("right"),
    Status.FAILED: N_("wrong"),
    Status.NOT_ATTEMPTED: N_("not started"),
    Status.ERROR: N_("crashed"),
    Status.TIMEOUT: N_("too slow"),
    Status.MEMORY: N_("too much memory"),
    Status.FORBIDDEN: N_("used a forbidden shortcut"),
    Status.SKIPPED: N_("waits for another check"),
    Status.UNGRADED: N_("not graded"),
}
NEEDS_GPU = N_("needs a GPU, carries no points here")
PANELS = {"wanted": N_("wanted"), "came": N_("came"), "difference": N_("where they differ")}
