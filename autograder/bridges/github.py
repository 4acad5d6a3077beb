"""GitHub Actions: a workflow that checks every push, and the table that it shows in the job's summary."""

from __future__ import annotations

import html
import tomllib
from collections.abc import Sequence
from pathlib import Path

from autograder import catalog
from autograder.messages import _
from autograder.report.said import said
from autograder.report.words import WORDS
from autograder.results import CheckResult, ExerciseResult, Status

PATH = Path(".github", "workflows", "kata.yml")
MAX_TEXT = 3000  # GitHub shows a summary of up to one megabyte
MAX_SHOWN = 100
SIGNS = {Status.PASSED: "✅", Status.NOT_ATTEMPTED: "▫️", Status.SKIPPED: "▫️", Status.UNGRADED: "❔"}
# GitHub reads commands to itself from what a step prints: what student code prints must not be taken for one.
WORKFLOW = """\
# Checks the exercises at every push: the table is in the summary of the run, the details are in junit.xml.
name: kata

on: [push, workflow_dispatch]

permissions:
  contents: read

concurrency:
  group: kata-${{{{ github.ref }}}}
  cancel-in-progress: true

jobs:
  check:
    runs-on: ubuntu-latest
    timeout-minutes: 45
    env:
      KATA_HOME: ${{{{ github.workspace }}}}
      # A variable of the repository: the index of torch's wheels for machines without a GPU saves minutes.
      PIP_EXTRA_INDEX_URL: ${{{{ vars.PIP_EXTRA_INDEX_URL }}}}
    steps:
      - uses: actions/checkout@v4
        with:
          persist-credentials: false
      - uses: actions/setup-python@v5
        with:
          python-version: "{python}"
      - name: Install
        shell: bash
        run: |
          python -m pip install --quiet {requirements}
      - name: Check
        shell: bash
        run: |
          token="kata-$(python -c 'import secrets; print(secrets.token_hex(16))')"
          echo "::stop-commands::$token"
          status=0
          python -m autograder check --junit junit.xml --summary "$GITHUB_STEP_SUMMARY" || status=$?
          echo "::$token::"
          exit "$status"
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: junit
          path: junit.xml
          if-no-files-found: ignore
"""


def workflow(python: str = "3.12") -> str:
    """The text of the workflow, for a repository that holds a kit or a student's copy of it."""
    return WORKFLOW.format(python=python, requirements=" ".join(f"'{r}'" for r in requirements()))


def requirements() -> list[str]:
    """What the kit needs to run, as its project file has it."""
    project = tomllib.loads((catalog.kit_root() / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[str] = project["project"]["dependencies"]
    return found


def summary(results: Sequence[ExerciseResult]) -> str:
    """The results in Markdown: a table, then what each wrong check says.

    What a student's code had a part in stands only inside of ``<pre>``, with its HTML escaped: there nothing is
    Markdown, a link or a mention.
    """
    score, most = (sum(getattr(r, name) for r in results) for name in ("score", "max_score"))
    heading = _("{score:g} of {most:g} points").format(score=score, most=most)
    lines = [f"## torchkata: {heading}", ""]
    if not results:
        return "\n".join([*lines, _("Nothing is started yet."), ""])
    lines += [f"| | {_('exercise')} | {_('result')} | {_('points')} |", "|---|---|---|---:|"]
    for result in results:
        sign = SIGNS.get(result.status, "❌")
        points = f"{result.score:g}/{result.max_score:g}"
        lines.append(f"| {sign} | `{result.id}` | {_(WORDS[result.status])} | {points} |")
    wrong = [(r, c) for r in results for c in r.checks if c.failed]
    for result, check in wrong[:MAX_SHOWN]:
        if result.status is not Status.NOT_ATTEMPTED:
            lines += _details(result, check)
    return "\n".join([*lines, ""])


def _details(result: ExerciseResult, check: CheckResult) -> list[str]:
    told = said(check)
    title = f"{result.id.split('/')[1]}: {told.line}"
    opening = f"<details><summary>{html.escape(title)}</summary>"
    return ["", opening, "", "<pre>", html.escape(told.text[:MAX_TEXT].expandtabs(4)), "</pre>", "", "</details>"]
