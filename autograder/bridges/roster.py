"""Which row of a school's list is which student: by identifier, mail or name, and never by a guess."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from autograder.intake import deliveries
from autograder.messages import _

_AND = re.compile(r"\s*[,;&+/]\s*|\s+(?:and|und|et|och)\s+")


@dataclass(frozen=True)
class Person:
    """A row: its number, the identifiers in it (ids, logins, mails), and the names."""

    row: int
    identifiers: tuple[str, ...]
    names: tuple[str, ...]


@dataclass
class Matching:
    """rows: student to row. members: student to the rows of the others, where the work is a group's. unmatched: student
    to the reason why not, in words. absent: the names in rows that are nobody's."""

    rows: dict[str, int] = field(default_factory=dict)
    members: dict[str, list[int]] = field(default_factory=dict)
    unmatched: dict[str, str] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)

    @property
    def places(self) -> list[tuple[str, int]]:
        """Every row that gets a student's mark."""
        return [(student, row) for student, own in self.rows.items() for row in (own, *self.members.get(student, ()))]


def match(
    students: Sequence[str],
    people: Iterable[Person],
    identities: Mapping[str, Sequence[str]] | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
) -> Matching:
    """Finds each student's row. identities: what a student is known by beside the name; it comes first.

    groups: the numbers of all whose work a student's is. A name of several persons, ``Ada King, Tom Doe``, is theirs
    where each of them has a row.
    """
    people = list(people)
    tiers = [_index(people, tier) for tier in (_identifiers, _numbers, _names, _plain_names)]
    result = Matching()
    for student in students:
        rows = _rows(student, (identities or {}).get(student, ()), tiers)
        numbers = (groups or {}).get(student, ())
        members = [_rows(number, [number], tiers) for number in numbers] or ([] if rows else _each(student, tiers))
        if len(members) > 1:
            result.unmatched |= {
                f"{student} ({number})": _("nobody there has this name or number")
                for number, found in zip(numbers, members, strict=False)
                if len(found) != 1
            }
            own, *others = dict.fromkeys(found.pop() for found in members if len(found) == 1) or [-1]
            if own >= 0:
                result.rows[student], result.members[student] = own, others
        elif len(rows) == 1:
            result.rows[student] = rows.pop()
        elif rows:
            listed = ", ".join(str(row + 1) for row in sorted(rows))
            result.unmatched[student] = _("it could be any of the lines {lines}").format(lines=listed)
        else:
            result.unmatched[student] = _("nobody there has this name or number")
    taken: dict[int, list[str]] = {}
    for student, row in result.places:
        taken.setdefault(row, []).append(student)
    for row, rivals in taken.items():
        if len(rivals) > 1:
            for student in rivals:
                result.rows.pop(student, None)
                result.members.pop(student, None)
                text = _("line {line} fits {students} equally well")
                result.unmatched[student] = text.format(line=row + 1, students=_(" and ").join(rivals))
    result.absent = [(*p.names, *p.identifiers, "")[0] for p in people if p.row not in taken]
    return result


def _rows(student: str, identities: Sequence[str], tiers: Sequence[Mapping[str, set[int]]]) -> set[int]:
    """The rows of the first way of looking that finds any."""
    identifiers, without_zeros, names, plain = tiers
    keys, numbers = [student], list(identities)
    owners = [deliveries.owner(student, is_file) for is_file in (False, True)]  # the name may be as a tool gave it
    for owner in owners:
        if number := owner.ids.get("moodle") or owner.ids.get("canvas"):
            keys.append(owner.name)
            numbers.append(number)
    # The number that the school's own system knows says who it is; a name may be somebody else's too.
    looked_up = [(identifiers, _folded(key)) for key in (*numbers, *keys)]
    looked_up += [(without_zeros, number) for key in (*numbers, *keys) if (number := _number(key))]
    looked_up += [(index, form(key)) for index, form in ((names, _words), (plain, _ascii)) for key in keys]
    return next((set(index[key]) for index, key in looked_up if key in index), set())


def _each(student: str, tiers: Sequence[Mapping[str, set[int]]]) -> list[set[int]]:
    """The rows of each person of a name that is several persons'; nothing unless each has one row of its own."""
    found = [_rows(name, (), tiers) for name in _AND.split(student) if name.strip()]
    alone = all(len(rows) == 1 for rows in found) and len(set().union(*found)) == len(found)
    return found if len(found) > 1 and alone else []


def _index(people: Sequence[Person], keys: Callable[[Person], set[str]]) -> dict[str, set[int]]:
    index: dict[str, set[int]] = {}
    for person in people:
        for key in keys(person) - {""}:
            index.setdefault(key, set()).add(person.row)
    return index


def _identifiers(person: Person) -> set[str]:
    return {_folded(identifier) for identifier in person.identifiers}


def _numbers(person: Person) -> set[str]:
    return {_number(identifier) for identifier in person.identifiers}


def _number(text: str) -> str:
    """A number without what a spreadsheet takes or adds: ``00123`` and ``123.0`` are one. Empty if it is none."""
    found = re.fullmatch(r"0*(\d+?)(?:[.,]0+)?", text.strip())
    return found[1] if found else ""


def _names(person: Person) -> set[str]:
    """The names as people and systems write them: 'Wong, Ana', 'Ana Wong', 'wongana', and a mail's 'ana.wong'."""
    orders = {_words(name) for name in person.names}
    orders |= {_words(" ".join(reversed(name.split(",", 1)))) for name in person.names}
    orders |= {_words(identifier.split("@")[0]) for identifier in person.identifiers if "@" in identifier}
    return orders | {words.replace(" ", "") for words in orders}


def _plain_names(person: Person) -> set[str]:
    return {_ascii(name) for name in _names(person)}


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", _folded(text)))


def _ascii(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", _words(text))
    return "".join(c for c in decomposed if not unicodedata.combining(c))
