"""What a reader asks for: words, “phrases”, -exclusions; and which known word a misspelt one may mean. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 200
MOST_TERMS = 12
SHORTEST_PREFIX = 3  # a shorter beginning fits everything
SHORTEST_CORRECTED = 4
SHORTEST_KEPT = 4  # of words that a correction may propose
LONGEST_KEPT = 40

_WORD = re.compile(r"[^\W_]+")
_PIECES = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"') | dict.fromkeys("−–—", "-"))
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for. `is_open` where its last word may go on (the reader may still be typing)."""

    words: tuple[str, ...]
    is_excluded: bool = False
    is_open: bool = False

    @property
    def text(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A query as understood; `was_cut` where it was too long to be taken whole."""

    terms: tuple[Term, ...] = ()
    was_cut: bool = False

    @property
    def included(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if not term.is_excluded)

    @property
    def excluded(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.is_excluded)


def words_of(text: str) -> list[str]:
    """Return the words of a text, in small letters."""
    return _WORD.findall(text.lower())


def spaced(text: str) -> str:
    """Return a text with blanks for all that joins words, so that both sides of a search split alike."""
    return " ".join(_WORD.findall(text))


def folded(text: str) -> str:
    """Return small letters without accents."""
    apart = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def parse(text: str) -> Wanted:
    """Understand a query. Words joined by a hyphen or an apostrophe are a phrase."""
    whole = " ".join(text.replace("\x00", " ").translate(_QUOTES).split())
    terms: list[Term] = []
    for piece in _PIECES.finditer(whole[:LONGEST]):
        quoted = piece["phrase"]
        words = tuple(words_of(piece["word"] if quoted is None else quoted))
        if words:
            open_end = quoted is None and not piece["minus"] and len(words) == 1
            terms.append(Term(words, bool(piece["minus"]), open_end and _may_go_on(words[0])))
    cut = len(whole) > LONGEST or len(terms) > MOST_TERMS
    return Wanted(_last_open_only(terms[:MOST_TERMS]), cut)


def _may_go_on(word: str) -> bool:
    return len(word) >= SHORTEST_PREFIX


def _last_open_only(terms: list[Term]) -> tuple[Term, ...]:
    last = len(terms) - 1
    return tuple(
        Term(term.words, term.is_excluded, term.is_open and number == last)
        for number, term in enumerate(terms)
    )


def vocabulary(texts: Iterable[str]) -> dict[str, str]:
    """Return the words of texts worth proposing, by their folded form."""
    found: dict[str, str] = {}
    for text in texts:
        for word in words_of(text):
            if SHORTEST_KEPT <= len(word) <= LONGEST_KEPT and not word.isdigit():
                plain = folded(word)
                if len(plain) <= LONGEST_KEPT:
                    found.setdefault(plain, word)
    return found


def distance(one: str, other: str) -> int:
    """Count insertions, deletions, replacements and swaps of neighbours between two words."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        new = [i]
        for j, b in enumerate(other, 1):
            best = min(row[j] + 1, new[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, before[j - 2] + 1)
            new.append(best)
        before, row = row, new
    return row[-1]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that a misspelt one most likely means, or None where none is near enough."""
    allowed = 1 if len(word) <= 5 else 2 if len(word) <= 9 else 3
    ranked = sorted((distance(word, each), each) for each in known)
    return ranked[0][1] if ranked and 0 < ranked[0][0] <= allowed else None


def corrected(wanted: Wanted, meant: dict[str, str]) -> Wanted:
    """Return the query with misspelt words replaced; exclusions stay as they are."""
    return Wanted(
        tuple(
            term
            if term.is_excluded
            else Term(tuple(meant.get(folded(w), w) for w in term.words), False, term.is_open)
            for term in wanted.terms
        ),
        wanted.was_cut,
    )


def written(wanted: Wanted) -> str:
    """Write a query as a reader would: read again, it asks for the same."""
    return " ".join(
        ("-" if term.is_excluded else "")
        + (f'"{term.text}"' if _is_quoted(term, wanted) else term.text)
        for term in wanted.terms
    )


def _is_quoted(term: Term, wanted: Wanted) -> bool:
    """Say whether a term needs quotation marks: a phrase, or a last word that without them could go on."""
    would_go_on = term is wanted.terms[-1] and not term.is_excluded and _may_go_on(term.words[0])
    return len(term.words) > 1 or (would_go_on and not term.is_open)
