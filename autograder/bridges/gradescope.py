"""The zip that Gradescope builds an autograder from: setup.sh, run_autograder, the kit, and what to install.

What runs in Gradescope's image is ``gradescope_image``.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath

import autograder
from autograder import catalog
from autograder.errors import KitError
from autograder.files import write_atomically
from autograder.messages import _

SETTINGS = "kata.json"
POLICY = "policy.toml"
# Gradescope stops an autograder after ten minutes, unless the instructor sets another time.
SECONDS = 540
TORCH = ("torch", "torchvision")
PACKAGES = (*TORCH, "numpy", "msgspec", "rich", "typer", "jinja2", "matplotlib", "scikit-learn", "pillow")
LEFT_OUT = {"__pycache__", "workshop"}
STAMP = (1980, 1, 1, 0, 0, 0)  # the same content gives the same zip

SETUP = r"""#!/usr/bin/env bash
# Builds the image, once: Python, the packages, and what the checks expect. No student's code runs here.
set -euo pipefail

# The address of a package index that has torch built for the CPU: a tenth of the usual size. PyTorch's page
# "Start Locally" shows it (Linux, Pip, CPU: the address behind --index-url). Left empty, the usual build is taken:
# it works too, but it brings several gigabytes for GPUs, and building takes long.
TORCH_INDEX="${TORCH_INDEX:-}"

SOURCE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
VENV="${VENV:-$SOURCE/.venv}"

find_python() {
    for name in python3.13 python3.12 python3.11 python3; do
        if "$name" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    return 1
}

if [ ! -x "$VENV/bin/python" ]; then
    if ! find_python >/dev/null; then
        apt-get update -qq
        apt-get install -y -qq python3.12 python3.12-venv || apt-get install -y -qq python3.11 python3.11-venv
    fi
    "$(find_python)" -m venv "$VENV"
    pip() { "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir "$@"; }
    pip ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} -r "$SOURCE/requirements-torch.txt"
    pip -r "$SOURCE/requirements.txt"
fi
cd "$SOURCE"
"$VENV/bin/python" -m autograder.bridges.gradescope_image prepare "$SOURCE"
"""

RUN = r"""#!/usr/bin/env bash
# Grades /autograder/submission and writes /autograder/results/results.json.
set -euo pipefail

# After this many seconds what is graded is written and the rest named. Keep it below the time limit that is set in
# Gradescope (10 minutes, unless you chose another one).
export KATA_SECONDS="${KATA_SECONDS:-%(seconds)d}"

ROOT="${1:-/autograder}"
VENV="${VENV:-$ROOT/source/.venv}"
cd "$ROOT/source"
exec "$VENV/bin/python" -m autograder.bridges.gradescope_image run "$ROOT"
"""


class ExportError(KitError):
    """The zip cannot be made; the message is a sentence."""


def write_zip(target: Path, ids: Sequence[str], seed: str, policy: Path | None = None, shown: bool = False) -> None:
    """Writes the zip for some exercises. policy: an instructor's policy, applied there. shown: students may see inputs
    that a secret seed draws. Raises ``ExportError``."""
    missing = [id for id in ids if not catalog.solution_file(id).is_file()]
    if missing:
        text = _("The solution of {id} is not in this kit: export from the instructor's copy.")
        raise ExportError(text.format(id=missing[0]))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content, executable in _members(ids, seed, policy, shown):
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix, so that the mode counts
            info.external_attr = (0o100755 if executable else 0o100644) << 16
            archive.writestr(info, content)
    try:
        write_atomically(target, buffer.getvalue())
    except OSError as error:
        text = _("{path} cannot be written: {reason}.")
        raise ExportError(text.format(path=target, reason=error.strerror)) from None


def _members(ids: Sequence[str], seed: str, policy: Path | None, shown: bool) -> Iterator[tuple[str, bytes, bool]]:
    """Name, content and whether it can be run, of every file."""
    yield "setup.sh", SETUP.encode(), True
    yield "run_autograder", (RUN % {"seconds": SECONDS}).encode(), True
    pins = {name: _pin(name) for name in PACKAGES}
    yield "requirements-torch.txt", "".join(f"{pins[name]}\n" for name in TORCH).encode(), False
    yield "requirements.txt", "".join(f"{pin}\n" for pin in pins.values()).encode(), False
    settings = {"exercises": list(ids), "seed": seed, "show_inputs": shown}
    yield SETTINGS, json.dumps(settings, indent=1).encode(), False
    if policy is not None:
        yield POLICY, policy.read_bytes(), False
    package = Path(autograder.__file__).parent
    for folder, at in ((catalog.datasets_folder(), "autograder/datasets"), (package, "autograder")):
        for path in sorted(folder.rglob("*")):
            name = PurePosixPath(at, path.relative_to(folder))
            if path.is_file() and not LEFT_OUT & set(name.parts) and path.suffix != ".pyc":
                yield str(name), path.read_bytes(), False
    for id in ids:
        for path in (catalog.exercise_file(id), catalog.solution_file(id)):
            if path.is_file():
                yield str(path.relative_to(catalog.kit_root())), path.read_bytes(), False


def _pin(name: str) -> str:
    """A package in the version that is installed here; its build ('+cpu') is left to the index."""
    try:
        return f"{name}=={re.sub(r'[+].*', '', version(name))}"
    except PackageNotFoundError:
        return name
