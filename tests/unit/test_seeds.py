"""Seeds: nothing that a submission sees leads back to a secret, and the public one draws what it always drew."""

from __future__ import annotations

import hashlib
import time

import pytest

from autograder import catalog, seeds
from autograder.classroom.show import seeded
from autograder.cli.base import secret
from autograder.errors import KitError
from autograder.judging.expectations import run_seed
from support import CORR2D

SECRET = "dl2026-exam7-and-more"


def test_the_public_seed_stands_for_itself_and_costs_nothing():
    started = time.perf_counter()
    assert seeds.root("public", CORR2D) == "public"
    assert time.perf_counter() - started < 0.01


def test_a_secret_is_derived_slowly_and_once():
    started = time.process_time()
    first = seeds.root("a seed that nobody asked for yet", CORR2D)
    slow = time.process_time() - started
    started = time.process_time()
    other = seeds.root("a seed that nobody asked for yet", "ch07_convolution/conv2d")
    assert time.process_time() - started < slow / 5
    assert slow > 0.02
    assert first != other


def test_what_a_child_gets_is_not_made_from_the_text_of_the_seed():
    check = catalog.load_exercise(CORR2D).checks[0]
    given = run_seed(seeds.root(SECRET, CORR2D), check, check.cases[0])
    guess = hashlib.sha256(f"{SECRET}|{check.name}|0|run".encode()).digest()
    assert given != int.from_bytes(guess[:7], "big")
    assert run_seed("public", check, check.cases[0]) == int.from_bytes(
        hashlib.sha256(f"public|{check.name}|0|run".encode()).digest()[:7], "big"
    )


def test_each_round_draws_anew_and_the_first_draws_what_the_seed_does():
    rounds = [seeds.in_round(SECRET, number) for number in (1, 2, 3)]
    assert rounds[0] == SECRET
    assert len({seeds.root(seed, CORR2D) for seed in rounds}) == 3
    assert {seeds.text_of(seed) for seed in rounds} == {SECRET}


def test_a_short_secret_is_warned_of_and_the_public_one_has_no_rounds(capsys):
    assert secret("dl2026-exam7", 2) == seeds.in_round("dl2026-exam7", 2)
    assert "seed is short" in capsys.readouterr().err
    secret(SECRET), secret("public")
    assert not capsys.readouterr().err
    with pytest.raises(KitError, match="--round needs a secret --seed"):
        secret("public", 2)


@pytest.mark.parametrize(
    ("seed", "words"),
    [("public", []), ("mine", ["--seed", "..."]), ("mine, round 3", ["--seed", "...", "--round", "3"])],
)
def test_the_command_that_grades_again_names_the_round_and_no_seed(seed, words):
    assert seeded(seed) == words
