"""Rebuild a board from the public log and compare it, byte for byte, with the one the portal serves.

    python verify_board.py https://portal.example language-id VERIFIER_KEY [METRIC] [--as-of 2026-11-24]

Needs Python and `cryptography`, nothing else; shares no code with the portal. The verifier key (`name+hash+key`) comes
from somewhere you trust: printed in a report, or noted at an earlier visit.

What it does: checks the signature of the log's head; fetches every entry and computes the head from them; checks
each result's signature with the key of its node; decides anew what counts; pools, draws and ranks anew; writes the JSON
anew. What it takes from the portal, and says so: which keys belong to which node and organisation, names and licences,
what the benchmark fixes, the number and time of the board. Samples are read at their node where it answers, else the
portal's reading is taken and counted as such.
With --as-of it takes the board that the portal shows for that day, and looks for the beginning of the log that makes
it: some beginning must, and the program says how many entries that is. That the day is right it cannot tell; an
earlier day must stand on no more entries than a later one.
Ends with 0 when the bytes are the same, with 1 and a reason when they are not.
"""

import base64
import hashlib
import json
import math
import random
import sys
import urllib.error
import urllib.parse
import urllib.request
from bisect import bisect_right
from collections import Counter, defaultdict
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

CODE_VERSION = "2"
EVAL_RUN = "https://alliance-portal.org/eval-run/v1"
IN_TOTO = "application/vnd.in-toto+json"
Z = 1.959963984540054
SAMPLES = ("read at their node", "on the portal's word")
LEVEL, SEED, DRAWS, FEWEST_DRAWS, ALL_PLACES = 0.05, 1, 4000, 400, 4_000_000


class Refused(Exception):
    """Something does not hold."""


def need(holds, reason):
    if not holds:
        raise Refused(reason)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


# -- the portal and its log


def fetch(address):
    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - the reader names the portal
        return answer.read()


@lru_cache(maxsize=4096)  # what is asked for like this never changes
def fetch_or_none(address):
    try:
        return fetch(address)
    except (urllib.error.URLError, OSError, ValueError):
        return None


def listed(base, path):
    """Yield the items of a list of the API, page after page."""
    address = f"{base}{path}"
    while address:
        page = json.loads(fetch(address))
        yield from page["results"]
        following = page["next"]
        address = (
            following and f"{base}{path.split('?')[0]}?{urllib.parse.urlsplit(following).query}"
        )


def signed_head(note, vkey):
    """Return (size, root) of a signed checkpoint, after checking the signature of the log's key (C2SP signed-note)."""
    name, _key_hash, encoded = vkey.split("+", 2)
    blob = base64.b64decode(encoded)
    need(blob[0] == 1 and len(blob) == 33, "the verifier key is not an Ed25519 key")
    key_id = hashlib.sha256(name.encode() + b"\n" + blob).digest()[:4]
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
    """Return the root of RFC 6962 over leaf hashes."""
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + tree_head(hashes[:split]) + tree_head(hashes[split:])).digest()


def log_entries(base, size):
    """Return the bytes of the first `size` entries (C2SP tlog-tiles)."""
    entries = []
    for number in range(-(-size // 256)):
        groups, rest = [f"{number % 1000:03d}"], number // 1000
        while rest:
            groups, rest = [f"x{rest % 1000:03d}", *groups], rest // 1000
        width = min(256, size - 256 * number)
        raw = fetch(
            f"{base}/log/tile/entries/{'/'.join(groups)}" + (f".p/{width}" if width < 256 else "")
        )
        while raw:
            end = 2 + int.from_bytes(raw[:2], "big")
            entries.append(raw[2:end])
            raw = raw[end:]
    need(len(entries) == size, f"the log has {len(entries)} entries, not {size}")
    return entries


# -- what the log says about a benchmark


def padded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Registry:
    """What only the portal's own lists say."""

    def __init__(self, base):
        self.base = base
        self.nodes = {node["node_id"]: node for node in listed(base, "/api/v1/nodes/")}
        self.systems = {row["identifier"]: row for row in listed(base, "/api/v1/systems/")}
        self._keys = {}
        self.checked = set()

    def key(self, slug, kid):
        if slug not in self._keys:
            found = json.loads(fetch(f"{self.base}/federation/v1/nodes/{slug}/jwks.json"))["keys"]
            self._keys[slug] = {key["kid"]: padded(key["x"]) for key in found}
        need(kid in self._keys[slug], f"{slug} has no key {kid}")
        return Ed25519PublicKey.from_public_bytes(self._keys[slug][kid])


def statements(entries, benchmark, version):
    """Yield (digest, envelope, payload, predicate, subject) of each result of the benchmark version in the log."""
    for raw in entries:
        try:
            envelope = json.loads(raw)
            payload = base64.b64decode(envelope["payload"])
            said = json.loads(payload)
            predicate = said["predicate"]
            about = predicate["benchmark"]
        except (ValueError, KeyError, TypeError):
            continue
        if said.get("predicateType") == EVAL_RUN and (about["id"], about["version"]) == (
            benchmark,
            version,
        ):
            yield (
                sha256(raw),
                envelope,
                payload,
                predicate,
                {s["name"]: s["digest"]["sha256"] for s in said["subject"]},
            )


def check_signature(registry, slug, envelope, payload):
    mine = (slug, payload, json.dumps(envelope["signatures"]))
    if mine in registry.checked:
        return
    need(envelope["payloadType"] == IN_TOTO, "an envelope holds something else than a statement")
    kind = envelope["payloadType"].encode()
    signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    for signature in envelope["signatures"]:
        try:
            key = registry.key(slug, signature["keyid"])
            key.verify(base64.b64decode(signature["sig"]), signed)
            return registry.checked.add(mine)
        except InvalidSignature:
            raise Refused(f"a signature of {slug} is wrong") from None
    raise Refused("an envelope has no signature")


def unranked_reason(predicate, primary, n_items):
    outcomes = predicate.get("outcomes") or {}
    headline = next(m for m in predicate["metrics"] if m["id"] == primary)
    if outcomes.get("missing") or (n_items and headline["n"] < n_items):
        return "limited"
    attempted = sum(
        outcomes.get(k) or 0 for k in ("success", "failure", "limit", "error", "abstained")
    )
    if Fraction(outcomes.get("error") or 0, attempted or 1) > Fraction(5, 100):
        return "too-many-errors"
    return ""


def results_of(entries, registry, facts):
    """Return every result with its state, decided from the log alone, in the log's order."""
    found, runs, taken = {}, defaultdict(list), set()
    for digest, envelope, payload, said, subject in statements(
        entries, facts["benchmark"], facts["version"]
    ):
        need(said["node"]["id"] in registry.nodes, f"the node {said['node']['id']} is not listed")
        node = registry.nodes[said["node"]["id"]]
        check_signature(registry, node["slug"], envelope, payload)
        if said.get("retracts"):
            target = found.get(said["retracts"]["digest"].removeprefix("sha256:"))
            if target and target["state"] != "equivocation":
                target["state"] = "retracted"
            continue
        run = said["run"]["id"]
        result = {"digest": digest, "node": node, "said": said, "subject": subject, "id": run,
                  "state": unranked_reason(said, facts["primary_metric"], facts["n_items"])}  # fmt: skip
        if run in taken:
            result["id"] = address_of(registry.base, run, digest)
        taken.add(run)
        earlier = runs[node["slug"], run]
        if earlier:
            for other in [*earlier, result]:
                other["state"] = "equivocation"
        earlier.append(result)
        older = found.get((said.get("supersedes") or "").removeprefix("sha256:"))
        if older and older["state"] not in ("retracted", "equivocation"):
            older["state"] = "superseded"
        found[digest] = result
    for digest in decided_retractions(entries):
        if digest in found and found[digest]["state"] != "equivocation":
            found[digest]["state"] = "retracted"
    for digest in pending_disputes(entries):
        if digest in found:
            found[digest]["disputed"] = True
    return [result for result in found.values() if result["state"] != "superseded"]


def decided_retractions(entries):
    """Return the envelopes whose results a decision of the Alliance took out of the ranking."""
    return [said["envelope"] for _kind, said in noted(entries, "result-retracted")]


def pending_disputes(entries):
    """Return the envelopes whose results somebody disputes: raised in the log and not ended there."""
    pending = {}
    for kind, said in noted(entries, "dispute-raised", "dispute-ended"):
        if kind == "dispute-raised":
            pending[said["dispute"]] = said["envelope"]
        else:
            pending.pop(said["dispute"], None)
    return set(pending.values())


def noted(entries, *kinds):
    """Yield the kind and body of what the portal itself entered in the log, of some kinds."""
    for raw in entries:
        try:
            said = json.loads(raw)
        except ValueError:
            continue
        if isinstance(said, dict) and said.get("kind") in kinds:
            yield said["kind"], said["body"]


def address_of(base, run, digest):
    """Return the address that the portal gave to a result whose run id another node had used before."""
    for row in listed(base, f"/api/v1/results/?run={run}"):
        if row["envelope"].endswith(digest):
            return row["id"]
    raise Refused(f"the portal does not list the result {digest}")


# -- samples


def samples_of(base, result, told):
    """Return (items, outcomes) of a result whose samples the portal read, or None."""
    answer = fetch_or_none(f"{base}/federation/v1/samples/{result['digest']}")
    if answer is None:
        return None
    sheet = json.loads(answer)
    items, correct = sheet["items"], base64.b64decode(sheet["correct"])
    named = result["subject"].get("samples.jsonl")
    raw = fetch_or_none(f"{result['node']['endpoint']}/v1/blobs/{named}")
    if raw is None:
        told["on the portal's word"] += 1
        return items, correct
    need(sha256(raw) == named, f"the samples of {result['id']} are not those its statement names")
    outcomes = {line["id"]: line["correct"] for line in map(json.loads, raw.splitlines())}
    names = sorted(outcomes)
    need(sha256(canonical(names)) == items, f"the samples of {result['id']} are about other items")
    need(
        bytes(outcomes[name] for name in names) == correct,
        f"the samples of {result['id']} were counted wrongly",
    )
    told["read at their node"] += 1
    return items, correct


# -- from results to cells


def setting_of(said):
    harness, system = said["harness"], said["system"]
    parts = [harness["name"], harness["version"].split(".", 1)[0], harness["settingsDigest"].removeprefix("sha256:"),
             system.get("precision") or "", system.get("adapter") or ""]  # fmt: skip
    return sha256(canonical(parts))


def rounded(text):
    return Fraction(Decimal(text).quantize(Decimal("1e-12"), context=Context(prec=60)))


def run_of(result, metric, registry, samples):
    said = result["said"]
    number = next((m for m in said["metrics"] if m["id"] == metric), None)
    if number is None:
        return None
    successes = number.get("successes")
    if samples and (len(samples[1]), sum(samples[1])) != (number["n"], successes):
        samples = None
    digest = said["system"]["digest"]
    return {
        "id": result["id"], "node": result["node"]["slug"], "organisation": result["node"]["organisation"],
        "system": registry.systems[said["system"]["id"]]["slug"], "revision": said["system"]["revision"],
        "artefact": "" if digest == "opaque" else digest.removeprefix("sha256:"), "setting": setting_of(said),
        "value": rounded(number["value"]), "n": number["n"], "successes": successes,
        "stderr": float(rounded(number["stderr"])) if number.get("stderr") else None,
        "first_party": said["relationship"] == "first_party", "excluded": result["state"] or None,
        "disputed": result.get("disputed", False),
        "abstained": (said.get("outcomes") or {}).get("abstained") or 0,
        "items": samples[0] if samples else "", "outcomes": samples[1] if samples else None,
    }  # fmt: skip


def weighted(rows):
    if any(not row["n"] for row in rows):
        return sum((row["value"] for row in rows), Fraction()) / len(rows)
    return sum((row["value"] * row["n"] for row in rows), Fraction()) / sum(
        row["n"] for row in rows
    )


def together(rows, name):
    """Combine the runs of one organisation, or the means of several: nobody's best, everybody's items once."""
    errors = [row["stderr"] for row in rows]
    return {
        "organisation": name, "value": weighted(rows), "n": max((row["n"] for row in rows if row["n"]), default=None),
        "stderr": None if any(e is None for e in errors) else max(errors),
    }  # fmt: skip


def is_heterogeneous(means, is_share):
    """Say whether Cochran's Q finds the organisations further apart than chance explains."""
    variances = []
    for mean in means:
        if is_share and mean["n"]:
            share = (float(mean["value"]) * mean["n"] + 0.5) / (mean["n"] + 1)
            variances.append(share * (1 - share) / mean["n"])
        else:
            variances.append(None if mean["stderr"] is None else mean["stderr"] ** 2)
    if len(means) < 2 or not all(variances):
        return False
    weights, values = [1 / v for v in variances], [float(mean["value"]) for mean in means]
    centre = sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights)
    q = sum(w * (v - centre) ** 2 for w, v in zip(weights, values, strict=True))
    return chi_square_tail(q, len(means) - 1) < LEVEL


def chi_square_tail(x, degrees):
    if x <= 0:
        return 1.0
    half = x / 2
    if degrees % 2 == 0:
        term = total = math.exp(-half)
        for i in range(1, degrees // 2):
            term *= half / i
            total += term
        return min(1.0, total)
    total = math.erfc(math.sqrt(half))
    term = math.exp(-half) * math.sqrt(half) / math.gamma(1.5)
    for i in range(1, (degrees - 1) // 2 + 1):
        total += term
        term *= half / (i + 0.5)
    return min(1.0, total)


def interval(value, n, is_share, stderr):
    if is_share and n and 0 <= value <= 1:
        successes = value * n if value * n <= n else n
        share = successes / n
        spread = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
        centre, scale = share + Z * Z / (2 * n), 1 + Z * Z / n
        low = 0.0 if successes == 0 else max(0.0, (centre - spread) / scale)
        high = 1.0 if successes == n else min(1.0, (centre + spread) / scale)
        return low, high, "wilson"
    if stderr is not None:
        return value - Z * stderr, value + Z * stderr, "reported"
    return None, None, "none"


def agreement(values, tolerance):
    best = start = 0
    for end, value in enumerate(values):
        while value - values[start] > tolerance:
            start += 1
        best = max(best, end - start + 1)
    return best


def cell_row(runs, rules):
    """Return the row of one cell, still without a place."""
    countable = [run for run in runs if run["excluded"] is None]
    counted = countable or runs
    is_share = all(run["n"] and run["successes"] is not None for run in counted)
    if is_share:
        counted = [
            run | {"value": Fraction(run["successes"], run["n"]), "stderr": None} for run in counted
        ]
    groups = defaultdict(list)
    for run in counted:
        groups[run["organisation"]].append(run)
    means = [together(groups[name], name) for name in sorted(groups)]
    pooled, values = together(means, ""), sorted(mean["value"] for mean in means)
    low, high, method = interval(float(pooled["value"]), pooled["n"], is_share, pooled["stderr"])
    reason = None if countable else runs[-1]["excluded"]
    if reason is None and low is None:
        reason = "no-uncertainty"
    if reason is None and rules["n_items"] and pooled["n"] and pooled["n"] < rules["n_items"]:
        reason = "incomplete"
    agreeing = agreement(values, rules["tolerance"])
    rung = (
        "disputed"
        if any(r["disputed"] for r in counted)
        else "replicated"
        if agreeing >= 2
        else "recomputed"
        if any(r["outcomes"] for r in counted)
        else "self-attested"
    )
    first = counted[0]
    row = {name: first[name] for name in ("system", "revision", "artefact", "setting")} | {
        "key": f"{first['system']}@{first['revision']}:{first['artefact'][:12]}#{first['setting'][:12]}",
        "value": pooled["value"], "low": low, "high": high, "interval": method, "n": pooled["n"], "is_share": is_share,
        "reason": reason, "agreeing": agreeing, "dissenting": len(values) - agreeing, "spread": values[-1] - values[0],
        "assurance": "retracted" if all(r["excluded"] == "retracted" for r in counted) else rung,
        "heterogeneous": is_heterogeneous(means, is_share), "abstained": max(r["abstained"] for r in counted),
        "first_party_only": all(r["first_party"] for r in counted), "organisations": [m["organisation"] for m in means],
        "nodes": sorted({r["node"] for r in counted}), "results": [r["id"] for r in counted],
    }  # fmt: skip
    same = all(
        (r["items"], r["outcomes"]) == (countable[0]["items"], countable[0]["outcomes"])
        for r in countable
    )
    paired = is_share and countable and countable[0]["outcomes"] is not None and same
    row["_items"], row["_outcomes"] = (
        (countable[0]["items"], countable[0]["outcomes"]) if paired else ("", None)
    )
    row["_stderr"] = None if is_share or low is None else ((high - low) / 2) / Z
    return row


def main_setting(cells):
    organisations, count = defaultdict(set), Counter()
    for runs in cells.values():
        countable = [run for run in runs if run["excluded"] is None]
        for run in countable:
            organisations[run["setting"]].add(run["organisation"])
        if countable:
            count[countable[0]["setting"]] += 1
    return min(count, key=lambda s: (-len(organisations[s]), -count[s], s), default="")


# -- random numbers: MT19937 seeded and read as NumPy's frozen RandomState does (NEP 19)


class Stream:
    def __init__(self, seed):
        words = [seed]
        for i in range(1, 624):
            words.append((1812433253 * (words[-1] ^ (words[-1] >> 30)) + i) & 0xFFFFFFFF)
        self._twister = random.Random()  # noqa: S311 - a repeatable stream is meant
        self._twister.setstate((3, (*words, 624), None))
        self.double, self._gauss = self._twister.random, None

    def below(self, count):
        """Return a whole number in [0, count): masked, refused when too large."""
        if count == 1:
            return 0
        bits = (count - 1).bit_length()
        while True:
            value = self._twister.getrandbits(32) & ((1 << bits) - 1)
            if value < count:
                return value

    def gauss(self):
        if self._gauss is not None:
            kept, self._gauss = self._gauss, None
            return kept
        while True:
            x, y = 2.0 * self.double() - 1.0, 2.0 * self.double() - 1.0
            r = x * x + y * y
            if 0.0 < r < 1.0:
                break
        f = math.sqrt(-2.0 * math.log(r) / r)
        self._gauss = f * x
        return f * y

    def binomial(self, n, p):
        if n == 0 or p == 0.0:
            return 0
        if p <= 0.5:
            return self._inversion(n, p) if p * n <= 30.0 else self._btpe(n, p)
        q = 1.0 - p
        return n - (self._inversion(n, q) if q * n <= 30.0 else self._btpe(n, q))

    def _inversion(self, n, p):
        q = 1.0 - p
        start, bound = (
            math.exp(n * math.log(q)),
            int(min(n, n * p + 10.0 * math.sqrt(n * p * q + 1))),
        )
        x, px, u = 0, start, self.double()
        while u > px:
            x += 1
            if x > bound:
                x, px, u = 0, start, self.double()
            else:
                u -= px
                px = ((n - x + 1) * p * px) / (x * q)
        return x

    def _btpe(self, n, p):
        """Draw by the method of Kachitvichyanukul and Schmeiser (1988); p is at most one half."""
        r, q = p, 1.0 - p
        fm = n * r + r
        m = math.floor(fm)
        p1 = math.floor(2.195 * math.sqrt(n * r * q) - 4.6 * q) + 0.5
        xm = m + 0.5
        xl, xr, c = xm - p1, xm + p1, 0.134 + 20.5 / (15.3 + m)
        a = (fm - xl) / (fm - xl * r)
        left = a * (1.0 + a / 2.0)
        a = (xr - fm) / (xr * q)
        right = a * (1.0 + a / 2.0)
        p2 = p1 * (1.0 + 2.0 * c)
        p3 = p2 + c / left
        p4 = p3 + c / right
        nrq = n * r * q
        while True:
            u, v = self.double() * p4, self.double()
            if u <= p1:
                return math.floor(xm - p1 * v + u)
            if u <= p2:
                x = xl + (u - p1) / c
                v = v * c + 1.0 - abs(m - x + 0.5) / p1
                if v > 1.0:
                    continue
                y = math.floor(x)
            elif u <= p3:
                if v == 0.0:
                    continue
                y = math.floor(xl + math.log(v) / left)
                if y < 0:
                    continue
                v = v * (u - p2) * left
            else:
                if v == 0.0:
                    continue
                y = math.floor(xr - math.log(v) / right)
                if y > n:
                    continue
                v = v * (u - p3) * right
            k = abs(y - m)
            if not (k > 20 and k < nrq / 2.0 - 1):
                s = r / q
                a, f = s * (n + 1), 1.0
                for i in range(m + 1, y + 1):
                    f *= a / i - s
                for i in range(y + 1, m + 1):
                    f /= a / i - s
                if v <= f:
                    return y
                continue
            rho = (k / nrq) * ((k * (k / 3.0 + 0.625) + 0.16666666666666666) / nrq + 0.5)
            t, height = -k * k / (2 * nrq), math.log(v)
            if height < t - rho:
                return y
            if height > t + rho:
                continue
            x1, f1, z, w = y + 1.0, m + 1.0, n + 1.0 - m, n - y + 1.0
            bound = (
                xm * math.log(f1 / x1)
                + (n - m + 0.5) * math.log(z / w)
                + (y - m) * math.log(w * r / (x1 * q))
            )
            if height <= bound + _stirling(f1) + _stirling(z) + _stirling(x1) + _stirling(w):
                return y


def _stirling(x):
    x2 = x * x
    return (13680.0 - (462.0 - (132.0 - (99.0 - 140.0 / x2) / x2) / x2) / x2) / x / 166320.0


# -- the ranking


def draws_for(count):
    return min(DRAWS, max(FEWEST_DRAWS, ALL_PLACES // max(count, 1)))


def pairs_of(rows):
    groups = defaultdict(list)
    for i, row in enumerate(rows):
        if row["_outcomes"] is not None:
            groups[row["_items"], len(row["_outcomes"])].append(i)
    return {name: groups[name] for name in sorted(groups) if len(groups[name]) > 1}


def draw(rows, draws):
    """Return the scores by row and draw: first the groups that share items, then each of the others."""
    stream, scores, alone = Stream(SEED), [None] * len(rows), set(range(len(rows)))
    for (_items, count), members in pairs_of(rows).items():
        chosen = [[stream.below(count) for _ in range(count)] for _ in range(draws)]
        for i in members:
            right = rows[i]["_outcomes"]
            scores[i] = [sum(right[item] for item in items) / count for items in chosen]
        alone.difference_update(members)
    for i in sorted(alone):
        row, value = rows[i], float(rows[i]["value"])
        if row["_stderr"] is not None:
            scores[i] = [value + row["_stderr"] * stream.gauss() for _ in range(draws)]
        else:
            share = min(1.0, max(0.0, value))
            scores[i] = [stream.binomial(row["n"], share) / row["n"] for _ in range(draws)]
    return scores


def place_all(rows, rules):
    """Give every row its place; return the rows from the leader down, the drawing's name and the draws' digest."""
    rows = sorted(rows, key=lambda row: row["key"])
    groups, draws = pairs_of(rows), draws_for(len(rows))
    whole = len(groups) == 1 and len(next(iter(groups.values()))) == len(rows)
    drawing = "paired" if whole else "mixed" if groups else "independent"
    sign = 1 if rules["higher_is_better"] else -1
    scores = [[sign * score for score in line] for line in draw(rows, draws)]
    places = [[0] * draws for _ in rows]
    for at in range(draws):
        column = sorted(line[at] for line in scores)
        for i, line in enumerate(scores):
            places[i][at] = len(rows) + 1 - bisect_right(column, line[at])
    told = hashlib.sha256(f"{CODE_VERSION}\n{drawing}\n".encode())
    for row in rows:
        told.update(f"{row['key']}\n".encode())
    tail = draws * 25 // 1000
    for row, line in zip(rows, places, strict=True):
        told.update(b"".join(place.to_bytes(2, "little") for place in line))
        ordered = sorted(line)
        row["rank_low"], row["rank_high"] = ordered[tail], ordered[-1 - tail]
    ordered = sorted(rows, key=lambda row: (-sign * row["value"], row["key"]))
    compare_all(ordered)
    return ordered, drawing, told.hexdigest()


def compare_all(ordered):
    """Compare each row with the leader, and with the anchor of its tie class."""
    anchor, tie_class = (ordered[0], 1) if ordered else (None, 1)
    for row in ordered:
        p, test = compare(row, anchor)
        if test != "anchor" and p is not None and p < LEVEL:
            anchor, tie_class = row, tie_class + 1
        row["p"], row["test"] = compare(row, ordered[0])
        row["tie_class"] = tie_class
        row["tied_with_leader"] = row["test"] == "anchor" or (
            row["p"] is not None and row["p"] >= LEVEL
        )


def compare(row, other):
    if row is other:
        return None, "anchor"
    mine, theirs = row["_outcomes"], other["_outcomes"]
    if (
        mine is not None
        and theirs is not None
        and (row["_items"], len(mine)) == (other["_items"], len(theirs))
    ):
        only_other = sum(b > a for a, b in zip(mine, theirs, strict=True))
        return mcnemar(only_other, sum(a > b for a, b in zip(mine, theirs, strict=True))), "mcnemar"
    if row["_stderr"] is None and other["_stderr"] is None:
        return fisher(
            round(other["value"] * other["n"]), other["n"], round(row["value"] * row["n"]), row["n"]
        ), "fisher"
    return normal(
        float(other["value"]), error_of(other), float(row["value"]), error_of(row)
    ), "normal"


def error_of(row):
    if row["_stderr"] is not None:
        return row["_stderr"]
    share = float(row["value"])
    return math.sqrt(share * (1 - share) / (row["n"] or 1))


def mcnemar(b, c):
    n, k = b + c, min(b, c)
    return min(1.0, 2 * float(Fraction(sum(math.comb(n, i) for i in range(k + 1)), 2**n)))


def fisher(a, n_1, b, n_2):
    right, total = a + b, n_1 + n_2
    if total > 2_000_000:
        share = right / total
        variance = share * (1 - share)
        return normal(a / n_1, math.sqrt(variance / n_1), b / n_2, math.sqrt(variance / n_2))
    logs = [0.0]
    for i in range(1, total + 1):
        logs.append(logs[-1] + math.log(i))

    def term(k):
        ways = (
            logs[n_1]
            - logs[k]
            - logs[n_1 - k]
            + logs[n_2]
            - logs[right - k]
            - logs[n_2 - right + k]
        )
        return ways - (logs[total] - logs[right] - logs[total - right])

    seen = term(a)
    tables = map(term, range(max(0, right - n_2), min(n_1, right) + 1))
    return min(1.0, sum(math.exp(t) for t in tables if t <= seen + 1e-7))


def normal(value_1, error_1, value_2, error_2):
    spread = math.hypot(error_1, error_2)
    if spread == 0:
        return 1.0 if value_1 == value_2 else 0.0
    return math.erfc(abs(value_1 - value_2) / spread / math.sqrt(2))


# -- the board


def decimal_text(value):
    if value is None:
        return None
    exact = Fraction(value)
    number = Decimal(exact.numerator) / Decimal(exact.denominator)
    text = f"{number.quantize(Decimal('0.000001'), rounding=ROUND_HALF_EVEN):f}".rstrip("0").rstrip(
        "."
    )
    return "0" if text in ("-0", "") else text


def stored(row, names):
    """Write a row as the portal keeps it."""
    plain = {name: value for name, value in row.items() if not name.startswith("_")}
    unplaced = {"rank_low": None, "rank_high": None, "p": None, "test": "none", "tie_class": None,
                "tied_with_leader": False}  # fmt: skip
    texts = {
        name: decimal_text(plain.get(name)) for name in ("value", "low", "high", "spread", "p")
    }
    return unplaced | plain | texts | {"ranked": row["reason"] is None} | names


def board(runs, rules, names_of):
    """Return (rows, name of the drawing, digest of the draws)."""
    cells = defaultdict(list)
    for run in sorted(runs, key=lambda run: run["id"]):
        cells[run["system"], run["revision"], run["artefact"], run["setting"]].append(run)
    setting = main_setting(cells)
    rows = [cell_row(cells[name], rules) for name in sorted(cells)]
    for row in rows:
        if row["reason"] is None and row["setting"] != setting:
            row["reason"] = "other-setting"
    ranked, drawing, digest = place_all([row for row in rows if row["reason"] is None], rules)
    sign = -1 if rules["higher_is_better"] else 1
    apart = sorted(
        (row for row in rows if row["reason"]), key=lambda row: (sign * row["value"], row["key"])
    )
    return [stored(row, names_of(row["results"][0])) for row in [*ranked, *apart]], drawing, digest


def names_in(results, registry):
    by_id = {result["id"]: result["said"] for result in results}

    def names(result):
        said = by_id[result]
        system = registry.systems[said["system"]["id"]]
        parts = (
            said["harness"]["name"],
            said["harness"]["version"],
            said["system"].get("precision") or "",
        )
        return {
            "name": system["name"],
            "licence": system["licence"],
            "setting_label": " ".join(p for p in parts if p),
        }

    return names


def facts_of(base, benchmark, version, metric):
    """Return what the benchmark version fixes, as the portal lists it."""
    found = json.loads(fetch(f"{base}/api/v1/benchmarks/{benchmark}/"))
    row = next(v for v in found["versions"] if v["version"] == version)
    fixed = next(m for m in row["metrics"] if m["id"] == metric)
    return {
        "benchmark": benchmark, "version": version, "primary_metric": row["primary_metric"], "n_items": row["n_items"],
        "tolerance": Fraction(Decimal(str(fixed.get("tolerance", row["tolerance"])))),
        "higher_is_better": bool(fixed.get("higher_is_better", True)),
    }  # fmt: skip


def rebuild(base, benchmark, vkey, metric, told, day=""):
    """Return (bytes served, bytes rebuilt)."""
    asked = {"metric": metric, "as_of": day}
    question = urllib.parse.urlencode({name: text for name, text in asked.items() if text})
    served = fetch(f"{base}/en/leaderboard/{benchmark}.json?{question}")
    head = json.loads(served)
    if day and not head["number"]:
        raise Refused(f"there was no board yet on {day}")
    need(
        head["ranking_code_version"] == CODE_VERSION,
        f"the board is ranked by version {head['ranking_code_version']}",
    )
    size, root = signed_head(fetch(f"{base}/log/checkpoint").decode(), vkey)
    entries = log_entries(base, size)
    hashes = [hashlib.sha256(b"\x00" + entry).digest() for entry in entries]
    need(tree_head(hashes) == root, "the entries do not make the signed tree")
    told["entries"] = size
    facts, registry = facts_of(base, benchmark, head["version"], head["metric"]), Registry(base)
    if not day:
        return served, written(base, head, entries, registry, facts, told)
    nearest = b""
    for length in beginnings(entries, head, registry, facts):
        found = Counter()
        made = written(base, head, entries[:length], registry, facts, found)
        nearest = nearest or made
        if made == served:
            told.update(found)
            told["first entries, which make this board"] = length
            return served, made
    need(nearest, "no beginning of the log holds exactly the results of this board")
    return served, nearest


def beginnings(entries, head, registry, facts):
    """Yield the lengths of those beginnings of the log that hold exactly the results of a board, the longest first."""
    wanted = {ulid for row in head["rows"] for ulid in row["results"]}
    for length in range(len(entries), 0, -1):
        if length < len(entries) and not changes(entries[length]):
            continue  # the entry that follows changes nothing
        results = results_of(entries[:length], registry, facts)
        here = {
            r["id"] for r in results if any(m["id"] == head["metric"] for m in r["said"]["metrics"])
        }
        if here == wanted:
            yield length


def changes(raw):
    """Say whether an entry can change a board: a signed statement, or what the portal noted of results."""
    try:
        said = json.loads(raw)
    except ValueError:
        return False
    return "payload" in said or said.get("kind") in (
        "result-retracted",
        "dispute-raised",
        "dispute-ended",
    )


def written(base, head, entries, registry, facts, told):
    """Return the JSON of the board that these entries make."""
    results = results_of(entries, registry, facts)
    told["results"] = len(results)
    runs = [run_of(r, head["metric"], registry, samples_of(base, r, told)) for r in results]
    rules = facts | {
        "n_items": facts["n_items"] if head["metric"] == facts["primary_metric"] else None
    }
    rows, drawing, draws = board([run for run in runs if run], rules, names_in(results, registry))
    said = {"benchmark": facts["benchmark"], "version": head["version"], "metric": head["metric"], "code": CODE_VERSION,
            "drawing": drawing, "draws": draws, "rows": rows}  # fmt: skip
    rebuilt = head | {"rows": rows, "draws_digest": draws, "digest": sha256(canonical(said))}
    return (json.dumps(rebuilt, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def first_difference(served, rebuilt):
    for number, (one, other) in enumerate(
        zip(served.splitlines(), rebuilt.splitlines(), strict=False), start=1
    ):
        if one != other:
            return f"line {number}: served {one.decode().strip()}, rebuilt {other.decode().strip()}"
    return "one of them has more lines"


def main(arguments):
    day = ""
    if "--as-of" in arguments[:-1]:
        at = arguments.index("--as-of")
        day, arguments = arguments[at + 1], arguments[:at] + arguments[at + 2 :]
    if len(arguments) not in (3, 4):
        print(__doc__)
        return 2
    base, benchmark, vkey = arguments[0].rstrip("/"), arguments[1], arguments[2]
    told = Counter()
    try:
        served, rebuilt = rebuild(
            base, benchmark, vkey, arguments[3] if len(arguments) == 4 else "", told, day
        )
        for name, count in told.items():
            print(f"samples {name}: {count}" if name in SAMPLES else f"{count} {name}")
        need(served == rebuilt, first_difference(served, rebuilt))
    except (Refused, OSError, ValueError, KeyError, IndexError, StopIteration) as error:
        print(
            f"REFUSED: {error!r}" if not isinstance(error, Refused) else f"REFUSED: {error}",
            file=sys.stderr,
        )
        return 1
    print(f"The {len(served)} bytes of the board are those that the log makes.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
