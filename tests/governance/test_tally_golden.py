"""Counts that others published, figure by figure; and what must change when a convention changes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from governance.tally import Method, Profile, Rule, Strength, Unranked, count, pairwise
from governance.tally.formats import read_blt, read_ranks

pytestmark = pytest.mark.golden
SCHULZE = Rule(method=Method.SCHULZE, seats=3)


def kubernetes(golden: Path, year: str) -> Profile:
    path = golden / "elections" / "kubernetes" / year / "ballots.csv"
    return read_ranks(path.read_text(encoding="utf-8"))


def order(profile: Profile, **changes: Any) -> list[list[str]]:
    rule = Rule(**{"method": Method.SCHULZE, "seats": 3, **changes})
    return count(profile, rule).to_json()["order"]


def surnames(levels: list[list[str]]) -> list[str]:
    return [level[0].split()[-1] for level in levels]


def test_steering_committee_of_2018_comes_out_as_published(golden: Path) -> None:
    profile = kubernetes(golden, "steering-2018")
    assert profile.size == 307
    assert surnames(order(profile)) == [
        "Crickenberger", "Clair", "Srinivas", "Raghunath", "Nova", "Hoole", "Augustus", "Pepper",
    ]  # fmt: skip


def test_steering_committee_of_2021_seats_the_published_four(golden: Path) -> None:
    profile = kubernetes(golden, "steering-2021")
    result = count(profile, Rule(method=Method.SCHULZE, seats=4)).to_json()
    assert profile.size == 256
    assert set(result["winners"]) == {"parispittman", "justaugustus", "cblecker", "tpepper"}
    assert result["ties"] == []


def test_steering_committee_of_2022_comes_out_as_published(golden: Path) -> None:
    profile = kubernetes(golden, "steering-2022")
    assert profile.size == 219
    assert order(profile) == [
        ["mrbobbytables"], ["bentheelder"], ["palnabarun"], ["cici37"], ["cpanato"], ["lavalamp"], ["deads2k"],
        ["qedrakmar"],
    ]  # fmt: skip


def test_code_of_conduct_committee_has_the_published_tie(golden: Path) -> None:
    profile = kubernetes(golden, "code-of-conduct-2025")
    result = count(profile, SCHULZE).to_json()
    assert result["order"] == [
        ["endocrimes", "divya-mohan0209"], ["stmcginnis"], ["swatisehgal"], ["sreeram-venkitesh"],
    ]  # fmt: skip
    assert set(result["winners"]) == {"endocrimes", "divya-mohan0209", "stmcginnis"}


def test_unranked_as_last_swaps_the_first_two_of_2022(golden: Path) -> None:
    profile = kubernetes(golden, "steering-2022")
    assert order(profile, unranked=Unranked.LAST)[:2] == [["bentheelder"], ["mrbobbytables"]]


def test_margins_seat_somebody_else_in_2021(golden: Path) -> None:
    levels = order(kubernetes(golden, "steering-2021"), strength=Strength.MARGINS, seats=4)
    first_four = [name for level in levels[:3] for name in level]
    assert first_four == ["parispittman", "justaugustus", "tpepper", "deads2k"]


CLOUD_FOUNDRY = {
    ("Malm", "Stevenson"): (62, 22), ("Malm", "Loewenstein"): (73, 22), ("Malm", "Merker"): (70, 25),
    ("Malm", "Veli"): (72, 23), ("Malm", "Porte"): (83, 8), ("Malm", "Edgar"): (82, 10),
    ("Malm", "Vaughan"): (90, 1), ("Stevenson", "Loewenstein"): (60, 34), ("Loewenstein", "Merker"): (46, 31),
    ("Merker", "Veli"): (42, 35), ("Veli", "Porte"): (48, 41), ("Porte", "Edgar"): (43, 41),
    ("Edgar", "Vaughan"): (58, 14),
}  # fmt: skip


def cloud_foundry(golden: Path) -> Profile:
    path = golden / "elections" / "cloudfoundry-2021-toc" / "ballots.csv"
    return read_ranks(path.read_text(encoding="utf-8"))


def test_oversight_committee_of_2021_has_the_published_comparisons(golden: Path) -> None:
    profile = cloud_foundry(golden)
    matrix = pairwise(profile)
    place = {name.split()[-1]: one for one, name in enumerate(profile.candidates)}
    assert profile.size == 98
    for (a, b), published in CLOUD_FOUNDRY.items():
        assert (matrix[place[a]][place[b]], matrix[place[b]][place[a]]) == published, (a, b)


def test_cap_of_two_passes_over_the_third_of_one_employer(golden: Path) -> None:
    """Seats of one employer are assumed as the published result implies: two sit above Veli, Porte is of another."""
    profile = cloud_foundry(golden)
    employer = dict.fromkeys(("Jan von Loewenstein", "Stephan Merker", "Beyhan Veli"), "one")
    rule = Rule(method=Method.SCHULZE, seats=5, cap=2)
    result = count(profile, rule, employer).to_json()
    assert surnames([[name] for name in result["winners"]]) == [
        "Malm", "Stevenson", "Loewenstein", "Merker", "Porte",
    ]  # fmt: skip
    assert result["rounds"][-1]["passed_over"] == [
        {"candidate": "Beyhan Veli", "organisation": "one", "reason": "cap", "cap": 2}
    ]


WARDS = ("Baillieston", "Canal", "Govan", "Partick-West")
FIGURE = re.compile(r"^\t(?:Elected|Pending|Hopeful|Defeated):\s+(.+?)\s*\(([0-9.]+)\)$")
TOTAL = re.compile(r"^\t(Nontransferable votes|Residual): ([0-9.]+)$")


def published(report: str) -> list[dict[str, Any]]:
    """Return every stage of a published report after which figures stand."""
    stages: list[dict[str, Any]] = []
    for line in report.splitlines():
        if line.startswith("Action: "):
            action, _, who = line.removeprefix("Action: ").partition(": ")
            name = " ".join(re.sub(r"\([0-9.]+\)$", "", who.strip()).split())
            stages.append({"action": action, "candidate": name, "votes": {}})
        elif stages and (found := FIGURE.match(line)):
            for name in found[1].split(", "):
                stages[-1]["votes"][" ".join(name.split())] = found[2]
        elif stages and (total := TOTAL.match(line)):
            stages[-1][total[1]] = total[2]
    return stages


@pytest.mark.parametrize("ward", WARDS)
def test_every_round_of_a_glasgow_ward_comes_out_as_published(golden: Path, ward: str) -> None:
    folder = golden / "elections" / "glasgow-2007"
    report = (folder / f"{ward}.scottish-stv.txt").read_text(encoding="utf-8")
    profile = read_blt((folder / f"{ward}.blt").read_text(encoding="utf-8"))
    assert profile.seats is not None
    result = count(profile, Rule(method=Method.SCOTTISH_STV, seats=profile.seats)).to_json()
    stages = published(report)
    told = [
        stage
        for stage in stages
        if stage["action"] in ("Begin Count", "Surplus transferred", "Transfer defeated")
    ]
    ours = [one for one in result["rounds"] if one["kind"] != "remaining"]
    assert len(ours) == len(told) > 5
    kinds = {"Surplus transferred": "surplus", "Transfer defeated": "exclusion"}
    for stage, one in zip(told, ours, strict=True):
        assert one["kind"] == kinds.get(stage["action"], "first preferences")
        assert one.get("candidate", "") == stage["candidate"]
        figures = {name: value for name, value in stage["votes"].items() if name in one["votes"]}
        assert one["votes"] == figures
        assert set(stage["votes"]) - set(figures) <= {
            name for level in result["order"] for name in level
        } - set(result["winners"])
        assert (one["nontransferable"], one["residual"]) == (
            stage["Nontransferable votes"],
            stage["Residual"],
        )
    assert f"Quota: {ours[0]['quota']}" in report
    last = stages[-1]["votes"]
    assert {name for name, votes in last.items() if votes != "0.00000"} == set(result["winners"])
