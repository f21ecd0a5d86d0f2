"""Count every election again from the public log alone. Needs Python and `cryptography`, nothing else.

    python verify_elections.py https://portal.example VERIFIER_KEY

Reads the log from its first entry, checks that the entries make the signed tree, opens every sealed ballot against its
commitment, counts with code of its own (nine methods, caps, ties, the draw), and compares winners and order with those
the portal entered. Ends with 0 when everything holds, with 1 and a reason when something does not.
"""

import base64
import json
import sys
import urllib.request
from collections import Counter, defaultdict
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


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


def entries_of(base, size):
    """Return the bytes of the first `size` entries (C2SP tlog-tiles)."""
    found = []
    for number in range(-(-size // 256)):
        groups, rest = [f"{number % 1000:03d}"], number // 1000
        while rest:
            groups, rest = [f"x{rest % 1000:03d}", *groups], rest // 1000
        width = min(256, size - 256 * number)
        partial = f".p/{width}" if width < 256 else ""
        raw = fetch(f"{base}/log/tile/entries/{'/'.join(groups)}{partial}")
        while raw:
            end = 2 + int.from_bytes(raw[:2], "big")
            found.append(raw[2:end])
            raw = raw[end:]
    need(len(found) == size, f"the log has {len(found)} entries, not {size}")
    return found


def digest(value):
    """Return the SHA-256 of canonical JSON, as the portal's digests are made."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return sha256(text.encode()).hexdigest()


# --- counting ---------------------------------------------------------------------------------------------------------


class Count:
    """One election: ballots as (groups of candidates, weight), or (scores, weight) for score methods."""

    def __init__(self, opened, ballots, seed):
        rule = opened["rule"]
        self.method, self.seats, self.cap = rule["method"], rule["seats"], rule["cap"]
        self.last = rule["unranked"] == "last"
        self.names = [one["name"] for one in opened["candidates"]]
        self.orgs = [one["organisation"] for one in opened["candidates"]]
        self.all = range(len(self.names))
        place = {str(one["number"]): at for at, one in enumerate(opened["candidates"])}
        weight = {seat["seat"]: seat["weight"] for seat in opened["roll"]}
        self.seed, self.ballots, self.scores = seed, [], []
        for one in ballots:
            groups = defaultdict(list)
            for key, value in one["content"].items():
                groups[value].append(place[key])
            said = [tuple(sorted(groups[value])) for value in sorted(groups)]
            self.ballots.append((said, weight[one["seat"]]))
            given = {place[key]: value for key, value in one["content"].items()}
            self.scores.append(([given.get(at, 0) for at in self.all], weight[one["seat"]]))
        self.taken = Counter()

    def run(self):
        """Return (winners, levels of the order), in names."""
        ways = {"scottish-stv": self.scottish, "meek-stv": self.meek}
        if self.method in ways:
            winners, order = ways[self.method]()
        else:
            order = getattr(self, self.method.replace("-", "_"))()
            winners = self.seat(order)
        named = [{self.names[one] for one in level} for level in order]
        return {self.names[one] for one in winners}, named

    # ties and caps

    def lot(self, one):
        return sha256(f"{self.seed or ''}\n{self.names[one]}".encode()).digest()

    def choose(self, tied, history, pick):
        """Return one of the tied: by the latest round that tells them apart, then by lot."""
        left = list(tied)
        for votes in reversed(history):
            edge = pick(votes[one] for one in left)
            left = [one for one in left if votes[one] == edge]
        drawn = sorted(left, key=self.lot)
        return drawn[-1] if pick is min else drawn[0]

    def full(self, one):
        return bool(self.cap and self.orgs[one] and self.taken[self.orgs[one]] >= self.cap)

    def fillable(self, who):
        free = sum(not self.orgs[one] for one in who)
        sizes = Counter(self.orgs[one] for one in who if self.orgs[one])
        return free + sum(min(n, self.cap - self.taken[name]) for name, n in sizes.items())

    def seat(self, order):
        winners = []
        for level in order:
            for one in sorted(level, key=self.lot):
                if len(winners) < self.seats and not self.full(one):
                    winners.append(one)
                    self.taken[self.orgs[one]] += 1
        return winners

    # methods that fill seats down an order

    def matrix(self):
        wins = [[0] * len(self.names) for _ in self.all]
        for groups, weight in self.ballots:
            rank = {one: at for at, group in enumerate(groups) for one in group}
            for a in rank:
                for b in self.all:
                    if rank[a] < rank.get(b, len(groups) if self.last else -1):
                        wins[a][b] += weight
        return wins

    def by_defeats(self, beats):
        lost = {
            one: sum(beats(other, one) for other in self.all if other != one) for one in self.all
        }
        return levels(self.all, lambda one: -lost[one])

    def schulze(self):
        wins = self.matrix()
        p = [[wins[a][b] if wins[a][b] > wins[b][a] else 0 for b in self.all] for a in self.all]
        for k in self.all:
            for a in self.all:
                for b in self.all:
                    if len({a, b, k}) == 3:
                        p[a][b] = max(p[a][b], min(p[a][k], p[k][b]))
        return self.by_defeats(lambda a, b: p[a][b] > p[b][a])

    def ranked_pairs(self):
        wins, locked = self.matrix(), set()
        pairs = defaultdict(list)
        for a in self.all:
            for b in self.all:
                if wins[a][b] > wins[b][a]:
                    pairs[(-wins[a][b], wins[b][a])].append((a, b))
        for key in sorted(pairs):
            together = locked | set(pairs[key])
            locked |= {(a, b) for a, b in pairs[key] if a not in reached(b, together)}
        return self.by_defeats(lambda a, b: b in reached(a, locked))

    def plurality(self):
        votes = Counter()
        for paper, weight in self.papers():
            if paper:
                votes[paper[0]] += weight
        return levels(self.all, lambda one: votes[one])

    def approval(self):
        votes = Counter()
        for groups, weight in self.ballots:
            for group in groups:
                for one in group:
                    votes[one] += weight
        return levels(self.all, lambda one: votes[one])

    def totals(self):
        return [sum(given[one] * weight for given, weight in self.scores) for one in self.all]

    def score(self):
        totals = self.totals()
        return levels(self.all, lambda one: totals[one])

    def star(self):
        totals, left, order = self.totals(), list(self.all), []

        def prefer(a, b):
            return sum(weight for given, weight in self.scores if given[a] > given[b])

        while len(left) > 1:
            pair = []
            for level in levels(left, lambda one: totals[one]):
                need_more = 2 - len(pair)
                wins = {a: sum(prefer(a, b) > prefer(b, a) for b in level) for a in level}
                pair += sorted(level, key=lambda one: (-wins[one], self.lot(one)))[:need_more]
            a, b = pair
            strength = [(prefer(a, b), totals[a]), (prefer(b, a), totals[b])]
            best = pair if strength[0] == strength[1] else [a if strength[0] > strength[1] else b]
            order.append(tuple(best))
            left = [one for one in left if one not in best]
        return [*order, tuple(left)] if left else order

    def papers(self):
        """Return rankings up to the first shared rank."""
        for groups, weight in self.ballots:
            alone = next((at for at, group in enumerate(groups) if len(group) > 1), len(groups))
            yield [group[0] for group in groups[:alone]], weight

    def irv(self):
        papers, left, gone, history = list(self.papers()), set(self.all), [], []
        while len(left) > 1:
            votes = Counter()
            for paper, weight in papers:
                votes[next((one for one in paper if one in left), None)] += weight
            history.append(votes)
            low = min(votes[one] for one in left)
            tied = [one for one in left if votes[one] == low]
            if len(tied) == len(left) and self.seed is None:
                return [tuple(tied), *gone]
            out = self.choose(tied, history, min)
            left.discard(out)
            gone.insert(0, (out,))
        return [tuple(left), *gone]

    # transferable votes

    def begin(self):
        self.left, self.elected, self.barred, self.out, self.order = set(self.all), [], [], [], []
        self.history = []

    def elect(self, one):
        self.elected.append(one)
        self.left.discard(one)
        self.taken[self.orgs[one]] += 1
        full = [other for other in sorted(self.left) if self.full(other)]
        self.barred += full
        self.left -= set(full)

    def elect_first(self, able, votes):
        top = max(votes[one] for one in able)
        first = [one for one in able if votes[one] == top]
        if self.cap or len(able) > self.seats - len(self.elected):
            first = [self.choose(first, self.history, max)]
        for one in first:
            self.elect(one)
        self.order.append(tuple(first))
        return first

    def elect_all(self, votes, quota):
        made = []
        while len(self.elected) < self.seats:
            able = [one for one in self.left if votes[one] >= quota]
            if not able:
                break
            made += self.elect_first(able, votes)
        return made

    def fill(self, votes):
        while self.left and len(self.left) <= self.seats - len(self.elected):
            self.elect_first(self.left, votes)

    def lowest(self, votes, slack=0):
        may_go = self.left
        if self.cap:
            want = min(self.seats - len(self.elected), self.fillable(self.left))
            may_go = [one for one in self.left if self.fillable(self.left - {one}) >= want]
        edge = min(votes[one] for one in may_go)
        return self.choose([one for one in may_go if votes[one] <= edge + slack], self.history, min)

    def finish(self, votes):
        placed = {*self.elected, *self.out}
        rest = levels([one for one in self.all if one not in placed], lambda one: votes[one])
        return self.elected, [*self.order, *rest, *((one,) for one in reversed(self.out))]

    def scottish(self):
        self.begin()
        unit = 10**5
        papers = [[paper, weight, unit, 0] for paper, weight in self.papers() if paper]
        quota = (sum(weight for _p, weight, _v, _a in papers) // (self.seats + 1) + 1) * unit
        votes, pending = Counter(), []
        for paper, weight, value, _at in papers:
            votes[paper[0]] += weight * value

        def move(source, surplus=1, total=1):
            for sheet in papers:
                paper, weight, value, at = sheet
                if at < len(paper) and paper[at] == source:
                    at = next(
                        (n for n in range(at + 1, len(paper)) if paper[n] in self.left), len(paper)
                    )
                    sheet[2], sheet[3] = surplus * value // total, at
                    if at < len(paper):
                        votes[paper[at]] += weight * sheet[2]

        def settle():
            self.history.append(Counter(votes))
            pending.extend(one for one in self.elect_all(votes, quota) if votes[one] > quota)

        settle()
        while len(self.elected) < self.seats:
            self.fill(votes)
            if len(self.elected) >= self.seats or not (self.left or self.barred):
                break
            if self.barred or not pending:
                if not (self.barred or self.left):
                    break
                source = self.barred.pop(0) if self.barred else self.lowest(votes)
                self.left.discard(source)
                self.out.append(source)
                votes[source] = 0
                move(source)
            else:
                top = max(votes[one] for one in pending)
                source = self.choose(
                    [one for one in pending if votes[one] == top], self.history, max
                )
                pending.remove(source)
                total, surplus = votes[source], votes[source] - quota
                votes[source] = quota
                move(source, surplus, total)
            settle()
        return self.finish(votes)

    def meek(self):
        self.begin()
        unit = 10**9
        papers = [(paper, weight) for paper, weight in self.papers() if paper]
        keep = dict.fromkeys(self.all, unit)
        while True:
            before, made = None, []
            while True:
                votes = Counter()
                for paper, weight in papers:
                    rest = unit
                    for one in paper:
                        share = up(rest * keep[one], unit)
                        votes[one] += share * weight
                        rest -= share
                quota = sum(votes.values()) // (self.seats + 1) + 1
                if before is None:
                    self.history.append(votes)
                self.history[-1] = votes
                made = self.elect_all(votes, quota)
                surplus = max(0, sum(votes[one] - quota for one in self.elected))
                if made or surplus < unit // 10**6 or (before is not None and surplus >= before):
                    break
                before = surplus
                for one in self.elected:
                    keep[one] = up(up(keep[one] * quota, unit) * unit, votes[one])
            self.fill(votes)
            if len(self.elected) >= self.seats or not self.left:
                return self.finish(votes)
            if not self.barred and made:
                continue
            source = self.barred.pop(0) if self.barred else self.lowest(votes, surplus)
            self.left.discard(source)
            self.out.append(source)
            keep[source] = votes[source] = 0


def up(numerator, denominator):
    """Divide and round up."""
    return -(-numerator // denominator)


def levels(who, measure):
    held = defaultdict(list)
    for one in who:
        held[measure(one)].append(one)
    return [tuple(held[value]) for value in sorted(held, reverse=True)]


def reached(start, edges):
    """Return whom one reaches along edges."""
    found, waiting = set(), [start]
    while waiting:
        here = waiting.pop()
        for a, b in edges:
            if a == here and b not in found:
                found.add(b)
                waiting.append(b)
    return found


# --- the log's story of an election -----------------------------------------------------------------------------------


def stories(entries):
    """Return what the log says of each election, by its number: kind, place and body of each entry."""
    found = defaultdict(list)
    for place, raw in enumerate(entries):
        try:
            entry = json.loads(raw)
            kind, body = entry["kind"], entry["body"]
        except (ValueError, KeyError, TypeError):
            continue  # a signed statement, which is entered as it came
        if str(kind).startswith("governance.election"):
            found[body["election"]].append((kind.removeprefix("governance."), place, body))
    return found


def check(number, story, hashes):
    """Check one election; return a sentence."""
    by = defaultdict(list)
    for kind, place, body in story:
        by[kind].append((place, body))
    if not by["election-counted"]:
        state = "cancelled" if by["election-cancelled"] else "not counted yet"
        return f"Election {number}: {state}."
    for kind in ("election-opened", "election-closed", "election-counted"):
        need(len(by[kind]) == 1, f"election {number}: {len(by[kind])} entries {kind}")
    (begun, opened), (closed_at, closed) = by["election-opened"][0], by["election-closed"][0]
    counted_at, counted = by["election-counted"][0]
    need(begun < closed_at < counted_at, f"election {number}: its entries stand in a wrong order")
    for name in ("rule", "roll", "candidates"):
        need(
            digest(opened[name]) == opened[f"{name}_digest"],
            f"election {number}: {name} and its digest differ",
        )
    ballots = [one for _at, body in by["election-ballots"] for one in body["ballots"]]
    need(
        digest(ballots) == closed["ballots_digest"],
        f"election {number}: the opened ballots are not those closed",
    )
    need(len(ballots) == closed["ballots"], f"election {number}: the number of ballots differs")
    last = {}
    for at, body in by["election-ballot"]:
        need(begun < at < closed_at, f"election {number}: a ballot outside its opening")
        if body["sequence"] > last.get(body["seat"], {"sequence": 0})["sequence"]:
            last[body["seat"]] = body
    need(
        {one["seat"] for one in ballots} == set(last),
        f"election {number}: seats heard from and counted differ",
    )
    filled = {seat["seat"] for seat in opened["roll"] if seat["filled"]}
    need(set(last) <= filled, f"election {number}: a seat voted that is not on the roll")
    for one in ballots:
        need(
            one["sequence"] == last[one["seat"]]["sequence"],
            f"election {number}: not the last ballot of a seat",
        )
        sealed = digest({"election": number, **one})
        need(
            sealed == last[one["seat"]]["commitment"],
            f"election {number}: seat {one['seat']} opened another ballot",
        )
    seed = counted["seed"]
    if seed is not None:
        roots = (tree_head(hashes[:size]) for size in range(closed_at + 1, counted_at + 1))
        need(any(base64.b64encode(root).decode() == seed for root in roots),
             f"election {number}: the draw was not made with a tree between close and count")  # fmt: skip
    winners, order = Count(opened, ballots, seed).run()
    need(
        winners == set(counted["winners"]),
        f"election {number}: winners {sorted(winners)}, entered {counted['winners']}",
    )
    need(
        order == [set(level) for level in counted["order"]], f"election {number}: the order differs"
    )
    who = ", ".join(counted["winners"]) or "nobody"
    return f"Election {number} ({counted['number']}): {len(ballots)} ballots, {who} elected."


def verify(base, vkey):
    """Check the log and every election in it; yield a sentence for each thing shown."""
    size, root = signed_head(fetch(f"{base}/log/checkpoint").decode(), vkey)
    entries = entries_of(base, size)
    hashes = [sha256(b"\x00" + entry).digest() for entry in entries]
    need(tree_head(hashes) == root, "the entries do not make the signed tree")
    yield f"The {size} entries make the tree that is signed with the key."
    found = stories(entries)
    for number in sorted(found):
        yield check(number, found[number], hashes)
    yield f"{len(found)} elections hold."


def main(arguments):
    if len(arguments) != 2:
        print(__doc__)
        return 2
    try:
        for sentence in verify(arguments[0].rstrip("/"), arguments[1]):
            print(sentence)
    except (Refused, OSError, ValueError, KeyError, IndexError) as error:
        print(f"REFUSED: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
