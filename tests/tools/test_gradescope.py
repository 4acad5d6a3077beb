"""Gradescope's autograder in a tree laid out like Gradescope's: built by its setup.sh, run by its run_autograder."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import time
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from autograder import catalog
from autograder.bridges import gradescope
from autograder.bridges import gradescope_image as image
from autograder.bridges.gradescope_report import Report, standalone
from autograder.classroom.grade import grade
from autograder.intake.classes import read_class
from autograder.judging.stubs import bare
from autograder.report import curves
from autograder.results import CheckResult, Detail, ExerciseResult, Status
from support import FLIPPED, KIT, RIGHT, gradescope_environment, gradescope_image, gradescope_results, gradescope_run

IDS = ["ch07_convolution/corr2d", "ch04_regularization/dropout"]
DROPOUT = "def dropout(X, p, training=True):\n    while True:\n        pass\n"
HOG = "\nimport torch\n\ndef corr2d(X, K):\n    kept = []\n    while True:\n        kept.append(torch.ones(1 << 20))\n"
SEED = "a-seed-that-is-secret"
POLICY = '[late]\npolicy = "percent"\npercent = 10\nof = "mark"\n[extensions]\n"b@uni.example" = 2026-11-22T00:00:00Z\n'

pytestmark = pytest.mark.tools


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    (folder / "policy.toml").write_text("due = 2026-11-20T23:00:00Z\n" + POLICY)
    gradescope.write_zip(folder / "autograder.zip", IDS, SEED, folder / "policy.toml")
    return folder / "autograder.zip"


@pytest.fixture(scope="module")
def built(archive, tmp_path_factory):
    return gradescope_image(archive, tmp_path_factory.mktemp("image"))


@pytest.fixture
def tree(built, tmp_path):
    """A container of its own for one submission, as Gradescope starts one from the image."""
    return Path(shutil.copytree(built, tmp_path / "autograder"))


def submit(root, text, name="ch07_convolution/corr2d.py"):
    path = root / "submission" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_the_zip_has_what_gradescope_wants_at_its_root(archive):
    with zipfile.ZipFile(archive) as opened:
        modes = {info.filename: info.external_attr >> 16 for info in opened.infolist()}
        scripts = [opened.read(name).decode() for name in ("setup.sh", "run_autograder")]
        needs = opened.read("requirements.txt").decode()
    assert [name for name, mode in modes.items() if mode & 0o111] == ["setup.sh", "run_autograder"]
    assert all(script.startswith("#!/usr/bin/env bash\n") and "\r" not in script for script in scripts)
    assert "://" not in "".join(scripts) + needs, "whose index is used is the instructor's to say"
    assert "+" not in needs
    assert not any("__pycache__" in name or "workshop" in name for name in modes)
    others = [name for name in modes if name.startswith("solutions/")]
    assert sorted(others) == sorted(f"solutions/{id}.py" for id in IDS)


def test_setup_installs_what_is_pinned_from_the_index_it_is_told(archive, tmp_path):
    """A Python that only writes down how it is called stands in for the real ones."""
    with zipfile.ZipFile(archive) as opened:
        opened.extract("setup.sh", tmp_path)
    tools = tmp_path / "tools"
    tools.mkdir()
    log = tmp_path / "log"
    fake = tools / "python3.13"
    fake.write_text(
        f'#!/bin/sh\necho "$@" >> {log}\n'
        'if [ "$1 $2" = "-m venv" ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi\n'
    )
    fake.chmod(0o755)
    env = {"PATH": f"{tools}:{os.environ['PATH']}", "TORCH_INDEX": "INDEX"}
    subprocess.run(["bash", tmp_path / "setup.sh"], env=env, check=True, timeout=60)
    venv, torch, rest, prepare = [line for line in log.read_text().splitlines() if not line.startswith("-c")]
    assert venv.startswith("-m venv")
    assert "--index-url INDEX" in torch
    assert torch.endswith("requirements-torch.txt")
    assert "index" not in rest
    assert rest.endswith("requirements.txt")
    assert "prepare" in prepare


def test_the_image_keeps_no_solution_and_no_seed(built):
    source = built / "source"
    assert not (source / "solutions").exists()
    assert not (source / "autograder" / "misconceptions").exists()
    assert SEED not in (source / "kata.json").read_text()
    assert {path.name for path in (source / "expectations").iterdir()} == {f"{i.replace('/', '.')}.bin" for i in IDS}


def test_a_submission_gets_marks_messages_and_its_isolation(tree):
    submit(tree, FLIPPED.replace("    return", "    print('<script>')\n    return"))
    (tree / "submission_metadata.json").write_text('{"created_at": "2026-11-20T14:22:32.365935-07:00", "users": [{}]}')
    found = gradescope_run(tree)
    corr2d = [t for t in found["tests"] if t["number"].startswith("1.")]
    checks = catalog.load_exercise(IDS[0]).checks
    assert [t["number"] for t in corr2d] == [f"1.{place}" for place in range(1, len(checks) + 1)]
    assert sum(t["max_score"] for t in corr2d) == 10
    assert sum(t["score"] for t in found["tests"]) == found["score"] == 0
    first = corr2d[0]
    assert first["name"] == "corr2d: sums the products of the kernel with each window of the input"
    assert (first["status"], first["visibility"], first["output_format"]) == ("failed", "visible", "html")
    assert "The kernel is flipped" in first["output"]
    assert "what it was called with is not shown" in first["output"], "the seed is secret"
    assert "script" not in json.dumps(found["tests"])
    assert "<pre>" not in first["output"]
    assert "Isolation: " in found["output"]
    assert SEED not in json.dumps(found)
    assert all(t["score"] == 0 for t in found["tests"] if t["number"].startswith("2."))


@pytest.mark.parametrize("student", ["mallory_kane", "erik_vasa"])
def test_the_marks_are_those_of_kata_grade(tree, student, runner, tmp_path):
    folder = KIT / "tests" / "sample_class" / student
    shutil.copytree(folder, tree / "submission", dirs_exist_ok=True)
    found = gradescope_run(tree)
    shutil.copytree(folder, tmp_path / "class" / student)
    out = tmp_path / "out"
    grade(runner, read_class(tmp_path / "class", IDS), IDS, out, seed=SEED)
    (submission,) = json.loads((out / "results.json").read_text())["submissions"]
    theirs = [(c["score"], c["max_score"], c["status"]) for e in submission["exercises"] for c in e["checks"]]
    assert [(t["score"], t["max_score"], t["extra_data"]["status"]) for t in found["tests"]] == theirs


@pytest.mark.parametrize("kind", ["zip", "flat"])
def test_a_late_zip_or_a_loose_file_is_graded_by_the_policy(tree, kind):
    if kind == "zip":
        with zipfile.ZipFile(tree / "submission" / "work.zip", "w") as opened:
            opened.writestr("work/ch07_convolution/corr2d.py", RIGHT)
    else:
        submit(tree, RIGHT, "corr2d.py")
    user = {"email": "a@uni.example" if kind == "zip" else "b@uni.example", "name": "A", "id": 5}
    metadata = {
        "created_at": "2026-11-21T14:00:00.1-07:00",
        "assignment": {"due_date": "2000-01-01T00:00:00Z"},
        "users": [user],
    }
    (tree / "submission_metadata.json").write_text(json.dumps(metadata))
    found = gradescope_run(tree)
    assert sum(t["score"] for t in found["tests"]) == 10
    assert found["score"] == (9 if kind == "zip" else 10), "one day late, or with an extension"
    assert ("late by 22 h" in found["output"]) == (kind == "zip")


@pytest.fixture
def container():
    """A control group with the memory of Gradescope's smallest container: what puts a process into it, and its peak."""
    group = Path("/sys/fs/cgroup/memory/kata-test")
    try:
        group.mkdir(exist_ok=True)
        (group / "memory.limit_in_bytes").write_text(str(768 << 20))
    except OSError:
        pytest.skip("needs a control group for memory (version 1) that may be written")
    yield group
    for pid in (group / "cgroup.procs").read_text().split():
        (group.parent / "cgroup.procs").write_text(pid)
    group.rmdir()


@pytest.mark.parametrize("kind", ["right", "hog"])
def test_the_smallest_container_is_large_enough(tree, container, kind):
    submit(tree, RIGHT if kind == "right" else RIGHT + HOG)
    reference = catalog.solution_file(IDS[1]).read_text(encoding="utf-8")
    submit(tree, bare(reference), f"{IDS[1]}.py")
    inside = ["bash", "-c", f'echo $$ > {container}/cgroup.procs; exec "$@"', "inside"]
    found = gradescope_run(tree, within=inside)
    peak = int((container / "memory.max_usage_in_bytes").read_text()) >> 20
    assert peak < 640 if kind == "right" else peak >= 640
    marks = {number: sum(t["score"] for t in found["tests"] if t["number"].startswith(number)) for number in "12"}
    assert marks == {"1": 10 if kind == "right" else 0, "2": 11}


def test_what_is_graded_survives_a_kill(tree):
    submit(tree, RIGHT)
    submit(tree, DROPOUT, "ch04_regularization/dropout.py")
    process = subprocess.Popen([tree / "run_autograder", tree], env=gradescope_environment(), stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and not (
        (tree / "results" / "results.json").exists() and len(gradescope_results(tree)["tests"]) > len(IDS)
    ):
        time.sleep(0.05)
    process.kill()
    process.wait()
    found = gradescope_results(tree)
    assert sum(t["score"] for t in found["tests"]) == 10
    assert found["tests"][-1]["name"] == "dropout"
    assert found["tests"][-1]["max_score"] == 0
    assert "before these were graded: dropout" in found["output"]


def test_the_own_time_limit_ends_it_in_order(tree):
    submit(tree, RIGHT)
    found = gradescope_run(tree, KATA_SECONDS="0.05")
    assert "before these were graded: corr2d, dropout" in found["output"]
    assert [t["max_score"] for t in found["tests"]] == [0, 0]


def test_without_walls_there_is_nothing_to_find(tree):
    """At level process a submission may read files: the expected values are gone by then."""
    looks = (
        f"    import pathlib; there = pathlib.Path({str(tree)!r}, 'source')\n"
        "    print([p.name for p in there.rglob('*.bin')], (there / 'solutions').exists(), (there / 'kata.json').exists())\n"
    )
    submit(tree, FLIPPED.replace("    return", looks + "    return"))
    settings = tree / "source" / "kata.json"
    settings.write_text(json.dumps(json.loads(settings.read_text()) | {"show_inputs": True}))
    found = gradescope_run(tree, process=True)
    assert "Isolation: process" in found["output"]
    assert found["extra_data"]["isolation"] == "process"
    assert "[] False True" in found["tests"][0]["output"], "it can look around, and finds nothing of use"
    assert not list((tree / "source" / "expectations").iterdir())
    assert sum(t["score"] for t in found["tests"]) == 0


@pytest.mark.parametrize("damage", ["expectations", "kata.json"])
def test_the_graders_own_fault_is_said_and_takes_no_mark(tree, damage):
    path = tree / "source" / damage
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    found = gradescope_run(tree)
    assert "The grader failed, not you" in found["output"]
    assert sum(t["max_score"] for t in found["tests"]) == 0


def check(**more):
    known = {"name": "trains", "status": Status.FAILED, "score": 0.0, "max_score": 4.0, "message": "m"}
    return CheckResult(**{**known, **more})


def document(tmp_path, *checks):
    report = Report(tmp_path / "results.json")
    report.ids = ["ch08_lenet/lenet"]
    report.results = {"ch08_lenet/lenet": ExerciseResult.of("ch08_lenet/lenet", list(checks))}
    report.write()
    return json.loads((tmp_path / "results.json").read_text())["tests"]


def test_the_learning_curve_is_a_picture_and_numbers(tmp_path):
    band = {"low": [0.9, 0.4], "median": [1.0, 0.5], "high": [1.1, 0.6]}
    detail = Detail(curve=[1.2, float("nan"), 0.7], band=band, metric=0.8, threshold=0.9)
    (test,) = document(tmp_path, check(detail=detail))
    assert test["extra_data"]["curve"] == [1.2, None, 0.7]
    assert test["extra_data"]["metric"] == 0.8
    address = test["output"].split('src="')[1].split('"')[0]
    svg = base64.b64decode(address.removeprefix("data:image/svg+xml;base64,")).decode()
    assert ElementTree.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
    assert "var(" not in svg
    assert address == standalone(curves.draw(detail.curve, band))
    assert "The loss goes from 1.2 to 0.7" in test["output"]


def test_hidden_checks_are_hidden_and_everything_is_escaped(tmp_path):
    evil = "<img src=x onerror=alert(1)>\x1b[31m\u202e"
    picture = {"wanted": [[0.0, 1.0], [1.0, 0.0]], "came": [[1.0, 1.0], [1.0, 0.0]]}
    detail = Detail(trace=[evil], output=evil, snippet=evil, expected=evil, got=evil)
    tests = document(
        tmp_path,
        check(message=evil, diagnosis=evil, detail=detail, visibility="hidden"),
        check(status=Status.UNGRADED, max_score=0.0, detail=Detail(picture=picture)),
        check(status=Status.PASSED, score=4.0),
    )
    assert [t["visibility"] for t in tests] == ["hidden", "visible", "visible"]
    assert [t.get("status") for t in tests] == ["failed", None, "passed"]
    assert tests[0]["output"].count("&lt;img") == 7
    assert "<img src=x" not in tests[0]["output"]
    assert "\x1b" not in tests[0]["output"]
    assert "\u202e" not in tests[0]["output"]
    assert tests[1]["output"].count("data:image/png;base64,") == 3


def test_a_kit_without_solutions_cannot_export(tmp_path, monkeypatch):
    monkeypatch.setattr(catalog, "solution_file", lambda id: tmp_path / f"{id}.py")
    with pytest.raises(gradescope.ExportError, match="corr2d"):
        gradescope.write_zip(tmp_path / "a.zip", IDS, "public")
    assert not (tmp_path / "a.zip").exists()


def test_the_time_limit_passes_every_handler():
    assert not issubclass(image.OutOfTime, Exception), "the grader takes exceptions for its own faults"
