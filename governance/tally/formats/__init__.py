"""Ballot files in and out. A file that can't be read is refused with the line and what is wrong there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from governance.tally.formats.blt import read_blt, write_blt
from governance.tally.formats.lines import FormatError
from governance.tally.formats.organisations import read_organisations
from governance.tally.formats.preflib import kind_of, read_preflib, write_preflib
from governance.tally.formats.tables import (
    read_approvals,
    read_ranks,
    read_scores,
    write_ranks,
    write_scores,
)
from governance.tally.methods import SCORED, Method
from governance.tally.profile import Profile, Scores

READERS: Mapping[str, Callable[[str], Profile]] = MappingProxyType(
    {
        "blt": read_blt,
        "csv": read_ranks,
        "soc": read_preflib,
        "soi": read_preflib,
        "toc": read_preflib,
        "toi": read_preflib,
    }
)
"""By the ending of the file's name."""


def read(text: str, ending: str, method: Method) -> Profile | Scores:
    """Read ballots for a method: in a CSV the cells of score methods are scores, of approval marks, of others ranks."""
    ending = ending.lower().lstrip(".")
    reader = READERS.get(ending)
    if reader is None:
        known = ", ".join(f".{name}" for name in READERS)
        raise FormatError(f"Files ending in .{ending} are not known; use one of {known}.")
    if ending == "csv" and method in SCORED:
        return read_scores(text)
    if ending == "csv" and method is Method.APPROVAL:
        return read_approvals(text)
    return reader(text)


__all__ = [
    "READERS",
    "FormatError",
    "kind_of",
    "read",
    "read_approvals",
    "read_blt",
    "read_organisations",
    "read_preflib",
    "read_ranks",
    "read_scores",
    "write_blt",
    "write_preflib",
    "write_ranks",
    "write_scores",
]
