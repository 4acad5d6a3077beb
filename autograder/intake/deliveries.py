"""Whose a folder or file is, as the tools name what they deliver.

Moodle:     ``Ada Lovelace_123456_assignsubmission_file_/`` or ``..._file_corr2d.py``: name and participant number
Canvas:     ``lovelaceada_LATE_12345_67890_corr2d-1.py``: name, user id, submission id; ``-1`` counts resubmissions
Gradescope: ``submission_123456/``, with names, mail addresses and times in ``submission_metadata.yml`` above them
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from autograder.intake import archives
from autograder.messages import _

GRADESCOPE = "submission_metadata.yml"
_MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?P<file>.*))?", re.DOTALL)
_CANVAS = re.compile(r"(?P<name>[^_]+)(?P<late>_LATE)?_(?P<id>\d+)_(?P<submission>\d+)_(?P<file>.+)", re.DOTALL)
_GRADESCOPE = re.compile(r"submission_(?P<id>\d+)")
_CREATED = re.compile(
    r"  :created_at:\s+'?(?P<date>\d{4}-\d\d-\d\d)[ T](?P<time>\d\d:\d\d:\d\d)(?:\.\d+)?"
    r" ?(?P<zone>Z|[+-]\d\d:?\d\d)?(?: UTC)?'?\s*"
)
_RESUBMITTED = re.compile(r"-(\d{1,9})(?=(\.tar)?\.\w+$)")


@dataclass(frozen=True)
class Owner:
    """The student that a folder or file belongs to. file: its own name, where the tool put it behind the student's.

    called, version: that name without the number of a resubmission, and the number. submitted: the moment that the
    tool tells.
    """

    name: str
    ids: dict[str, str] = field(default_factory=dict)
    file: str = ""
    note: str = ""
    submitted: datetime | None = None
    called: str = ""
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        """The same for everything that one student handed in."""
        return (self.name, *(f"{k}={v}" for k, v in self.ids.items()))


def owners(name: str, is_file: bool, people: Mapping[str, Sequence[Owner]]) -> Sequence[Owner]:
    """Whose this is, where it may be several persons'. people: those of a folder, as Gradescope says."""
    return people.get(name) or (owner(name, is_file),)


def owner(name: str, is_file: bool) -> Owner:
    """Whose this is; a name that no tool gave is the student's own (without a file's suffix)."""
    if found := _MOODLE.fullmatch(name):
        return Owner(found["name"].strip() or name, {"moodle": found["id"]}, found["file"] or "")
    if is_file and (found := _CANVAS.fullmatch(name)):
        late = _("Canvas marks {file} as late").format(file=found["file"]) if found["late"] else ""
        again = _RESUBMITTED.search(found["file"])
        called, version = _RESUBMITTED.sub("", found["file"]), int(again[1]) if again else 0
        ids = {"canvas": found["id"]}
        return Owner(found["name"], ids, found["file"], late, called=called, version=version)
    if not is_file and (found := _GRADESCOPE.fullmatch(name)):
        return Owner(name, {"gradescope": found["id"]})
    if is_file:
        return Owner(_bare(name))
    return Owner(name)


def _bare(name: str) -> str:
    """A file's name without its suffixes: ``ann`` of ``ann.tar.gz``, ``ann.py`` and ``ann.py.gz``."""
    inner = archives.stem(name) or name
    plain = inner.removesuffix(".py").removesuffix(".ipynb")
    return plain if plain != inner or inner != name else name.rpartition(".")[0] or name


def gradescope_people(metadata: str) -> dict[str, list[Owner]]:
    """Owners by folder, from Gradescope's metadata. Its few lines of interest are read, not its YAML."""
    people: dict[str, list[Owner]] = {}
    folder, submitters, inside, submitted = "", list[dict[str, str]](), False, None
    for line in [*metadata.splitlines(), "submission_0:"]:
        if found := re.fullmatch(r"(submission_\d+):\s*", line):
            if named := [fields for fields in submitters if fields.get("name")]:
                people[folder] = [_submitter(folder, fields, len(named), submitted) for fields in named]
            folder, submitters, inside, submitted = found[1], [], False, None
        elif folder and re.fullmatch(r"  :\w+:.*", line):
            inside = line.startswith("  :submitters:")
            submitted = submitted or _moment(line)
        elif folder and inside and (found := re.fullmatch(r"\s+(- )?:(name|sid|email):(?:\s+(.+?))?\s*", line)):
            value = found[3] or ""
            if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
                value = value[1:-1].replace("''", "'")
            if found[1] or not submitters:
                submitters.append({})
            submitters[-1][found[2]] = value
    return people


def _submitter(folder: str, fields: Mapping[str, str], count: int, submitted: datetime | None) -> Owner:
    known = {"gradescope": folder.removeprefix("submission_"), "sid": fields.get("sid"), "mail": fields.get("email")}
    note = _("handed in by a group of {count}").format(count=count) if count > 1 else ""
    return Owner(fields["name"], {key: id for key, id in known.items() if id}, note=note, submitted=submitted)


def _moment(line: str) -> datetime | None:
    """When a submission was made, in UTC unless it says otherwise."""
    if not (found := _CREATED.fullmatch(line)):
        return None
    try:
        moment = datetime.fromisoformat(f"{found['date']}T{found['time']}{found['zone'] or 'Z'}")
    except ValueError:
        return None
    return moment.astimezone(UTC)
