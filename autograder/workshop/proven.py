"""What ``kata audit`` found in order, and over how many seeds: it need not be proven again until something changes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from autograder import catalog
from autograder.files import write_atomically
from autograder.judging.keys import judging_key


class Proof(msgspec.Struct):
    """key: the hash of everything that the audit of an exercise looks at."""

    key: str
    seeds: int
    misconceptions: int


def key(id: str) -> str:
    """The hash of everything that the audit of an exercise looks at."""
    listed = catalog.entries()[id]
    digest = hashlib.sha256(
        f"{judging_key(id, 'public', 'cpu')} {catalog.manifest()[listed.chapter]} {listed}".encode()
    )
    stub = catalog.exercise_file(id)
    for path in (Path(__file__).with_name("audit.py"), stub, stub.parent / "README.md"):
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()[:32]


def _path() -> Path:
    return catalog.kit_root() / ".kata" / "audit.json"


def load() -> dict[str, Proof]:
    """The proofs by exercise id; an unreadable file counts as none."""
    try:
        return msgspec.json.decode(_path().read_bytes(), type=dict[str, Proof])
    except (OSError, msgspec.DecodeError):
        return {}


def keep(id: str, proof: Proof | None) -> None:
    """Keeps the proof of an exercise, or forgets it; a folder that cannot be written costs only the memory of it."""
    proofs = load()
    proofs.pop(id, None)
    if proof is not None:
        proofs[id] = proof
    try:
        _path().parent.mkdir(parents=True, exist_ok=True)
        write_atomically(_path(), msgspec.json.format(msgspec.json.encode(proofs), indent=1))
    except OSError:
        pass
