"""An executor on Dask distributed: each worker runs student code in a zygote of its own and never sees a solution.

The client makes the expectations, ships them, and stores results as they come. Jobs may be done twice, a worker may
die, hang or join late, the scheduler may be restarted: each result is taken once. What the cluster cannot do, the
client does itself in the end.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from itertools import count, islice
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import torch
from distributed import Client, Future, LocalCluster, Security, get_worker, wait
from distributed.diagnostics.plugin import WorkerPlugin

import autograder
from autograder.classroom.grade import weakest
from autograder.classroom.isolation import IsolationError, require_strict
from autograder.errors import KitError
from autograder.judging.expectations import Expectations
from autograder.judging.grader import Grader, Library
from autograder.judging.job import Job
from autograder.messages import _
from autograder.results import ExerciseResult, packed, unpacked
from autograder.runner.start import start_runner

NAME = "torchkata"
BATCH = 6  # jobs a task: enough to be worth sending, few enough to lose
WINDOW = 3  # tasks in flight for each thread of a worker
TRIES = 3
CONNECT_SECONDS = 60.0
RECONNECT_SECONDS = 300.0
# A task that takes this long, and this many times what the slowest took, is given to another worker as well.
PATIENCE_SECONDS = 60.0
PATIENCE = 10.0
POLL = 0.5


class ClusterError(KitError):
    """The cluster cannot be used; the message is a sentence."""


@dataclass(eq=False)
class Batch:
    """Jobs that go to a worker together. futures: tasks that do it, usually one."""

    number: int
    jobs: list[Job]
    futures: list[Future] = field(default_factory=list)
    sent: float = 0.0
    tries: int = 0


class Kit(WorkerPlugin):
    """The kit on a worker: refuses another version, starts the runner, keeps the expectations that were shipped."""

    name = NAME

    def __init__(self, versions: dict[str, str], device: str, trusted: bool) -> None:
        self.versions = versions
        self.device = device
        self.trusted = trusted

    def setup(self, worker: Any) -> None:
        """Raises if the worker must not take part."""
        here = versions()
        if here != self.versions:
            said = ", ".join(f"{name} {here.get(name)}, not {wanted}" for name, wanted in self.versions.items())
            raise RuntimeError(f"this worker has another torchkata or torch: {said}")
        self.runner = start_runner(self.device)
        self.isolation = self.runner.isolation
        if not self.trusted:
            try:
                require_strict(self.isolation, self.device, self.runner.escapes)
            except IsolationError:
                self.runner.close()
                raise
        self._expectations: dict[str, Expectations] = {}
        self._guard = threading.Lock()

    def teardown(self, worker: Any) -> None:
        self.runner.close()

    def standing(self) -> tuple[str, list[str], list[str]]:
        """The level of isolation, the walls, and what a trial process could do all the same."""
        return self.isolation, self.runner.walls, self.runner.escapes

    def library(self, shipped: dict[str, bytes]) -> Library:
        with self._guard:
            for id, content in shipped.items():
                if id not in self._expectations:
                    self._expectations[id] = Expectations.from_bytes(content)
        return Library(self._expectations.__getitem__)


def versions() -> dict[str, str]:
    """What has to be the same on all sides."""
    return {"torchkata": autograder.__version__, "torch": torch.__version__}


def _hold(content: bytes) -> bytes:
    """Expectations as a task of their own: a worker that needs them gets them once, from whoever has them."""
    return content


def _do(jobs: list[Job], ids: list[str], *shipped: bytes) -> tuple[str, list[bytes]]:
    """On a worker: grades jobs; returns its level of isolation and the encoded results."""
    kit = cast(Kit, get_worker().plugins[NAME])
    grader = Grader(kit.runner, kit.library(dict(zip(ids, shipped, strict=True))))
    results = [grader.grade(job) for job in jobs]
    return kit.isolation, [packed(result) for result in results]


class Cluster:
    """The executor. ``local`` grades what the cluster could not; it also makes the expectations."""

    def __init__(
        self,
        where: str,
        local: Grader,
        *,
        device: str = "cpu",
        trusted: bool = False,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        """where: ``local:N``, ``tls://HOST:PORT``, ``tcp://127.0.0.1:PORT`` or the path of a scheduler file.

        Raises ``ClusterError``.
        """
        self._where = where
        self._local = local
        self._kit = Kit(versions(), device, trusted)
        self._resources = {"gpu": 1} if device == "cuda" else {}
        self._patience = patience
        self._cluster = _start_workers(where)
        self._shipped: dict[str, Future] = {}
        self._numbers = count()
        self._slowest = 0.0
        self._client = self._connect(CONNECT_SECONDS)
        kits = self._client.run(lambda dask_worker: dask_worker.plugins[NAME].standing()).values()
        self.isolation = weakest(*(level for level, _walls, _escapes in kits))
        self.walls: list[str]
        self.escapes: list[str]
        _level, self.walls, self.escapes = next(kit for kit in kits if kit[0] == self.isolation)

    def _connect(self, seconds: float) -> Client:
        """A client with the kit on every worker."""
        until = time.monotonic() + seconds
        while True:
            try:
                client = self._attempt(min(10.0, seconds))
                break
            except (OSError, TimeoutError) as error:
                if time.monotonic() > until:
                    text = _("The cluster {where} does not answer: {reason}")
                    raise ClusterError(text.format(where=self._where, reason=error)) from None
                time.sleep(POLL)
        try:
            client.wait_for_workers(1, timeout=seconds)
            client.register_plugin(self._kit)
        except TimeoutError:
            client.close()
            raise ClusterError(_("The cluster {where} has no workers.").format(where=self._where)) from None
        except Exception as error:  # what a worker's setup raised
            client.close()
            raise ClusterError(_("A worker cannot take part: {reason}").format(reason=error)) from None
        return client

    def _attempt(self, seconds: float) -> Client:
        if self._cluster is not None:
            return Client(self._cluster, timeout=seconds)
        security: Any = Security()  # from Dask's configuration
        if "://" in self._where:
            place, address = {"address": self._where}, self._where
        else:
            place, address = {"scheduler_file": self._where}, _address(Path(self._where))
        _refuse_in_the_open(address)
        if address.startswith("tls://") and not (security.tls_client_cert and security.tls_ca_file):
            text = _("{address} asks for a certificate: name yours in Dask's configuration, see docs/cluster.md.")
            raise ClusterError(text.format(address=address))
        return Client(**place, timeout=seconds, security=security)

    def run(self, jobs: Iterator[Job]) -> Iterator[tuple[Job, ExerciseResult]]:
        """Results as they come, each job's once."""
        batches: dict[int, Batch] = {}
        while True:
            while len(batches) < self._window() and (chosen := list(islice(jobs, BATCH))):
                away = [job for job in chosen if self._needs_a_runner(job)]
                yield from ((job, self._local.grade(job)) for job in chosen if job not in away)
                if away:
                    batch = Batch(next(self._numbers), away)
                    batches[batch.number] = batch
                    self._send(batch)
            if not batches:
                return
            self._wait(batches)
            if self._client.status != "running":
                self._reconnect(batches)
            for batch in list(batches.values()):
                results = self._results(batch)
                if results is not None:
                    del batches[batch.number]
                    yield from zip(batch.jobs, results, strict=True)
            self._look_after(batches)

    def _needs_a_runner(self, job: Job) -> bool:
        has_source = job.source is not None and not job.source.problem and not job.unreadable
        return has_source and self._local.library.has(job.id)

    def _window(self) -> int:
        threads = sum(self._client.nthreads().values()) if self._client.status == "running" else 1
        return WINDOW * max(1, threads)

    def _send(self, batch: Batch, avoid: Sequence[str] = ()) -> None:
        """Gives a batch to the cluster; avoid: workers that seem to hang."""
        batch.sent = time.monotonic()
        batch.tries += 1
        ids = sorted({job.id for job in batch.jobs})
        for id in ids:
            self._ship(id)
        others = [worker for worker in self._client.nthreads() if worker not in avoid] if avoid else None
        future = self._client.submit(
            _do,
            batch.jobs,
            ids,
            *(self._shipped[id] for id in ids),
            key=f"grade-{batch.number}-{batch.tries}",
            resources=self._resources,
            workers=others or None,
            pure=False,
        )
        batch.futures.append(future)

    def _ship(self, id: str) -> None:
        """Makes the expectations of an exercise known to the cluster."""
        if id not in self._shipped:
            expected = self._local.library.get(id)  # jobs of a broken exercise do not leave
            key = f"expectations-{expected.key}-{next(self._numbers)}"
            self._shipped[id] = self._client.submit(_hold, expected.to_bytes(), key=key)

    def _wait(self, batches: dict[int, Batch]) -> None:
        futures = [future for batch in batches.values() for future in batch.futures]
        try:
            wait(futures, timeout=POLL, return_when="FIRST_COMPLETED")
        except Exception:  # not yet, or the connection is lost: both are looked at by the caller
            pass

    def _results(self, batch: Batch) -> list[ExerciseResult] | None:
        """What a batch came to, once a task has done it; a task that failed is sent again, in the end done here."""
        for future in list(batch.futures):
            if future.status == "pending":
                continue
            batch.futures.remove(future)
            try:
                isolation, encoded = future.result(timeout=CONNECT_SECONDS)
            except Exception:  # the worker died, or did not have what it needs: not the student's fault
                continue
            self.isolation = weakest(self.isolation, isolation)
            self._slowest = max(self._slowest, time.monotonic() - batch.sent)
            for other in batch.futures:
                other.cancel()
            return [unpacked(content) for content in encoded]
        if batch.futures:
            return None
        if batch.tries >= TRIES:
            return [self._local.grade(job) for job in batch.jobs]
        self._send(batch)
        return None

    def _look_after(self, batches: dict[int, Batch]) -> None:
        """What takes far too long goes to another worker as well: the first answer counts."""
        allowed = max(self._patience, PATIENCE * self._slowest)
        late = [b for b in batches.values() if time.monotonic() - b.sent > allowed]
        if not late or self._client.status != "running":
            return
        busy = {worker: set(keys) for worker, keys in self._client.processing().items()}
        for batch in late:
            keys = {future.key for future in batch.futures}
            if batch.tries < TRIES:
                self._send(batch, [worker for worker, theirs in busy.items() if keys & theirs])
            else:
                batch.futures.clear()  # in the end it is done here

    def _reconnect(self, batches: dict[int, Batch]) -> None:
        """A new connection after the old one was lost: everything that is not done is sent again."""
        self._client.close(timeout=1)
        self._shipped.clear()
        self._client = self._connect(RECONNECT_SECONDS)
        for batch in batches.values():
            batch.futures.clear()
            batch.tries = 0
            self._send(batch)

    def alone(self, job: Job) -> ExerciseResult:
        return self._local.grade(job)

    def close(self) -> None:
        self._client.close(timeout=5)
        if self._cluster is not None:
            self._cluster.close(timeout=10)
        self._local.runner.close()


def _start_workers(where: str) -> LocalCluster | None:
    """The workers of ``local:N``, on the loopback interface, encrypted: other users of the machine cannot join."""
    if not where.startswith("local:"):
        if "://" in where:
            _refuse_in_the_open(where)
        return None
    try:
        number = int(where.removeprefix("local:"))
        if number < 1:
            raise ValueError
    except ValueError:
        raise ClusterError(_("{where}: say how many workers, as in local:4.").format(where=where)) from None
    return LocalCluster(
        n_workers=number,
        threads_per_worker=1,
        host="tls://127.0.0.1",
        dashboard_address=None,
        security=Security.temporary(),
    )


def _address(path: Path) -> str:
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["address"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        text = _("{path} is not the file of a scheduler: {reason}")
        raise ClusterError(text.format(path=path, reason=error)) from None


def _refuse_in_the_open(address: str) -> None:
    """Plain tcp:// only within this machine: whoever reaches a scheduler runs code on all of its workers."""
    parts = urlsplit(address)
    if parts.scheme == "tls":
        return
    host = parts.hostname or ""
    if parts.scheme == "tcp" and (host == "localhost" or _loopback(host)):
        return
    text = _("{address} is not encrypted: anybody on the network could run code on its workers. Use tls://.")
    raise ClusterError(text.format(address=address))


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
