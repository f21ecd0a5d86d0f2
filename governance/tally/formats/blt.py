"""BLT, the format of Hill, Wichmann and Woodall (1987) that transferable votes are exchanged in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from governance.tally.formats.lines import FormatError, checked, tidy, whole
from governance.tally.profile import Profile, Ranking

Line = tuple[int, str]
BALLOT_MARK = re.compile(r"^\([^)]*\)\s*")
"""Some programs open a ballot with its identifier in brackets."""


def read_blt(text: str) -> Profile:
    """Read a BLT file: candidates and seats, withdrawals, ballots to a lone 0, names, title."""
    lines = _lines(text)
    number, head = _next(lines, "the numbers of candidates and seats")
    parts = head.split()
    if len(parts) != 2:
        raise FormatError("The first line has the numbers of candidates and seats.", number)
    size = whole(parts[0], number, "The number of candidates")
    seats = whole(parts[1], number, "The number of seats")
    withdrawn: set[int] = set()
    rankings: Counter[Ranking] = Counter()
    while True:
        number, line = _next(lines, "a line with 0 after the ballots")
        if line == "0":
            break
        if line.startswith("-"):
            withdrawn |= {_candidate(part[1:], size, number) for part in line.split()}
            continue
        ranking, weight = _ballot(line, size, number)
        rankings[ranking] += weight
    names = [_name(*_next(lines, f"the name of candidate {one}")) for one in range(1, size + 1)]
    title = next(lines, (0, '""'))
    return Profile(
        tuple(names), rankings, seats, _name(*title) if title[0] else "", frozenset(withdrawn)
    )


def write_blt(profile: Profile, seats: int) -> str:
    """Write a BLT file; equal ranks as 2=3, the same rankings on one line with their number."""
    out = [f"{len(profile.candidates)} {seats}"]
    if profile.withdrawn:
        out.append(" ".join(f"-{one + 1}" for one in sorted(profile.withdrawn)))
    for ranking, weight in sorted(profile.rankings.items()):
        groups = ("=".join(str(one + 1) for one in group) for group in ranking)
        out.append(" ".join([str(weight), *groups, "0"]))
    out.append("0")
    out += [_quoted(name) for name in (*profile.candidates, profile.title)]
    return "\n".join(out) + "\n"


def _lines(text: str) -> Iterator[Line]:
    for number, raw in enumerate(checked(text).splitlines(), start=1):
        line = raw.strip()
        if not line.startswith('"'):
            line = line.partition("#")[0].strip()
        if line:
            yield number, line


def _next(lines: Iterator[Line], what: str) -> Line:
    try:
        return next(lines)
    except StopIteration:
        raise FormatError(f"The file ends where {what} should stand.") from None


def _ballot(line: str, size: int, number: int) -> tuple[Ranking, int]:
    parts = BALLOT_MARK.sub("", line).split()
    if len(parts) < 2 or parts[-1] != "0":
        raise FormatError("A ballot is its number of voters, its preferences and a 0.", number)
    weight = whole(parts[0], number, "The number of voters")
    seen: set[int] = set()
    ranking = []
    for part in parts[1:-1]:
        if part == "-":
            continue
        group = tuple(_candidate(one, size, number) for one in part.split("="))
        if len(set(group)) != len(group) or seen & set(group):
            raise FormatError("A candidate stands twice on the ballot.", number)
        seen |= set(group)
        ranking.append(group)
    return tuple(ranking), weight


def _candidate(text: str, size: int, number: int) -> int:
    value = whole(text, number, "A candidate")
    if value > size:
        raise FormatError(f"There is no candidate {value}; the last one is {size}.", number)
    return value - 1


def _name(number: int, line: str) -> str:
    if len(line) < 2 or line[0] != '"' or line[-1] != '"':
        raise FormatError("A name stands in double quotes.", number)
    return tidy(line[1:-1])


def _quoted(name: str) -> str:
    return '"{}"'.format(name.replace('"', "'"))
