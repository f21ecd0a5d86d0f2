"""DSSE envelopes, keys and strict JSON, with securesystemslib as the second opinion."""

import base64
import copy
import json
from datetime import UTC, datetime, timedelta

import pytest
from alliance_node.proofs import dsse, jwk, strict_json, ulid
from alliance_node.proofs.dsse import EnvelopeError
from alliance_node.proofs.jwk import Jwk, JwkError, raw_public_key
from alliance_node.proofs.strict_json import StrictJsonError
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope as OracleEnvelope
from securesystemslib.signer import CryptoSigner, SSlibKey

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
JWK = Jwk(raw_public_key(KEY.public_key()))
KEYS = {JWK.kid: JWK}


def code_of(raw: bytes, keys: dict[str, Jwk] = KEYS) -> str:
    with pytest.raises(EnvelopeError) as refusal:
        dsse.verify(raw, keys)
    return refusal.value.code


def test_the_specification_s_encoding() -> None:
    assert dsse.pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


@given(st.binary(max_size=400))
def test_the_oracle_verifies_what_we_sign(payload: bytes) -> None:
    envelope = dsse.sign(payload, KEY)
    theirs = OracleEnvelope.from_dict(copy.deepcopy(json.loads(envelope.to_bytes())))
    key = SSlibKey.from_crypto(KEY.public_key(), keyid=JWK.kid)
    assert list(theirs.verify([key], 1)) == [JWK.kid]
    assert theirs.pae() == envelope.signed_message


@given(st.binary(max_size=400))
def test_we_verify_what_the_oracle_signs(payload: bytes) -> None:
    theirs = OracleEnvelope(payload, dsse.IN_TOTO, {})
    theirs.sign(CryptoSigner(KEY, SSlibKey.from_crypto(KEY.public_key(), keyid=JWK.kid)))
    raw = json.dumps(theirs.to_dict()).encode()
    keyid, envelope = dsse.verified(raw, KEYS)
    assert (keyid, envelope.payload) == (JWK.kid, payload)


def test_round_trip_and_digest() -> None:
    envelope = dsse.sign(b"{}", KEY, OTHER)
    raw = envelope.to_bytes()
    assert dsse.Envelope.parse(raw) == envelope
    assert dsse.verify(raw, KEYS) == JWK.kid
    assert len(dsse.digest(raw)) == 64


@given(st.data())
def test_any_flipped_bit_is_refused(data: st.DataObject) -> None:
    raw = bytearray(dsse.sign(b'{"n":1}', KEY).to_bytes())
    at, bit = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.integers(0, 7))
    raw[at] ^= 1 << bit
    with pytest.raises(EnvelopeError):
        dsse.verify(bytes(raw), KEYS)


def test_refusals_name_their_kind() -> None:
    good = json.loads(dsse.sign(b"{}", KEY).to_bytes())
    assert code_of(dsse.sign(b"{}", OTHER).to_bytes()) == "unknown-key"
    forged = {**good, "payload": base64.b64encode(b"[]").decode()}
    assert code_of(json.dumps(forged).encode()) == "bad-signature"
    assert code_of(json.dumps({**good, "extra": 1}).encode()) == "malformed"
    assert code_of(json.dumps({**good, "signatures": []}).encode()) == "malformed"
    assert code_of(json.dumps({**good, "payload": "e30"}).encode()) == "malformed"
    assert code_of(json.dumps({**good, "payload": "e3-_"}).encode()) == "malformed"
    assert code_of(json.dumps({**good, "payloadType": 3}).encode()) == "malformed"
    assert code_of(b"[]") == "malformed"
    assert code_of(b" " * (dsse.MAX_ENVELOPE + 1)) == "too-large"


def test_the_type_is_signed_too() -> None:
    raw = dsse.sign(b"{}", KEY).to_bytes().replace(b"in-toto+json", b"in-toto+JSON")
    assert code_of(raw) == "bad-signature"


# -- keys


def test_the_thumbprint_of_rfc_8037() -> None:
    x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    raw = base64.urlsafe_b64decode(x + "=")
    assert jwk.thumbprint(raw) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_key_sets_read_back_with_their_windows() -> None:
    start = datetime(2026, 11, 1, tzinfo=UTC)
    keys = [Jwk(JWK.public_key, start, start + timedelta(days=1)), Jwk(bytes(32))]
    read = jwk.parse_jwks(jwk.jwks_bytes(keys))
    assert list(read.values()) == keys
    window = read[JWK.kid]
    assert not jwk.key_valid_at(window, start - timedelta(seconds=1))
    assert jwk.key_valid_at(window, start)
    assert not jwk.key_valid_at(window, start + timedelta(days=1))
    assert jwk.key_valid_at(keys[1], start)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kty": "RSA"}, "kty"),
        ({"d": "secret"}, "d"),
        ({"x": "AAAA"}, "x"),
        ({"x": "="}, "x"),
        ({"kid": "other"}, "kid"),
        ({"nbf": "soon"}, "nbf"),
        ({"nbf": True}, "nbf"),
        ({"exp": -1}, "exp"),
        ({"nbf": 9, "exp": 9}, "exp"),
    ],
)
def test_unusable_keys_are_refused(change: dict[str, object], field: str) -> None:
    with pytest.raises(JwkError) as refusal:
        jwk.parse_jwks(json.dumps({"keys": [{**JWK.to_dict(), **change}]}).encode())
    assert refusal.value.field == f"keys[0].{field}"


@pytest.mark.parametrize("raw", [b"{}", b'{"keys":[]}', b'{"keys":{}}', b'{"keys":[1]}', b"x"])
def test_malformed_key_sets_are_refused(raw: bytes) -> None:
    with pytest.raises(JwkError):
        jwk.parse_jwks(raw)


def test_a_key_may_stand_once() -> None:
    with pytest.raises(JwkError, match="twice"):
        jwk.parse_jwks(jwk.jwks_bytes([JWK, JWK]))


# -- strict JSON


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"a":1,"a":2}', "same key twice"),
        (b'{"b":{"a":1,"\\u0061":2}}', "same key twice"),
        (b'{"a":NaN}', "does not know"),
        (b"[Infinity]", "does not know"),
        (b"[-Infinity]", "does not know"),
        (b"[1e999]", "too large"),
        (b"[" + b"9" * 65 + b"]", "65 characters"),
        (b"[1." + b"0" * 70 + b"]", "72 characters"),
        (b"[" * 33 + b"]" * 33, "nested deeper"),
        (b'{"a":' * 100_000, "more than"),
        (b'{"a":"' + b'\\"' * 30_000, "is not JSON"),
        (b'"\\ud800"', "surrogate"),
        (b'{"\\udc00":1}', "surrogate"),
        (b'"\xff"', "not UTF-8"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b"{'a':1}", "is not JSON"),
        (b"", "is not JSON"),
        (b"{} {}", "is not JSON"),
        (b'"a\nb"', "is not JSON"),
    ],
)
def test_ambiguous_or_hostile_json_is_refused(raw: bytes, reason: str) -> None:
    with pytest.raises(StrictJsonError, match=reason):
        strict_json.loads(raw)


def test_brackets_in_strings_are_not_nesting() -> None:
    assert strict_json.loads(json.dumps("[" * 100).encode()) == "[" * 100
    assert strict_json.loads(b"[" * 32 + b"]" * 32) is not None
    assert strict_json.loads(b'"\\\\[[[\\""') == '\\[[["'


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner, max_size=5)
    ),
    max_leaves=20,
)


@given(VALUES)
def test_the_canonical_form_reads_back_and_is_stable(value: object) -> None:
    raw = strict_json.canonical(value)
    assert strict_json.loads(raw) == value
    assert strict_json.canonical(strict_json.loads(raw)) == raw


def test_the_canonical_form_is_sorted_compact_utf_8() -> None:
    assert strict_json.canonical({"b": [1, True], "a": "é"}) == '{"a":"é","b":[1,true]}'.encode()
    with pytest.raises(ValueError, match="Out of range"):
        strict_json.canonical(float("nan"))


# -- ULIDs


@given(st.integers(0, (1 << 48) - 1), st.binary(min_size=10, max_size=10))
def test_ulids_keep_their_moment_and_order(moment: int, chance: bytes) -> None:
    text = ulid.make(moment, chance)
    assert ulid.is_ulid(text)
    assert ulid.milliseconds(text) == moment
    if moment:
        assert ulid.make(moment - 1, b"\xff" * 10) < text


def test_the_published_ulid() -> None:
    assert ulid.milliseconds("01ARZ3NDEKTSV4RRFFQ69G5FAV") == 1469922850259


@pytest.mark.parametrize(
    "text",
    ["", "01ARZ3NDEKTSV4RRFFQ69G5FA", "81ARZ3NDEKTSV4RRFFQ69G5FAV", "01arz3ndektsv4rrffq69g5fav"],
)
def test_other_spellings_are_no_ulids(text: str) -> None:
    assert not ulid.is_ulid(text)
    with pytest.raises(ValueError, match="not a ULID"):
        ulid.milliseconds(text)
