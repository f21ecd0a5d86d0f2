"""Tokens as strings."""

from __future__ import annotations

import re

import pytest

from members import tokens


def test_a_token_comes_back_from_its_text() -> None:
    token = tokens.new_token()
    assert tokens.parse(str(token)) == token
    assert token.matches(token.secret_hash)


def test_tokens_differ_and_hashes_follow_the_secret_alone() -> None:
    one, other = tokens.new_token(), tokens.new_token()
    assert one.secret != other.secret
    assert one.prefix != other.prefix
    assert not one.matches(other.secret_hash)
    assert tokens.Token("a" * 10, one.secret).secret_hash == one.secret_hash


def test_the_pattern_for_scanners_and_the_checksum_hold() -> None:
    for _n in range(200):
        text = str(tokens.new_token())
        assert re.fullmatch(r"aap_[a-z0-9]{10}_[A-Za-z0-9]{46}", text)
        assert tokens.checksum(text[:-6]) == text[-6:]


def test_a_slip_of_one_character_is_noticed_without_a_database() -> None:
    text = str(tokens.Token("a" * 10, "b" * 40))
    for place in range(15, len(text)):
        other = "x" if text[place] != "x" else "y"
        assert tokens.parse(text[:place] + other + text[place + 1 :]) is None


def test_the_secret_is_in_no_repr() -> None:
    token = tokens.new_token()
    assert token.secret not in repr(token)


@pytest.mark.parametrize(
    "text",
    ["", "aap_", "aap_abc_def", "hub_" + "a" * 10 + "_" + "b" * 40, "aap_" + "a" * 10 + "_" + "b" * 39,
     "aap_" + "a" * 10 + "_" + "b" * 41, "aap_" + "A" * 10 + "_" + "b" * 40, "aap_" + "a" * 10 + "_" + "é" * 40,
     "aap_" + "a" * 10 + "_" + "b" * 40 + "\n"],
)  # fmt: skip
def test_what_is_no_token_is_none(text: str) -> None:
    assert tokens.parse(text) is None
