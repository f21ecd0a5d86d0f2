"""Count every decision again from the public log alone. Needs Python and `cryptography`, nothing else.

    python verify_decisions.py https://portal.example VERIFIER_KEY [DECISION_NUMBER]

Reads all entries of the log, checks that they make the signed tree, and counts each decision by roll call again: the
frozen rule and roll from the opening of its vote, the last position of every seat from the ballots, sealed ones opened
with the nonces that the decision gives. Compares every number of the tally and the outcome, and finds gaps in numbers.
Ends with 0 when everything holds, with 1 and a reason for each decision that does not.
"""

import base64
import json
import sys
import urllib.request
from collections import defaultdict
from datetime import datetime
from fractions import Fraction
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

POSITIONS = ("for", "against", "abstain", "recused")


class Refused(Exception):
    """Something does not hold."""


def need(holds, reason):
    if not holds:
        raise Refused(reason)


def fetch(address):
    with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - the reader names the portal
        return answer.read()


def node(left, right):
    return sha256(b"\x01" + left + right).digest()


def signed_head(note, vkey):
    """Return (size, root) of a signed checkpoint, after checking the signature of the log's key (C2SP signed-note)."""
    name, _key_hash, encoded = vkey.split("+", 2)
    blob = base64.b64decode(encoded)
    need(blob[0] == 1 and len(blob) == 33, "the verifier key is not an Ed25519 key")
    key_id = sha256(name.encode() + b"\n" + blob).digest()[:4]
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    origin, size, root = text.split("\n")[:3]
    need(origin == name, f"the checkpoint is that of {origin}, not of {name}")
    for line in signatures.splitlines():
        _dash, signer, signature = line.split(" ")
        raw = base64.b64decode(signature)
        if signer == name and raw[:4] == key_id:
            try:
                Ed25519PublicKey.from_public_bytes(blob[1:]).verify(raw[4:], text.encode())
            except InvalidSignature:
                raise Refused("the signature of the checkpoint is wrong") from None
            return int(size), base64.b64decode(root)
    raise Refused("the checkpoint is not signed with this key")


def tree_head(hashes):
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    return node(tree_head(hashes[:split]), tree_head(hashes[split:]))


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(value):
    return sha256(canonical(value)).hexdigest()


def entries(base, vkey):
    """Return the bytes of every entry, after checking that they make the signed tree."""
    note = fetch(f"{base}/log/checkpoint").decode()
    size, root = signed_head(note, vkey)
    leaves = []
    for number in range(-(-size // 256)):
        groups, rest = [f"{number % 1000:03d}"], number // 1000
        while rest:
            groups, rest = [f"x{rest % 1000:03d}", *groups], rest // 1000
        width = min(256, size - 256 * number)
        partial = f".p/{width}" if width < 256 else ""
        raw = fetch(f"{base}/log/tile/entries/{'/'.join(groups)}{partial}")
        while raw:
            end = 2 + int.from_bytes(raw[:2], "big")
            leaves.append(raw[2:end])
            raw = raw[end:]
    need(len(leaves) == size, f"the log has {len(leaves)} entries, not {size}")
    hashes = [sha256(b"\x00" + leaf).digest() for leaf in leaves]
    need(tree_head(hashes) == root, "the entries do not make the signed tree")
    return leaves


def by_kind(leaves):
    """Return the bodies of the entries that are canonical JSON, by their kind; signed envelopes are left alone."""
    found = defaultdict(list)
    for index, leaf in enumerate(leaves):
        try:
            value = json.loads(leaf)
        except ValueError:
            continue
        if isinstance(value, dict) and set(value) == {"kind", "body"}:
            found[value["kind"]].append((index, value["body"]))
    return found


def fraction(text):
    above, below = text.split("/")
    return Fraction(int(above), int(below))


def text(value):
    return f"{value.numerator}/{value.denominator}"


def count(rule, roll, said):
    """Count one text under a rule: `said` is the position of each seat heard from, by number."""
    weight = {seat["seat"]: seat["weight"] for seat in roll}
    filled = {seat["seat"] for seat in roll if seat["filled"]}
    need(set(said) <= filled, "a seat that could not vote has a position")
    sums = {
        word: sum(weight[seat] for seat, at in said.items() if at == word) for word in POSITIONS
    }
    yes, no, abstain, recused = (sums[word] for word in POSITIONS)
    heard, whole = yes + no + abstain + recused, sum(weight.values())
    sitting = sum(weight[seat] for seat in filled)
    leaves = recused if rule["recused_leave"] else 0
    bases = {
        "yes_no": yes + no, "cast": yes + no + abstain, "present": heard - leaves,
        "filled_seats": sitting - leaves, "all_seats": whole - leaves,
    }  # fmt: skip
    base, quorum_base = bases[rule["base"]], bases[rule["quorum_base"]]
    line, needed = (
        fraction(rule["fraction"]) * base,
        fraction(rule["quorum_fraction"]) * quorum_base,
    )
    part = heard - leaves - (0 if rule["abstain_in_quorum"] else abstain)
    passed = yes > line if rule["comparison"] == ">" else yes >= line
    chairs = [seat["seat"] for seat in roll if seat["chair"]]
    chair = (
        rule["tie"] == "chair" and yes == no and yes > 0
        and bool(chairs) and said.get(chairs[0]) == "for"
    )  # fmt: skip
    against = [seat for seat, at in said.items() if at == "against"]
    majority = yes > 0 and (passed or chair)
    if rule.get("objections"):
        majority = len(against) < rule["objections"]
    if set(against) & set(rule.get("veto", ())):
        majority = False
    return {
        "yes": yes, "no": no, "abstain": abstain, "recused": recused, "absent": sitting - heard,
        "vacant": whole - sitting, "base": base, "threshold": text(line), "quorum_base": quorum_base,
        "quorum_needed": text(needed), "participation": part, "quorum_met": part >= needed,
        "majority_met": majority, "chair_decided": chair,
        "outcome": "carried" if part >= needed and majority else "not_carried",
    }  # fmt: skip


def whole_count(opened, positions):
    """Count every text of a ballot, and say which is adopted."""
    rule, roll = opened["rule"], opened["roll"]
    numbers = [option["number"] for option in opened.get("options", [])] or [0]
    counts = {}
    for number in numbers:
        said = {
            row["seat"]: row["more"][str(number)] if number else row["position"] for row in positions
        }  # fmt: skip
        counts[number] = count(rule, roll, said)
    carried = [number for number, one in counts.items() if one["outcome"] == "carried"]
    chosen = (
        min(carried, key=lambda n: (-counts[n]["yes"], counts[n]["no"], n)) if carried else None
    )
    result = dict(counts[chosen or 0])
    if len(counts) > 1:
        result |= {"chosen": chosen, "options": {str(n): one for n, one in counts.items()}}
    return result


def check_ballots(opened, decision, ballots):
    """Check that the decision counts the last ballot of every seat, and that each says what the log holds."""
    opens, closes = (datetime.fromisoformat(opened[name]) for name in ("opens_at", "closes_at"))
    last = {}
    for ballot in sorted(ballots, key=lambda one: (one["seat"], one["sequence"])):
        seat = ballot["seat"]
        need(
            ballot["sequence"] == (last[seat]["sequence"] if seat in last else 0) + 1,
            f"the ballots of seat {seat} have a gap",
        )
        cast = datetime.fromisoformat(ballot["cast_at"])
        need(opens <= cast < closes, f"seat {seat} was not in time")
        last[seat] = ballot
    rows = {row["seat"]: row for row in decision["positions"]}
    need(set(rows) == set(last), "the decision does not count exactly the seats that cast")
    for seat, row in rows.items():
        need(
            row["sequence"] == last[seat]["sequence"],
            f"an earlier ballot of seat {seat} is counted",
        )
        if "commitment" in last[seat]:
            need(
                digest(row) == last[seat]["commitment"],
                f"the ballot of seat {seat} says another thing",
            )
        else:
            need(
                row["position"] == last[seat]["position"],
                f"the ballot of seat {seat} says another thing",
            )
            need(
                row.get("more") == last[seat].get("more"),
                f"the ballot of seat {seat} says another thing",
            )


def check_late(opened, decision, late):
    """Check that positions after an early close came between it and the announced close, once for each silent seat."""
    decided, closes = (
        datetime.fromisoformat(at) for at in (decision["decided_at"], opened["closes_at"])
    )
    numbers = {str(option["number"]) for option in opened.get("options", []) if option["number"]}
    filled = {seat["seat"] for seat in opened["roll"] if seat["filled"]}
    heard = {row["seat"] for row in decision["positions"]}
    for row in late:
        seat, at = row["seat"], datetime.fromisoformat(row["recorded_at"])
        need(decided <= at < closes, f"the late position of seat {seat} is outside its time")
        need(seat in filled - heard, f"the late position of seat {seat} comes a second time")
        need(row["position"] in POSITIONS, f"the late position of seat {seat} is none")
        need(set(row.get("more", ())) == numbers, f"the late position of seat {seat} lacks a text")
        heard.add(seat)


def check(decision, opened, ballots, late=()):
    """Check one decision against the opening of its vote, its ballots and what came after an early close."""
    need(digest(opened["rule"]) == opened["rule_digest"], "the rule is not the one of its digest")
    need(digest(opened["roll"]) == opened["roll_digest"], "the roll is not the one of its digest")
    texts = {option["number"]: option["text_digest"] for option in opened.get("options", [])}
    check_ballots(opened, decision, ballots)
    check_late(opened, decision, late)
    found = whole_count(opened, decision["positions"])
    for name in sorted({*found, *decision["tally"]}):
        need(
            found.get(name) == decision["tally"].get(name),
            f"{name} is {decision['tally'].get(name)!r} and counts as {found.get(name)!r}",
        )
    need(found["outcome"] == decision["outcome"], "the outcome is another")
    adopted = texts.get(found.get("chosen") or 0, opened["text_digest"])
    need(decision["text_digest"] == adopted, "the decision is about another text than was voted on")
    return found


def verify(leaves, wanted=None):
    """Yield (number, sentence, holds) for each decision by roll call."""
    found = by_kind(leaves)
    opened = {body["vote"]: body for _index, body in found["governance.vote-opened"]}
    ballots = defaultdict(list)
    for _index, body in found["governance.ballot"]:
        ballots[body["vote"]].append(body)
    late = defaultdict(list)
    for _index, body in found["governance.late-position"]:
        late[body["vote"]].append(body)
    last_serial = defaultdict(int)
    for index, decision in found["governance.decision"]:
        if decision["vote"] not in opened:
            continue  # decided in another way than by roll call
        number = decision["decision"]
        series, _, serial = number.rpartition("-")
        gap = int(serial) - last_serial[series] != 1
        last_serial[series] = int(serial)
        if gap and wanted in (None, number):
            yield number, f"leaf {index}: the numbers of this body have a gap before it", False
        elif wanted in (None, number):
            try:
                vote = decision["vote"]
                tally = check(decision, opened[vote], ballots[vote], late[vote])
            except (Refused, KeyError, TypeError, ValueError) as error:
                yield number, f"leaf {index}: {error}", False
            else:
                yield (
                    number,
                    f"{tally['outcome'].replace('_', ' ')}, {tally['yes']} to {tally['no']}, leaf {index}",
                    True,
                )
    if wanted is not None and wanted not in {
        body["decision"] for _i, body in found["governance.decision"]
    }:
        yield wanted, "not in the log", False


def main(arguments):
    if len(arguments) not in (3, 4):
        print(__doc__)
        return 2
    base, vkey = arguments[1].rstrip("/"), arguments[2]
    try:
        leaves = entries(base, vkey)
    except (Refused, OSError, ValueError, KeyError, IndexError) as error:
        print(f"REFUSED: {error}", file=sys.stderr)
        return 1
    print(f"The {len(leaves)} entries of the log make the signed tree.")
    failed = 0
    for number, sentence, holds in verify(leaves, *arguments[3:]):
        failed += not holds
        print(
            f"{number}: {sentence}" if holds else f"REFUSED {number}: {sentence}",
            file=sys.stdout if holds else sys.stderr,
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(["", *sys.argv[1:]]))
