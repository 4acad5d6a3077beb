"""Grading on Dask workers, real ones: killed, hanging, late, without a scheduler for a while; and in parts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support import CORR2D, KIT

pytest.importorskip("distributed", reason="needs the extra 'cluster'")
pytest.importorskip("cryptography", reason="needs the extra 'cluster'")

from dask import config
from distributed import Security

from autograder import catalog
from autograder.classroom import cluster as clusters
from autograder.classroom.cluster import Cluster, ClusterError, Kit
from autograder.classroom.executor import Local
from autograder.classroom.isolation import IsolationError
from autograder.intake.classes import decode_source
from autograder.judging.grader import Grader, made_here
from autograder.judging.job import Job
from autograder.judging.stubs import bare

PATIENCE = 3.0
TRANSPOSED = "    return (X @ K) if X.shape == K.shape else X\n"

pytestmark = pytest.mark.tools


@pytest.fixture(scope="module")
def grader(runner):
    return Grader(runner, made_here(runner, "public", "cpu"))


@pytest.fixture(scope="module")
def solution():
    return bare(catalog.solution_file(CORR2D).read_text(encoding="utf-8"))


def jobs(solution: str, number: int) -> list[Job]:
    """Right, wrong, crashing and missing ones in turn, each with a text of its own."""
    head = solution[: solution.index("def corr2d")]
    signature = "def corr2d(X, K):\n"
    texts = [solution, head + signature + TRANSPOSED, head + signature + "    import os; os._exit(3)\n"]
    made = []
    for n in range(number):
        source = None if n % 4 == 3 else decode_source("corr2d.py", f"{texts[n % 4]}# {n}\n".encode())
        made.append(Job(f"student {n:03}", CORR2D, source))
    return made


def marks(results) -> dict[str, tuple]:
    """By student, the mark and the status of each check; a student who comes twice is a failure."""
    found = {}
    for job, result in results:
        assert job.student not in found, f"{job.student} was counted twice"
        found[job.student] = result.score, [(c.name, c.status, c.message) for c in result.checks]
    return found


def differences(found: dict[str, tuple], wanted: dict[str, tuple]) -> str:
    """A line for each student whose marks are not the same in both; empty if there is none."""
    everybody = sorted(found.keys() | wanted.keys())
    return "\n".join(f"{s}: {found.get(s)} != {wanted.get(s)}" for s in everybody if found.get(s) != wanted.get(s))


def children(pid: int) -> list[int]:
    return [int(c) for task in Path(f"/proc/{pid}/task").glob("*/children") for c in task.read_text().split()]


class Dask:
    """A scheduler and workers as an instructor starts them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.processes: list[subprocess.Popen] = []

    def start(self, *arguments: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]]
        environment = {**os.environ, "KATA_HOME": str(KIT), "PYTHONPATH": str(KIT)}
        with open(self.folder / f"{arguments[0]}-{len(self.processes)}.log", "wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, env=environment)
        self.processes.append(process)
        return process

    def scheduler(self, *options: str, host: str = "tcp://127.0.0.1") -> subprocess.Popen:
        self.file.unlink(missing_ok=True)
        where = ["--host", host, "--port", "0", "--no-dashboard", "--scheduler-file", str(self.file)]
        started = self.start("scheduler", *where, *options)
        deadline = time.monotonic() + 60
        while not self.file.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        return started

    def worker(self, *options: str) -> subprocess.Popen:
        where = ["--scheduler-file", str(self.file)]
        return self.start("worker", *where, "--no-nanny", "--nthreads", "1", "--no-dashboard", *options)

    def close(self) -> None:
        for process in reversed(self.processes):
            process.kill()
        for process in self.processes:
            process.wait()


@pytest.fixture
def dask(tmp_path):
    started = Dask(tmp_path)
    yield started
    started.close()


def test_workers_may_die_hang_join_late_and_lose_their_scheduler(dask, grader, solution, monkeypatch):
    monkeypatch.setattr(clusters, "PATIENCE", 2.0)
    todo = jobs(solution, 120)
    alone = marks(Local(grader.runner, grader, 2).run(iter(todo)))
    scheduler, doomed, hanging = dask.scheduler(), dask.worker(), dask.worker()
    cluster = Cluster(str(dask.file), grader, patience=PATIENCE)
    assert cluster.isolation == grader.runner.isolation
    cluster._client.wait_for_workers(2, timeout=60)

    left = []  # the zygote of the worker that is killed

    def incidents():
        for number, found in enumerate(cluster.run(iter(todo))):
            if number == 10:
                left.extend(children(doomed.pid))
                doomed.send_signal(signal.SIGKILL)
                dask.worker()
            if number == 40:
                hanging.send_signal(signal.SIGSTOP)
            if number == 80:
                scheduler.send_signal(signal.SIGKILL)
                dask.scheduler()
                dask.worker()
            yield found

    try:
        found = marks(incidents())
        assert found == alone, differences(found, alone)
    finally:
        cluster._client.close(timeout=2)
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in left) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left
    assert not any(Path(f"/proc/{pid}").exists() for pid in left), "the zygote of a dead worker is still there"


def test_certificates_of_ones_own_part_friends_from_strangers(dask, grader, solution, tmp_path, monkeypatch):
    """As docs/cluster.md says: tls:// with certificates in files, which the client finds in Dask's configuration."""
    monkeypatch.setattr(clusters, "CONNECT_SECONDS", 10.0)
    options, settings = [], {}
    made = Security.temporary()
    for name in ("tls_ca_file", "tls_scheduler_cert", "tls_scheduler_key"):
        path = tmp_path / f"{name}.pem"
        path.write_text(getattr(made, name))
        word = name.removeprefix("tls_").removeprefix("scheduler_")
        options += [f"--tls-{word.replace('_', '-')}", str(path)]
        settings["ca-file" if word == "ca_file" else f"client.{word}"] = str(path)
    dask.scheduler(*options, host="tls://127.0.0.1")
    dask.worker(*options)
    address = json.loads(dask.file.read_text())["address"]
    assert address.startswith("tls://")
    todo = jobs(solution, 12)
    with config.set({f"distributed.comm.tls.{name}": value for name, value in settings.items()}):
        cluster = Cluster(address, grader)
        try:
            assert marks(cluster.run(iter(todo))) == marks(Local(grader.runner, grader, 2).run(iter(todo)))
        finally:
            cluster._client.close(timeout=2)
    with pytest.raises(ClusterError, match="asks for a certificate"):
        Cluster(address, grader)
    other = tmp_path / "other.pem"
    other.write_text(Security.temporary().tls_ca_file)
    settings["ca-file"] = str(other)
    elsewhere = config.set({f"distributed.comm.tls.{name}": value for name, value in settings.items()})
    with elsewhere, pytest.raises(ClusterError, match="does not answer"):  # another authority: not who it says it is
        Cluster(address, grader)


def test_a_worker_of_another_version_is_refused():
    kit = Kit({"torchkata": "0.0.0", "torch": "1.0"}, "cpu", trusted=False)
    with pytest.raises(RuntimeError, match=r"another torchkata or torch: torchkata .*, not 0\.0\.0"):
        kit.setup(None)


def test_a_worker_that_cannot_lock_down_is_refused(monkeypatch):
    closed = []

    class Open:
        isolation = "process"
        escapes = ("read a file",)

        def close(self):
            closed.append(self)

    monkeypatch.setattr(clusters, "start_runner", lambda device: Open())
    with pytest.raises(IsolationError, match="could read a file"):
        Kit(clusters.versions(), "cpu", trusted=False).setup(None)
    assert closed
    Kit(clusters.versions(), "cpu", trusted=True).setup(None)


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("tcp://198.51.100.7:8786", "not encrypted"),
        ("tcp://scheduler.example.org:8786", "not encrypted"),
        ("ws://127.0.0.1:8786", "not encrypted"),
        ("local:none", "how many workers"),
        ("local:0", "how many workers"),
        ("no/such/scheduler.json", "not the file of a scheduler"),
    ],
)
def test_what_cannot_be_used_gets_one_sentence(grader, where, says):
    with pytest.raises(ClusterError, match=says):
        Cluster(where, grader)


def test_a_scheduler_file_with_an_open_address_is_refused(grader, tmp_path):
    path = tmp_path / "scheduler.json"
    path.write_text(json.dumps({"address": "tcp://198.51.100.7:8786"}))
    with pytest.raises(ClusterError, match="not encrypted"):
        Cluster(str(path), grader)
    path.write_text("[]")
    with pytest.raises(ClusterError, match="not the file of a scheduler"):
        Cluster(str(path), grader)
