"""Elections in words: how a method counts, what happened in a round, why somebody won."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.utils.translation import pgettext as _c

from governance.models.elections import METHOD_NAMES, Election
from governance.rules.elections import HIGHEST_SCORE, ElectionRule
from governance.tally import Method, Unranked

RANKING = frozenset({Method.SCHULZE, Method.RANKED_PAIRS})


def rule_sentences(rule: ElectionRule) -> list[str]:
    """Say how an election is counted, before anybody votes."""
    seats = ngettext("%(n)d seat is filled.", "%(n)d seats are filled.", rule.seats) % {
        "n": rule.seats
    }
    said = [seats, _method(rule.method)]
    if rule.method in RANKING:
        said.append(_unranked(rule.unranked))
    if rule.cap is not None:
        said.append(
            ngettext(
                "At most %(n)d of the elected belongs to any one organisation; the next eligible candidate is taken "
                "instead, and the result says so.",
                "At most %(n)d of the elected belong to any one organisation; the next eligible candidate is taken "
                "instead, and the result says so.",
                rule.cap,
            )
            % {"n": rule.cap}
        )
    said.append(
        _(
            "A tie is shown as a tie. Inside the count it goes back to the latest round that tells "
            "the tied apart; what is left is drawn with the public log’s first checkpoint after the "
            "close, which nobody knows while ballots are cast."
        )
    )  # fmt: skip
    if rule.early:
        said.append(_("The election closes early once every filled seat has voted."))
    return said


def how_to_fill(rule: ElectionRule) -> str:
    """Say how a ballot paper of a method is filled in."""
    if rule.method is Method.PLURALITY:
        return _("Choose one candidate.")
    if rule.method is Method.APPROVAL:
        return _("Tick every candidate you approve of.")
    if rule.method in (Method.SCORE, Method.STAR):
        return _("Give each candidate from 0 to %(most)d; an empty field counts as 0.") % {
            "most": HIGHEST_SCORE
        }
    if rule.method in RANKING:
        return _(
            "Write 1 for your first choice, 2 for the second, and so on. Equal ranks and gaps are "
            "allowed."
        )  # fmt: skip
    return _(
        "Write 1 for your first choice, 2 for the second, and so on, as far as you like. No two "
        "may have the same rank."
    )  # fmt: skip


def decimal(value: int | str, places: int = 2) -> str:
    """Write an exact figure for readers: whole as it is, else with two places."""
    number = Decimal(str(value))
    if number == number.to_integral_value():
        return formats.number_format(int(number))
    return formats.number_format(round(number, places), decimal_pos=places)


def round_words(entry: dict[str, Any]) -> str:
    """Say what a round is."""
    candidate = entry.get("candidate", "")
    kind = entry["kind"]
    words = {
        "first preferences": _("First preferences"),
        "surplus": _("Surplus of %(who)s") % {"who": candidate},
        "exclusion": _("%(who)s excluded") % {"who": candidate},
        "barred": _("%(who)s barred by the cap") % {"who": candidate},
        "remaining": _("The rest are elected"),
        "election": _("Surpluses go on"),
        "approvals": _("Approvals"),
        "scores": _("Scores"),
        "runoff": _("Runoff"),
    }
    return words.get(kind, kind)


def tie_words(tie: dict[str, Any], election: Election) -> str:
    """Say a tie and what settled it."""
    who = _list(tie["candidates"])
    about = {
        "exclusion": _("%(who)s were tied for exclusion.") % {"who": who},
        "seat": _("%(who)s were tied for a seat.") % {"who": who},
        "surplus": _("%(who)s were tied in the size of their surplus.") % {"who": who},
        "election": _("%(who)s were tied in the order of election.") % {"who": who},
        "runoff": _("%(who)s were tied for the runoff.") % {"who": who},
    }[tie["about"]]
    chosen = _list(tie["chosen"])
    by = tie["settled_by"]
    if by == "backward rounds":
        settled = _("An earlier round tells them apart: %(chosen)s.") % {"chosen": chosen}
    elif by == "score":
        settled = _("The higher score decides: %(chosen)s.") % {"chosen": chosen}
    elif by == "lottery":
        settled = _("Drawn: %(chosen)s.") % {"chosen": chosen}
    else:
        settled = _("It is drawn with the log’s next checkpoint.")
    return f"{about} {settled}"


def passed_words(entry: dict[str, Any], names: dict[str, str]) -> str:
    """Say why somebody was passed over."""
    organisation = names.get(entry["organisation"], entry["organisation"])
    return ngettext(
        "%(who)s is passed over: %(organisation)s has its %(n)d seat.",
        "%(who)s is passed over: %(organisation)s has its %(n)d seats.",
        entry["cap"],
    ) % {"who": entry["candidate"], "organisation": organisation, "n": entry["cap"]}


def why(election: Election) -> list[tuple[str, str]]:
    """Say of each winner why they won."""
    result = election.result
    if result is None:
        return []
    method = election.counting_rule.method
    reasons = {
        Method.SCOTTISH_STV: _why_transferable,
        Method.MEEK_STV: _why_transferable,
        Method.SCHULZE: _why_compared,
        Method.RANKED_PAIRS: _why_compared,
        Method.IRV: _why_runoff,
        Method.STAR: _why_star,
    }
    say = reasons.get(method, _why_most)
    return [(name, say(name, result)) for name in result["winners"]]


def _why_transferable(name: str, result: dict[str, Any]) -> str:
    for entry in result["rounds"]:
        if name not in entry["elected"]:
            continue
        words = {
            "round": entry["round"],
            "votes": decimal(entry["votes"][name]),
            "quota": decimal(entry["quota"]),
        }
        if entry["kind"] == "remaining":
            return _(
                "In round %(round)d as many candidates were left as seats; %(votes)s votes had come "
                "together."
            ) % words  # fmt: skip
        return _("Reached the quota of %(quota)s in round %(round)d, with %(votes)s votes.") % words
    return ""


def _why_compared(name: str, result: dict[str, Any]) -> str:
    row, matrix = result["pairwise"][name], result["pairwise"]
    better = [other for other in row if row[other] > matrix[other][name]]
    worse = [other for other in row if row[other] < matrix[other][name]]
    if not worse and better:
        closest = min(better, key=lambda other: row[other] - matrix[other][name])
        words = {"n": len(better), "other": closest, "for": row[closest], "against": matrix[closest][name]}  # fmt: skip
        return _(
            "Loses to nobody one against one and beats %(n)d; the closest was %(other)s, %(for)d to "
            "%(against)d."
        ) % words  # fmt: skip
    above = [other for level in result["order"] for other in level]
    place = above.index(name) + 1
    if not worse:
        return _("Loses to nobody one against one.")
    return _("Comes %(place)d in the order: beaten one against one by %(who)s.") % {
        "place": place,
        "who": _list(worse),
    }


def _why_runoff(name: str, result: dict[str, Any]) -> str:
    last = [entry["votes"] for entry in result["rounds"] if "votes" in entry][-1]
    others = [other for other in last if other != name]
    if name in last and others:
        rival = max(others, key=lambda other: last[other])
        return _("In the last round %(votes)d votes, against %(rival)d for %(other)s.") % {
            "votes": last[name],
            "rival": last[rival],
            "other": rival,
        }
    return _("Was left when everybody else had been excluded.")


def _why_star(name: str, result: dict[str, Any]) -> str:
    for entry in result["rounds"]:
        if "finalists" in entry and name in entry["elected"]:
            other = next(one for one in entry["finalists"] if one != name)
            return _(
                "Reached the runoff with a score of %(score)d; %(for)d ballots prefer them to %(other)s, "
                "%(against)d the other way."
            ) % {
                "score": entry["votes"][name], "other": other,
                "for": entry["preferences"][name], "against": entry["preferences"][other],
            }  # fmt: skip
    return _("Was left for the last seat.")


def _why_most(name: str, result: dict[str, Any]) -> str:
    votes = result["rounds"][0]["votes"]
    lower = [other for other in votes if votes[other] < votes[name]]
    if not lower:
        return _("Has %(votes)d.") % {"votes": votes[name]}
    rival = max(lower, key=lambda other: votes[other])
    return _("Has %(votes)d; the next below, %(other)s, has %(rival)d.") % {
        "votes": votes[name],
        "other": rival,
        "rival": votes[rival],
    }


def _method(method: Method) -> str:
    most = {"most": HIGHEST_SCORE}
    return {
        Method.SCOTTISH_STV: _(
            "Single transferable vote, by the Scottish rule of 2007: whoever has the quota is "
            "elected, the surplus goes on to the next choices; when nobody has it, the lowest is "
            "excluded and all their papers go on."
        ),
        Method.MEEK_STV: _(
            "Single transferable vote, by Meek’s rule: an elected candidate keeps only the share of "
            "each vote that is needed, the rest goes on; the quota falls as ballots run out of "
            "choices."
        ),
        Method.SCHULZE: _(
            "Schulze method: every two candidates are compared on all ballots; whoever is beaten on "
            "no path of comparisons comes first."
        ),
        Method.RANKED_PAIRS: _(
            "Ranked pairs: every two candidates are compared on all ballots; the clearest "
            "comparisons are kept first, those that would contradict them are left out."
        ),
        Method.IRV: _(
            "Instant runoff: the candidate with the fewest first choices is excluded and their "
            "papers go on, until the last two are compared."
        ),
        Method.STAR: _(
            "STAR: each ballot scores candidates from 0 to %(most)d; of the two with the highest "
            "sums, the one more ballots prefer is elected."
        ) % most,
        Method.SCORE: _(
            "Score voting: each ballot scores candidates from 0 to %(most)d; the highest sum is "
            "elected."
        ) % most,
        Method.APPROVAL: _(
            "Approval voting: each ballot approves any number of candidates; the most approvals are "
            "elected."
        ),
        Method.PLURALITY: _("Plurality: each ballot names one candidate; the most votes are elected."),
    }[method]  # fmt: skip


def _unranked(unranked: Unranked) -> str:
    if unranked is Unranked.IGNORE:
        return _("A candidate left out of a ballot is compared with nobody by it.")
    return _("A candidate left out of a ballot comes after all that it ranks.")


def _list(names: list[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return _c("list of names", "%(first)s and %(last)s") % {
        "first": ", ".join(names[:-1]),
        "last": names[-1],
    }


def method_name(method: str) -> str:
    """Return the name of a method."""
    return str(dict(METHOD_NAMES)[method])
