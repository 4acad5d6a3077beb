"""Commands of an author: sync, new, audit, calibrate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from autograder import catalog
from autograder.cli.base import (
    AUTHOR,
    Device,
    Ids,
    app,
    choose_device,
    complain,
    new_console,
    resolve,
)
from autograder.errors import WRONG, KitError, needs, writing
from autograder.messages import _
from autograder.runner.start import start_runner

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status

    from autograder.workshop.audit import Audit
    from autograder.workshop.memory import Memory
    from autograder.workshop.mutation import Mutation
    from autograder.workshop.variation import Variation

F = TypeVar("F", bound="Mutation | Variation")


@app.command(rich_help_panel=AUTHOR, help=_("Cut the stubs from the solutions."))
def sync(
    texts: Annotated[
        Path | None, typer.Option(help=_("write all texts into this file too, as a template for translators"))
    ] = None,
) -> None:
    from autograder.workshop import sync
    from autograder.workshop.messages import template

    for path in sync.sync():
        print(path.relative_to(catalog.kit_root()))
    if texts is not None:
        with needs("dev"), writing(texts):
            texts.write_bytes(template())
        print(texts)


@app.command(rich_help_panel=AUTHOR, help=_("Make the files of a new exercise, with what to fill in marked TODO."))
def new(name: Annotated[str, typer.Argument(help=_("chapter/exercise"))]) -> None:
    from autograder.workshop.new import new
    from autograder.workshop.sync import sync

    catalog.kit_root()
    for path in [*new(name), *sync()]:
        print(path.relative_to(catalog.kit_root()))
    print(_("Fill in what is marked TODO; 'kata audit {name}' says what comes next.").format(name=name.split("/")[1]))


@app.command(
    rich_help_panel=AUTHOR, help=_("Prove the checks: the reference passes, every mistake fails and is named.")
)
def audit(
    names: Ids = None,
    seeds: Annotated[int, typer.Option(min=1, help=_("how many seeds"))] = 20,
    everything: Annotated[
        bool, typer.Option("--all", help=_("also what has not changed since it was last found in order"))
    ] = False,
    mutants: Annotated[
        bool, typer.Option("--mutants", help=_("change the references in many small ways: each must lose marks"))
    ] = False,
    training: Annotated[
        bool, typer.Option("--training", help=_("let the mutants train, too: this takes minutes an exercise"))
    ] = False,
    variants: Annotated[
        bool, typer.Option("--variants", help=_("write the references in many other ways: each must keep all marks"))
    ] = False,
) -> None:
    from autograder.workshop import proven

    ids = resolve(names)
    catalog.kit_root()
    if training and not mutants:
        raise KitError(_("--training says how mutants are graded: add --mutants."))
    if mutants:
        _mutate(ids, everything, training)
    if variants:
        _vary(ids, seeds, everything)
    if mutants or variants:
        return
    proofs = {} if everything else proven.PROOFS.load()
    known = {id: p for id in ids if (p := proofs.get(id)) and p.seeds >= seeds and p.key == proven.key(id)}
    found = _audit([id for id in ids if id not in known], seeds)
    if known:
        print(_("{n} exercises have not changed since they were found in order (--all).").format(n=len(known)))
    _show_scores(ids)
    if red := [a.id for a in found if not a.green]:
        text = _("{n} of {total} exercises are not in order: {names}")
        complain(text.format(n=len(red), total=len(ids), names=", ".join(red)))
        raise typer.Exit(WRONG)
    count = sum(len(a.misconceptions) for a in found) + sum(p.misconceptions for p in known.values())
    text = _("All {total} exercises are in order, with {count} misconceptions, over {seeds} seeds.")
    new_console().print(text.format(total=len(ids), count=count, seeds=seeds), style="green")


def _mutate(ids: list[str], everything: bool, training: bool) -> None:
    """Grades the mutants of exercises and shows what was found; ends with a status of its own where there are holes."""
    from autograder.workshop import mutation
    from autograder.workshop.matrix import show_mutation, show_mutations

    known = {} if everything or training else mutation.known()
    memory = None if training else mutation.MUTATIONS
    found = _found(ids, known, memory, partial(mutation.mutate, training=training), _("{id} ({number} of {total})"))
    _show_each(found, show_mutation, show_mutations)
    if holes := [id for id in ids if found[id].holes]:
        complain(_("There are holes in the checks of {names}.").format(names=", ".join(holes)))
    if unmatched := [id for id in ids if found[id].unmatched]:
        text = _("What is called equivalent in the checks of {names} matches no mutant that keeps all marks.")
        complain(text.format(names=", ".join(unmatched)))
    if any(not one.green for one in found.values()):
        raise typer.Exit(WRONG)


def _vary(ids: list[str], seeds: int, everything: bool) -> None:
    """Grades the variants of exercises and shows what was found; ends with a status of its own on a false alarm."""
    from autograder.workshop import variation
    from autograder.workshop.matrix import show_variation, show_variations

    known = {} if everything else variation.known(seeds)
    vary = partial(variation.vary, seeds=seeds)
    found = _found(ids, known, variation.VARIATIONS, vary, _("{id} (seed {number} of {total})"))
    _show_each(found, show_variation, show_variations)
    if red := [id for id in ids if not found[id].green]:
        complain(_("Right solutions lose marks in {names}.").format(names=", ".join(red)))
        raise typer.Exit(WRONG)


def _found(
    ids: list[str], known: Mapping[str, F], memory: Memory[F] | None, find: Callable[..., F], progress: str
) -> dict[str, F]:
    """What was found of each exercise: what is known, and what find finds of the others, which goes into memory."""
    console, found = new_console(), {id: known[id] for id in ids if id in known}
    if left := [id for id in ids if id not in found]:
        runner = start_runner("cpu", forked=True)
        try:
            for id in left:
                with console.status(id) as status:

                    def report(done: int, all_: int, id: str = id, status: Status = status) -> None:
                        status.update(progress.format(id=id, number=done, total=all_))

                    found[id] = find(runner, id, report=report)
                if memory is not None:
                    memory.keep(id, found[id])
        finally:
            runner.close()
    return {id: found[id] for id in ids}


def _show_each(
    found: dict[str, F], show: Callable[[Console, str, F], None], show_all: Callable[[Console, dict[str, F]], None]
) -> None:
    console = new_console()
    for id, one in found.items():
        show(console, id, one)
    if len(found) > 1:
        show_all(console, found)


def _show_scores(ids: list[str]) -> None:
    """What is known of mutants, from the last time that they were graded."""
    from autograder.workshop import mutation
    from autograder.workshop.matrix import show_score

    console, known = new_console(), mutation.known()
    for id in ids:
        if id in known:
            show_score(console, id, known[id])


def _audit(ids: list[str], seeds: int) -> list[Audit]:
    """Audits exercises and shows what was found, one after the other."""
    if not ids:
        return []
    runner = start_runner("cpu", forked=True)
    try:
        from autograder.workshop import proven
        from autograder.workshop.audit import audit
        from autograder.workshop.matrix import show_audit

        console, found = new_console(), []
        for number, id in enumerate(ids, 1):
            key = proven.key(id)
            with console.status(_("{id} ({number} of {total})").format(id=id, number=number, total=len(ids))):
                one = audit(runner, id, seeds)
            proven.PROOFS.keep(id, proven.Proof(key, seeds, len(one.misconceptions)) if one.green else None)
            show_audit(console, one)
            found.append(one)
    finally:
        runner.close()
    return found


@app.command(rich_help_panel=AUTHOR, help=_("Measure what training reaches, over many seeds, and set the thresholds."))
def calibrate(
    names: Ids = None,
    seeds: Annotated[int, typer.Option(min=2, help=_("how many seeds"))] = 30,
    device: Annotated[Device, typer.Option(help=_("where to train"))] = Device.AUTO,
    data: Annotated[str, typer.Option(help=_("the data set, else the one that the device gets"))] = "",
    misconception_seeds: Annotated[int, typer.Option(min=0, help=_("how many seeds of each misconception"))] = 5,
) -> None:
    ids = resolve(names)
    catalog.kit_root()
    where = choose_device(device)
    runner = start_runner(where, forked=True)
    from autograder.workshop.calibrate import calibrate

    def say(line: str) -> None:
        print(line, flush=True)

    try:
        for id in ids:
            if any(c.training for c in catalog.load_exercise(id).checks):
                calibrate(runner, id, seeds, where, data, misconception_seeds, say)
                print(catalog.calibration_file(id).name)
    finally:
        runner.close()
