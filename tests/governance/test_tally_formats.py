"""Ballot files: what is written is read back, what is wrong is named with its line; the command counts them."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given

from governance.tally import Method, Profile, Scores
from governance.tally.formats import (
    FormatError,
    read,
    read_blt,
    read_organisations,
    read_preflib,
    read_ranks,
    read_scores,
    write_blt,
    write_preflib,
    write_ranks,
    write_scores,
)
from tests.governance.test_tally_properties import profiles

BLT = """\
3 2
# Bo has withdrawn
-2
2 1 3 0
1 3=1 0
0
"Ada"
"Bo"
"Cy   Young "
"Three names"
"""
RANKS = "Ada,Bo,Cy\n1,2,No opinion\n1,1,\n\n,,\n"
SOI = """\
# TITLE: Small
# DATA TYPE: soi
# NUMBER ALTERNATIVES: 3
# ALTERNATIVE NAME 1: Ada
# ALTERNATIVE NAME 2: Bo
# ALTERNATIVE NAME 3: Cy
2: 1,3
1: 2
"""


def test_blt_is_read_with_withdrawals_equal_ranks_and_comments() -> None:
    profile = read_blt(BLT)
    assert profile.candidates == ("Ada", "Bo", "Cy Young")
    assert profile.rankings == {((0,), (2,)): 2, ((2, 0),): 1}
    assert (profile.seats, profile.withdrawn, profile.title) == (2, {1}, "Three names")


def test_ranks_are_read_with_no_opinion_and_empty_ballots() -> None:
    profile = read_ranks(RANKS)
    assert profile.rankings == {((0,), (1,)): 1, ((0, 1),): 1, (): 1}


def test_preflib_is_read() -> None:
    profile = read_preflib(SOI)
    assert (profile.title, profile.rankings) == ("Small", {((0,), (2,)): 2, ((1,),): 1})
    tied = read_preflib(SOI.replace("soi", "toi") + "4: {1,2},3\n")
    assert tied.rankings[(0, 1), (2,)] == 4


@given(profiles())
def test_what_is_written_is_read_back(profile: Profile) -> None:
    assert read_blt(write_blt(profile, 2)).rankings == profile.rankings
    assert read_ranks(write_ranks(profile)).rankings == profile.rankings
    again = read_preflib(write_preflib(profile))
    assert (again.candidates, again.rankings) == (profile.candidates, profile.rankings)


def test_scores_are_written_and_read_back() -> None:
    scores = Scores(("A", "B"), {(5, 0): 2, (1, 3): 1})
    assert read_scores(write_scores(scores)) == scores
    assert read_scores("A,B\n4,\n").ballots == {(4, 0): 1}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3 2\n1 1 4 0\n", "Line 2: There is no candidate 4"),
        ("3 2\n1 1 1 0\n", "Line 2: A candidate stands twice"),
        ("3 2\n1 1 2\n", "Line 2: A ballot is its number of voters"),
        ("3 two\n", "Line 1: The number of seats is a whole number"),
        ("3\n", "Line 1: The first line"),
        ("3 2\n1 1 0\n", "The file ends where a line with 0"),
        ("1 1\n1 1 0\n0\nAda\n", "Line 4: A name stands in double quotes"),
        ("1 1\nx 1 0\n0\n", "Line 2: The number of voters is a whole number"),
        ("", "The file ends where the numbers of candidates"),
    ],
)
def test_broken_blt_is_refused_with_its_line(text: str, words: str) -> None:
    with pytest.raises(FormatError, match=words):
        read_blt(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Line 1: The first line names the candidates"),
        ("A,B\n1,2\n1\n", "Line 3: The row has 1 cells"),
        ("A,B\n1,x\n", r"Line 2: A rank \(column 2\) is a whole number, not 'x'"),
        ("A,B\n0,1\n", "Line 2: A rank .column 1. is at least 1"),
        ('A,B\n"1,2\n', "Line 2: This is no CSV"),
        ("A,A\n1,2\n", "Two candidates are called 'A'"),
    ],
)
def test_broken_table_is_refused_with_its_line(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_ranks(text)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("1: 2", "1: 4"), "Line 8: There is no alternative 4"),
        (("1: 2", "1: 2,2"), "Line 8: An alternative stands twice"),
        (("1: 2", "1: {2,1}"), "Line 8: An order of a .soi file has no equal ranks"),
        (("1: 2", "1: {2,1"), "Line 8: A bracket is not closed"),
        (("1: 2", "1 2"), "Line 8: An order is a number of voters, a colon"),
        (("soi", "soc"), "Line 7: An order of a .soc file names all"),
        (("# ALTERNATIVE NAME 2: Bo\n", ""), "alternative 2 has no name"),
        (("# NUMBER ALTERNATIVES: 3\n", ""), "Line 6: A PrefLib file"),
        (("soi", "wmd"), "'wmd' is none of the kinds"),
    ],
)
def test_broken_preflib_is_refused_with_its_line(change: tuple[str, str], words: str) -> None:
    with pytest.raises(FormatError, match=words):
        read_preflib(SOI.replace(*change))


def test_organisations_are_read_from_csv_and_json() -> None:
    expected = {"Ada": "X Labs", "Bo": "Y"}
    assert read_organisations("candidate,organisation\nAda, X  Labs\nBo,Y\nCy,\n") == expected
    assert read_organisations('{"Ada": "X Labs", "Bo": "Y", "Cy": null}') == expected
    with pytest.raises(FormatError, match="Line 2: A line has a candidate"):
        read_organisations("Ada,X\nBo\n")
    with pytest.raises(FormatError, match="Line 2: Ada stands twice"):
        read_organisations("Ada,X\nAda,Y\n")


def test_unknown_ending_is_refused() -> None:
    with pytest.raises(FormatError, match=r"Files ending in \.xls are not known"):
        read("", ".xls", Method.IRV)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("recount", *arguments, stdout=out)
    return out.getvalue()


def test_recount_prints_exactly_five_keys(tmp_path: Path) -> None:
    file = tmp_path / "small.blt"
    file.write_text(BLT, encoding="utf-8")
    shown = json.loads(run(str(file), "--method", "scottish-stv", "--seats", "1", "--json"))
    assert list(shown) == ["winners", "order", "rounds", "pairwise", "ties"]
    assert shown["winners"] == ["Ada"]
    assert shown["pairwise"]["Ada"]["Cy Young"] == 2


def test_recount_applies_cap_convention_and_seed(tmp_path: Path) -> None:
    ranks, cap = tmp_path / "ranks.csv", tmp_path / "cap.csv"
    ranks.write_text("Ada,Bo,Cy\n1,2,3\n1,2,3\n,1,\n,1,\n,1,\n", encoding="utf-8")
    cap.write_text("Ada,X\nBo,X\n", encoding="utf-8")
    asked = [str(ranks), "--method", "schulze", "--seats", "2", "--json"]
    assert json.loads(run(*asked))["winners"] == ["Ada", "Bo"]
    assert json.loads(run(*asked, "--unranked", "last"))["winners"] == ["Bo", "Ada"]
    capped = json.loads(run(*asked, "--cap-file", str(cap), "--cap", "1"))
    assert capped["winners"] == ["Ada", "Cy"]
    assert capped["rounds"][-1]["passed_over"][0]["candidate"] == "Bo"


def test_recount_tells_a_reader_about_a_tie(tmp_path: Path) -> None:
    file = tmp_path / "tie.csv"
    file.write_text("A,B\n1,2\n2,1\n", encoding="utf-8")
    assert "give --seed to draw it" in run(str(file), "--method", "schulze")
    assert "settled by lottery" in run(str(file), "--method", "schulze", "--seed", "x")


def test_recount_says_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "broken.csv"
    file.write_text("A,B\n1,x\n", encoding="utf-8")
    with pytest.raises(CommandError, match="Line 2"):
        run(str(file), "--method", "irv")
    with pytest.raises(CommandError, match="--cap and --cap-file together"):
        run(str(file), "--method", "irv", "--cap", "1")
    with pytest.raises(CommandError, match="no-method"):
        run(str(file), "--method", "no-method")
