"""JSON with places: the standard library's scanner for strings, a small reader around it for lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]
from typing import Final

from projects.manifests.findings import Finding, Level, Place
from projects.manifests.sources.tree import MAX_DEPTH, MAX_ITEMS, Item, Scalar, unreadable

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d{0,300})(\.\d+)?([eE][-+]?\d{1,3})?")
_WORDS: Final[dict[str, Scalar]] = {"true": True, "false": False, "null": None}


def read(text: str, findings: list[Finding]) -> Item:
    """Return the document's tree."""
    reader = _Reader(text, findings)
    item = reader.value(reader.skip(0), "", 0)
    if reader.skip(reader.at) != len(text):
        raise unreadable("syntax", reader.place(reader.at), problem="text after the end")
    return item


class _Reader:
    def __init__(self, text: str, findings: list[Finding]) -> None:
        self.text = text
        self.findings = findings
        self.at = 0
        self.items = 0
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(self, at: int) -> Place:
        line = bisect_right(self.starts, at)
        return Place(line, at - self.starts[line - 1] + 1)

    def skip(self, at: int) -> int:
        match = _SPACE.match(self.text, at)
        return match.end() if match else at

    def value(self, at: int, path: str, depth: int) -> Item:
        """Read one value; `self.at` is behind it afterwards."""
        self.items += 1
        place = self.place(at)
        if depth > MAX_DEPTH:
            raise unreadable("too-deep", place)
        if self.items > MAX_ITEMS:
            raise unreadable("too-many-values", place)
        sign = self.text[at : at + 1]
        if sign == "{":
            return Item(self._mapping(at + 1, path, depth), place)
        if sign == "[":
            return Item(self._sequence(at + 1, path, depth), place)
        if sign == '"':
            words = self._string(at)
            return Item(words, place, words)
        return self._plain(at, place)

    def _plain(self, at: int, place: Place) -> Item:
        for word, meaning in _WORDS.items():
            if self.text.startswith(word, at):
                self.at = at + len(word)
                return Item(meaning, place, word)
        number = _NUMBER.match(self.text, at)
        if number is None:
            raise unreadable("syntax", place, problem="a value is expected here")
        self.at = number.end()
        is_whole = not (number[1] or number[2])
        return Item(int(number[0]) if is_whole else float(number[0]), place, number[0])

    def _string(self, at: int) -> str:
        try:
            text, self.at = scanstring(self.text, at + 1, False)
        except JSONDecodeError as error:
            raise unreadable("syntax", self.place(error.pos), problem=error.msg) from None
        return str(text)

    def _mapping(self, at: int, path: str, depth: int) -> dict[str, Item]:
        found: dict[str, Item] = {}
        at = self.skip(at)
        while self.text[at : at + 1] != "}":
            if self.text[at : at + 1] != '"':
                raise unreadable("syntax", self.place(at), problem="a name in quotes is expected")
            place = self.place(at)
            key = self._string(at)
            at = self.skip(self.at)
            if self.text[at : at + 1] != ":":
                raise unreadable("syntax", self.place(at), problem="“:” is expected here")
            inner = f"{path}/{key}" if path else key
            if key in found:
                self.findings.append(Finding(Level.ERROR, "duplicate-key", inner, place))
            found[key] = self.value(self.skip(at + 1), inner, depth + 1)
            at = self._next(self.skip(self.at), "}")
        self.at = at + 1
        return found

    def _sequence(self, at: int, path: str, depth: int) -> list[Item]:
        found: list[Item] = []
        at = self.skip(at)
        while self.text[at : at + 1] != "]":
            found.append(self.value(at, f"{path}/{len(found) + 1}", depth + 1))
            at = self._next(self.skip(self.at), "]")
        self.at = at + 1
        return found

    def _next(self, at: int, end: str) -> int:
        """Go behind a comma, or stay before the end sign; a comma before the end is let pass."""
        sign = self.text[at : at + 1]
        if sign == end:
            return at
        if sign != ",":
            raise unreadable("syntax", self.place(at), problem=f"“,” or “{end}” is expected here")
        after = self.skip(at + 1)
        if self.text[after : after + 1] == end:
            self.findings.append(Finding(Level.ERROR, "trailing-comma", "", self.place(at)))
        return after
