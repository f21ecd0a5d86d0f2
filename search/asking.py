"""From the parameters of an address to what a reader sees: the page, the API and the feed all ask through here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.http import QueryDict

from search.actions import index_changes, is_behind
from search.finding import (
    MOST_PAGES,
    PAGE,
    Asked,
    Chosen,
    Result,
    find,
    known_near,
    understood,
)
from search.rules import SHORTEST_CORRECTED, Wanted, corrected, folded, nearest, parse, written
from search.sources import all_facets, source_of

AT_ONCE = 50  # changes that a search waits for; more are left to the worker
_VALUE = re.compile(r"^[\w.-]{1,100}$")


@dataclass(frozen=True, slots=True)
class Question:
    """A search as its address states it; what makes no sense is left out."""

    text: str = ""
    wanted: Wanted = field(default_factory=Wanted)
    chosen: Chosen = field(default_factory=Chosen)
    page: int = 1

    def __bool__(self) -> bool:
        return bool(self.wanted.terms or self.chosen)

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The parameters that make this search, without its page."""
        found = [("q", self.text)] if self.text else []
        found += [("kind", self.chosen.kind)] if self.chosen.kind else []
        facets = (facet.partition(":") for facet in self.chosen.facets)
        return found + [(name, value) for name, _colon, value in facets]

    @property
    def query(self) -> str:
        """The address’s query string in one canonical form."""
        return urlencode(self.parameters)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found for a question. `meant` is a corrected spelling that was searched instead; `is_partial` says that
    nothing holds all the words, and these hold some; `is_too_common` that only words were asked that everything holds.
    """

    question: Question
    result: Result
    meant: str = ""
    is_partial: bool = False
    is_too_common: bool = False
    size: int = PAGE

    @property
    def pages(self) -> int:
        return min(MOST_PAGES, -(-self.result.total // self.size))

    @property
    def is_capped(self) -> bool:
        return self.result.total > MOST_PAGES * self.size


def question_of(params: QueryDict) -> Question:
    """Read a question from an address's parameters."""
    text = " ".join(params.get("q", "").replace("\x00", " ").split())
    wanted = parse(text)
    kind = params.get("kind", "")
    page = params.get("page", "1")
    return Question(
        text=text[:200],
        wanted=wanted,
        chosen=Chosen(kind if source_of(kind) else "", tuple(_facets(params))),
        page=min(int(page), MOST_PAGES) if page.isascii() and page.isdigit() and int(page) else 1,
    )


def _facets(params: QueryDict) -> Iterator[str]:
    for facet in all_facets():
        for value in dict.fromkeys(params.getlist(facet.name)[:10]):
            if _VALUE.match(value):
                yield f"{facet.name}:{value}"


def ask(
    question: Question,
    language: str,
    *,
    size: int = PAGE,
    newest: bool = False,
    forgiving: bool = True,
) -> Answer:
    """Answer a question; where nothing fits and `forgiving`, by a near spelling, then by some of the words."""
    asker = _Asker(question, language, size, newest, _catch_up())
    if not question:
        return Answer(question, Result(), size=size)
    asked = understood(question.wanted)
    if question.wanted.terms and not asked.words:
        return Answer(question, Result(), is_too_common=True, size=size)
    answer = Answer(question, asker.find(asked), size=size)
    if answer.result.kinds or not forgiving:
        return answer
    return asker.nearly() or asker.partly() or answer


def _catch_up() -> bool:
    """Index what changed a moment ago; say whether more waits."""
    if not is_behind():
        return False
    index_changes(AT_ONCE)
    return is_behind()


@dataclass(frozen=True, slots=True)
class _Asker:
    question: Question
    language: str
    size: int
    newest: bool
    is_behind: bool

    def find(self, asked: Asked) -> Result:
        return find(
            asked, self.question.chosen, self.language, page=self.question.page, size=self.size,
            newest=self.newest, is_behind=self.is_behind,
        )  # fmt: skip

    def nearly(self) -> Answer | None:
        """Search again with the words that misspelt ones most likely mean."""
        meant = {}
        for word, known in known_near(_correctable(self.question.wanted)).items():
            shown = dict(known)
            best = nearest(word, shown)
            if best is not None:
                meant[word] = shown[best]
        if not meant:
            return None
        again = corrected(self.question.wanted, meant)
        result = self.find(understood(again))
        return self._answer(result, meant=written(again))

    def partly(self) -> Answer | None:
        """Search for any of the words, where there are several."""
        if len(self.question.wanted.included) < 2:
            return None
        asked = understood(self.question.wanted, any_of_them=True)
        return self._answer(self.find(asked), is_partial=True)

    def _answer(self, result: Result, meant: str = "", is_partial: bool = False) -> Answer | None:
        if not result.kinds:
            return None
        return Answer(self.question, result, meant=meant, is_partial=is_partial, size=self.size)


def _correctable(wanted: Wanted) -> list[str]:
    words = {folded(word) for term in wanted.included for word in term.words}
    return sorted(word for word in words if len(word) >= SHORTEST_CORRECTED)
