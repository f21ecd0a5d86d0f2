"""Competing texts on one ballot: each is counted for itself under the same rule, and the strongest carried one wins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from governance.rules.counting import Outcome, Tally, early_outcome, tally
from governance.rules.roll import Positions, Roll
from governance.rules.rule import Rule

ByOption = Mapping[int, Positions]
"""The positions on each text by its number; 0 is the proposal's own."""


@dataclass(frozen=True, slots=True)
class OptionsTally:
    """The count of every text, and which is adopted."""

    counts: dict[int, Tally]
    chosen: int | None
    """The number of the adopted text; None where none was carried."""

    @property
    def deciding(self) -> Tally:
        """The count that the outcome rests on: of the adopted text, or of the proposal's own."""
        return self.counts[self.chosen or 0]

    def to_json(self) -> dict[str, Any]:
        """Return the deciding count, and beside it the counts of all texts where there are several."""
        whole = self.deciding.to_json()
        if len(self.counts) > 1:
            texts = {str(number): count.to_json() for number, count in self.counts.items()}
            whole |= {"chosen": self.chosen, "options": texts}
        return whole


def tally_options(rule: Rule, roll: Roll, by_option: ByOption) -> OptionsTally:
    """Count every text. Of the carried ones the one with most votes for is adopted; then fewest against, then lowest
    number, so that the proposal's own text goes before an amendment that is no stronger."""
    counts = {number: tally(rule, roll, by_option[number]) for number in sorted(by_option)}
    carried = [number for number, count in counts.items() if count.is_carried]
    chosen = min(carried, key=lambda n: (-counts[n].yes, counts[n].no, n)) if carried else None
    return OptionsTally(counts, chosen)


def early_options(rule: Rule, roll: Roll, by_option: ByOption, elapsed: timedelta) -> bool:
    """Say whether it stands which text is adopted, whatever the seats not heard from do.

    With one text this is `early_outcome`. With several it waits for the last seat unless at most one text can still be
    carried and it stands that it is: cautious, never wrong.
    """
    outcomes = [early_outcome(rule, roll, said, elapsed) for said in by_option.values()]
    if not rule.early or elapsed < rule.min_open:
        return False
    if not any(roll.outstanding(said) for said in by_option.values()):
        return True
    alive = [outcome for outcome in outcomes if outcome is not Outcome.NOT_CARRIED]
    return not alive or alive == [Outcome.CARRIED]
