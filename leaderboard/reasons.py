"""Every way a pull or an item can fail, in words: what happened, and how the node's owner mends it.

The codes are stable: they stand in pull logs, in quarantine, in the API.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Reason:
    """One code in the active language."""

    code: str
    title: str
    advice: str


_Words = dict[str, tuple["_StrPromise", "_StrPromise"]]

_START_SERVE = lazy("Start it with “alliance-node serve”, and try its address from outside.")
_SIGN_AGAIN = lazy("Sign the run again with “alliance-node import” and let it supersede this one.")
_CHECK_PROXY = lazy("Check the proxy or the storage in front of the node.")

PULLS: _Words = {
    "ok": (lazy("New items were read."), lazy("Nothing is to be done.")),
    "unchanged": (lazy("Nothing new since the last pull."), lazy("Nothing is to be done.")),
    "inconsistent": (
        lazy("The node has signed two histories that contradict each other."),
        lazy("Its later results wait in quarantine until the oversight committee decides."),
    ),
    "not-a-relay": (
        lazy("At this address no portal's relay answers."),
        lazy("Give the address of another portal, ending in /federation."),
    ),
    "relay-inconsistent": (
        lazy("The relay has signed two histories of its log that contradict each other."),
        lazy("Nothing more is taken through it. Both heads stand in the public log."),
    ),
    "worker-lost": (
        lazy("The portal's worker was stopped in the middle of the pull."),
        lazy("Nothing was lost; the next pull went on from there."),
    ),
    "internal-error": (
        lazy("The portal made a mistake of its own."),
        lazy("Its operators see it; the pull is tried again by itself."),
    ),
    "out-of-time": (
        lazy("The node was too slow: the time for one pull ran out."),
        lazy("Serve from a faster disk or network; the portal goes on where it stopped."),
    ),
    "bad-status": (
        lazy("The node answered with an error status."),
        lazy("Look into the log of the node or of the proxy in front of it."),
    ),
    "bad-url": (
        lazy("The address is not one that the portal accepts."),
        lazy("Give the whole address, such as https://node.example.org."),
    ),
    "scheme": (
        lazy("The address does not begin with https://."),
        lazy("Put a certificate in front of the node; plain HTTP is never pulled."),
    ),
    "port": (
        lazy("The address names a port that the portal does not use."),
        lazy("Serve the node on port 443 or 8443."),
    ),
    "credentials": (
        lazy("The address holds a user name or a password."),
        lazy("Leave them out: everything a node serves is public."),
    ),
    "private-address": (
        lazy("The address leads to a private network, or to the portal itself."),
        lazy("Give the node an address that the public internet can reach."),
    ),
    "name-not-found": (
        lazy("The name of the node is not found."),
        lazy("Check the spelling, and the entry in the domain name system."),
    ),
    "connect": (lazy("The node does not accept connections."), _START_SERVE),
    "tls": (
        lazy("The certificate of the node is not valid for its name."),
        lazy("Renew it, and send the whole chain of certificates."),
    ),
    "timeout": (
        lazy("The node took too long to answer."),
        lazy("It must begin within 10 seconds and end within 30. Check its load and its network."),
    ),
    "redirect": (
        lazy("The node sends the portal to another address; redirects are not followed."),
        lazy("Register the address that answers itself."),
    ),
    "encoding": (
        lazy("The answer is compressed, though the portal asked for it plain."),
        _CHECK_PROXY,
    ),
    "truncated": (lazy("The connection ended before the answer was complete."), _CHECK_PROXY),
    "protocol": (lazy("The answer does not follow HTTP."), _CHECK_PROXY),
    "too-large": (
        lazy("The answer is larger than allowed."),
        lazy("A statement may have 64 KiB, any other answer 8 MiB."),
    ),
    "list-malformed": (
        lazy("The list of results can't be read."),
        lazy("Compare “/v1/results” with the protocol; the detail names the field."),
    ),
    "description-malformed": (
        lazy("The node's description of itself can't be read."),
        lazy(
            "Compare “/.well-known/eval-node.json” with the protocol; the detail names the field."
        ),
    ),
    "unknown-protocol": (
        lazy("The node speaks another version of the protocol."),
        lazy("Install the present version of alliance-node."),
    ),
    "keys-malformed": (
        lazy("The key set of the node can't be read."),
        lazy("Only public Ed25519 keys under their own thumbprint may stand in it."),
    ),
    "log-key-unknown": (
        lazy("The key of the node's log is not among the keys that it shows."),
        lazy("Publish it in the key set, then register again."),
    ),
    "checkpoint-malformed": (
        lazy("The checkpoint of the node's log can't be read."),
        lazy("Serve the file that alliance-node writes, unchanged."),
    ),
    "checkpoint-unsigned": (
        lazy("No confirmed key that is valid now has signed the checkpoint."),
        lazy("After a change of keys, confirm the new key on the page of the node."),
    ),
    "checkpoint-bad-signature": (
        lazy("The signature of the checkpoint is wrong."),
        lazy("Serve the file that alliance-node writes, unchanged."),
    ),
    "checkpoint-origin": (
        lazy("The checkpoint belongs to another log."),
        lazy("Check that the address leads to the node that was registered."),
    ),
    "checkpoint-old": (
        lazy("The node shows an older checkpoint than it did before."),
        lazy("A cache in front of it keeps it too long, or an old copy was restored."),
    ),
    "tiles-wrong": (
        lazy("The tiles of the node's log do not give the root that it signed."),
        lazy("Check the disk with “alliance-node verify”, and the caches in front of the node."),
    ),
}

ITEMS: _Words = {
    "head-not-witnessed": (
        lazy("The relay does not show the node's head with its own cosignature."),
        lazy("The sister portal mends that; the node has done nothing wrong."),
    ),
    "envelope-missing": (
        lazy("The node lists a statement that it does not serve."),
        lazy("Check the folder “envelopes” with “alliance-node verify”."),
    ),
    "too-large": (
        lazy("The statement is larger than 64 KiB."),
        lazy("Name large files by their digest instead of writing them into it."),
    ),
    "wrong-digest": (
        lazy("The bytes served are not those that the list names."),
        _CHECK_PROXY,
    ),
    "envelope-malformed": (
        lazy("The envelope can't be read."),
        lazy("Only the envelopes that alliance-node writes are accepted, unchanged."),
    ),
    "bad-signature": (
        lazy("The signature is wrong: the statement was changed after signing."),
        _SIGN_AGAIN,
    ),
    "unknown-key": (
        lazy("The statement is signed with a key that nobody has confirmed for this node."),
        lazy("Publish the key and confirm it on the page of the node."),
    ),
    "key-not-confirmed": (
        lazy("The statement is signed with a key that still waits to be confirmed."),
        lazy("Compare its thumbprint and confirm it on the page of the node."),
    ),
    "key-revoked": (
        lazy("The statement is signed with a revoked key."),
        lazy("Sign the run again with a key in force."),
    ),
    "key-window": (
        lazy("The key was not valid at the time that the run states."),
        lazy("Check the clock of the node, and sign with a key in force."),
    ),
    "in-future": (
        lazy("The run states a time that lies more than a day ahead."),
        lazy("Set the clock of the node."),
    ),
    "payload-type": (
        lazy("The envelope does not hold an in-toto statement."),
        lazy("Only the envelopes that alliance-node writes are accepted, unchanged."),
    ),
    "statement-malformed": (
        lazy("A field of the statement is missing or has the wrong form."),
        _SIGN_AGAIN,
    ),
    "wrong-kind": (
        lazy("The list calls the statement something else than it is."),
        lazy("Serve the list that alliance-node makes, unchanged."),
    ),
    "wrong-node": (
        lazy("The statement names another node."),
        lazy("A node serves its own statements only."),
    ),
    "unknown-benchmark": (
        lazy("The portal does not know this version of the benchmark."),
        lazy("Propose the benchmark, or measure a version that the portal lists."),
    ),
    "benchmark-not-associated": (
        lazy("This benchmark is not associated with the node."),
        lazy("Associate it on the page of the node."),
    ),
    "wrong-task": (
        lazy("The run followed other rules than this version of the benchmark has."),
        lazy("Update the suite, and run it again."),
    ),
    "wrong-dataset": (
        lazy("The run used other data than this version of the benchmark has."),
        lazy("Fetch the data that the benchmark names, and run again."),
    ),
    "wrong-direction": (
        lazy("The statement calls a metric better in the wrong direction."),
        _SIGN_AGAIN,
    ),
    "no-primary-metric": (
        lazy("The benchmark's headline metric is missing."),
        _SIGN_AGAIN,
    ),
    "wrong-value": (
        lazy("The headline does not follow from its counts."),
        lazy("Send a corrected run that supersedes this one; other results are not held up."),
    ),
    "wrong-counts": (
        lazy("The counts contradict each other."),
        lazy("Send a corrected run that supersedes this one; other results are not held up."),
    ),
    "too-many-items": (
        lazy("More items are counted than the benchmark has."),
        lazy("Count each item once, and send a corrected run."),
    ),
    "samples-mismatch": (
        lazy("The samples do not give the counts that the statement gives."),
        lazy("Send a corrected run that supersedes this one; other results are not held up."),
    ),
    "samples-wrong-digest": (
        lazy("The samples served are not those that the statement names."),
        _CHECK_PROXY,
    ),
    "replayed": (
        lazy("The same statement stood in the log before."),
        lazy("Nothing is to be done; a statement counts once."),
    ),
    "unknown-target": (
        lazy("It retracts or supersedes a statement that was never accepted from this node."),
        lazy("Name the digest of one of the node's own accepted results."),
    ),
    "not-in-log": (
        lazy("The statement is not in the node's log where the list says it is."),
        lazy("Serve the list and the tiles of the same log."),
    ),
    "log-inconsistent": (
        lazy("The node has rewritten its log; what came later waits for a decision."),
        lazy("Explain what happened to the oversight committee; both checkpoints are public."),
    ),
}


def explain(code: str) -> Reason:
    """Put the outcome of a pull into words."""
    return _spoken(code, PULLS)


def explain_item(code: str) -> Reason:
    """Put the reason of a quarantined item into words."""
    return _spoken(code, ITEMS)


def _spoken(code: str, words: _Words) -> Reason:
    title, advice = words.get(code, (lazy("Another failure."), lazy("The detail says more.")))
    return Reason(code, str(title), str(advice))


def running() -> Reason:
    """Put a pull that has not ended into words."""
    return Reason("running", _("A worker is at it."), "")
