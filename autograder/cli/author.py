"""Commands of an author: sync, new, audit, calibrate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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
from autograder.errors import WRONG, needs, writing
from autograder.messages import _
from autograder.runner.start import start_runner


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
) -> None:
    ids = resolve(names)
    catalog.kit_root()
    runner = start_runner("cpu", forked=True)
    from autograder.workshop.audit import audit
    from autograder.workshop.matrix import show_audit

    console = new_console()
    try:
        audits = []
        for id in ids:
            audits.append(audit(runner, id, seeds))
            show_audit(console, audits[-1])
    finally:
        runner.close()
    red = [a.id for a in audits if not a.green]
    count = sum(len(a.misconceptions) for a in audits)
    if red:
        text = _("{n} of {total} exercises are not in order: {names}")
        complain(text.format(n=len(red), total=len(ids), names=", ".join(red)))
        raise typer.Exit(WRONG)
    text = _("All {total} exercises are in order, with {count} misconceptions, over {seeds} seeds.")
    console.print(text.format(total=len(ids), count=count, seeds=seeds), style="green")


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
