"""What should come of a vote, small enough to be read: seats of one weight, a simple majority or lazy consensus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

SEATS = 5
WORDS = ("for", "against", "abstain", "recused")
Said = Mapping[int, str]
"""What each seat heard from says on one text."""


def carries(said: Counter[str], lazy: bool) -> bool:
    """A simple majority with half of those who may as quorum; lazy consensus unless anybody is against."""
    if lazy:
        return said["against"] == 0
    heard, recused = said.total(), said["recused"]
    return 2 * (heard - recused) >= SEATS - recused and said["for"] > said["against"]


def ends(said: Counter[str]) -> Iterator[Counter[str]]:
    """Every way the silent seats could still speak or stay silent; seats weigh alike, so that numbers are enough."""
    silent = SEATS - said.total()
    for yes in range(silent + 1):
        for no in range(silent - yes + 1):
            for abstain in range(silent - yes - no + 1):
                for recused in range(silent - yes - no - abstain + 1):
                    more = {"for": yes, "against": no, "abstain": abstain, "recused": recused}
                    yield said + Counter(more)


@dataclass
class ModelVote:
    """One vote: what every seat has said on each text, who said it last, and how it ends."""

    numbers: list[int]
    """Of the texts on the ballot, the proposal's own as 0."""
    lazy: bool = False
    said: dict[int, dict[int, str]] = field(default_factory=dict)
    by_holder: dict[int, bool] = field(default_factory=dict)
    early: bool = False
    late: set[int] = field(default_factory=set)

    def on(self, number: int) -> Counter[str]:
        """Count what is said on a text."""
        return Counter(words[number] for words in self.said.values())

    def settled(self) -> bool:
        """Whether the silent seats can't change which text is adopted: at most one is still alive, and it stands."""
        if len(self.said) == SEATS:
            return True
        fates = {n: {carries(end, self.lazy) for end in ends(self.on(n))} for n in self.numbers}
        alive = [fate for fate in fates.values() if fate != {False}]
        return not alive or alive == [{True}]

    def chosen(self) -> int | None:
        """The carried text with most for, then fewest against, then the lowest number."""
        counts = {number: self.on(number) for number in self.numbers}
        carried = [n for n in self.numbers if carries(counts[n], self.lazy)]
        order = sorted(carried, key=lambda n: (-counts[n]["for"], counts[n]["against"], n))
        return order[0] if order else None
