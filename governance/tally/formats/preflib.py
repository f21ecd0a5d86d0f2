"""PrefLib's ordinal formats, as they are since 2022: .soc and .soi without equal ranks, .toc and .toi with them."""

from __future__ import annotations

import re
from collections import Counter

from governance.tally.formats.lines import FormatError, checked, tidy, whole
from governance.tally.profile import Profile, Ranking

HEADER = re.compile(r"^#\s*([A-Z ]+?)(?:\s+(\d+))?\s*:\s*(.*)$")
GROUP = re.compile(r"\{([^{}]*)\}|([^,{}]+)")
KINDS = ("soc", "soi", "toc", "toi")


def read_preflib(text: str) -> Profile:
    """Read a file of any of the four kinds; the kind it declares must be kept by its orders."""
    names: dict[int, str] = {}
    title, declared, size = "", "", 0
    rankings: Counter[Ranking] = Counter()
    lines: dict[Ranking, int] = {}
    for number, raw in enumerate(checked(text).splitlines(), start=1):
        line = raw.strip()
        if not line:
            continue
        if not line.startswith("#"):
            if not size:
                raise FormatError(
                    "A PrefLib file (since 2022) begins with lines like “# NUMBER ALTERNATIVES: 3”.",
                    number,
                )
            ranking, weight = _order(line, size, number)
            rankings[ranking] += weight
            lines.setdefault(ranking, number)
            continue
        found = HEADER.match(line)
        if found is None:
            continue
        key, place, value = found.groups()
        if key == "NUMBER ALTERNATIVES":
            size = whole(value, number, "The number of alternatives")
        elif key == "ALTERNATIVE NAME" and place:
            names[int(place)] = tidy(value)
        elif key == "TITLE":
            title = tidy(value)
        elif key == "DATA TYPE":
            declared = value.strip().lower()
    missing = [one for one in range(1, size + 1) if one not in names]
    if not size or missing:
        what = f"alternative {missing[0]} has no name" if missing else "no alternatives"
        raise FormatError(f"The header is incomplete: {what}.")
    profile = Profile(tuple(names[one] for one in range(1, size + 1)), rankings, title=title)
    _check_kind(profile, declared, lines)
    return profile


def write_preflib(profile: Profile, name: str = "ballots") -> str:
    """Write the strictest of the four kinds that holds the ballots."""
    kind = kind_of(profile)
    head = {
        "FILE NAME": f"{name}.{kind}",
        "TITLE": profile.title,
        "DESCRIPTION": "",
        "DATA TYPE": kind,
        "MODIFICATION TYPE": "original",
        "RELATES TO": "",
        "RELATED FILES": "",
        "PUBLICATION DATE": "",
        "MODIFICATION DATE": "",
        "NUMBER ALTERNATIVES": len(profile.candidates),
        "NUMBER VOTERS": profile.size,
        "NUMBER UNIQUE ORDERS": len(profile.rankings),
    }
    out = [f"# {key}: {value}".rstrip() for key, value in head.items()]
    out += [
        f"# ALTERNATIVE NAME {place}: {candidate}"
        for place, candidate in enumerate(profile.candidates, start=1)
    ]
    for ranking, weight in sorted(profile.rankings.items(), key=lambda item: (-item[1], item[0])):
        out.append(f"{weight}: {','.join(_group(group) for group in ranking)}".rstrip())
    return "\n".join(out) + "\n"


def kind_of(profile: Profile) -> str:
    """Return the ending that fits: with or without ties, complete or incomplete."""
    ties = any(len(group) > 1 for ranking in profile.rankings for group in ranking)
    size = len(profile.candidates)
    whole_lists = all(sum(map(len, ranking)) == size for ranking in profile.rankings)
    return ("t" if ties else "s") + "o" + ("c" if whole_lists else "i")


def _check_kind(profile: Profile, declared: str, lines: dict[Ranking, int]) -> None:
    if declared not in KINDS:
        if declared:
            raise FormatError(f"{declared!r} is none of the kinds soc, soi, toc, toi.")
        return
    size = len(profile.candidates)
    for ranking, number in lines.items():
        if declared[0] == "s" and any(len(group) > 1 for group in ranking):
            raise FormatError(f"An order of a .{declared} file has no equal ranks.", number)
        if declared[2] == "c" and sum(map(len, ranking)) != size:
            raise FormatError(f"An order of a .{declared} file names all alternatives.", number)


def _order(line: str, size: int, number: int) -> tuple[Ranking, int]:
    weight, colon, rest = line.partition(":")
    if not colon:
        raise FormatError("An order is a number of voters, a colon and alternatives.", number)
    leftover = GROUP.sub("", rest).replace(",", "").strip()
    if leftover:
        raise FormatError("A bracket is not closed, or not opened.", number)
    ranking = []
    seen: set[int] = set()
    for braced, single in GROUP.findall(rest):
        parts = braced.split(",") if braced or not single else [single]
        if not single and not braced.strip():
            continue
        if single and not single.strip():
            continue
        group = tuple(_alternative(part, size, number) for part in parts)
        if seen & set(group) or len(set(group)) != len(group):
            raise FormatError("An alternative stands twice in the order.", number)
        seen |= set(group)
        ranking.append(group)
    return tuple(ranking), whole(weight, number, "The number of voters")


def _alternative(text: str, size: int, number: int) -> int:
    value = whole(text, number, "An alternative")
    if value > size:
        raise FormatError(f"There is no alternative {value}; the last one is {size}.", number)
    return value - 1


def _group(group: tuple[int, ...]) -> str:
    inside = ",".join(str(one + 1) for one in group)
    return inside if len(group) == 1 else f"{{{inside}}}"
