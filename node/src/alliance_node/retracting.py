"""Taking back a result: a new statement that names the old one and says why. Nothing is deleted."""

from dataclasses import replace

from . import clock
from .errors import NodeError
from .proofs.predicate import Retraction, Run
from .proofs.statement import EvalRun, build_statement
from .store import Entry, Store

MAX_REASON = 2000


class RetractionRefused(NodeError):
    """Nothing to retract under that name, or more than one thing."""

    code = "retraction"


def find(store: Store, name: str) -> Entry:
    """Return the result with this run id or envelope digest."""
    digest = name.lower().removeprefix("sha256:")
    found = [
        entry
        for entry in store.entries()
        if isinstance(said := entry.statement.predicate, EvalRun)
        and said.retracts is None
        and (said.run.id == name.upper() or entry.digest == digest)
    ]
    if not found:
        raise RetractionRefused(f"no result {name} is in the log; status lists them")
    if len(found) > 1:
        raise RetractionRefused(
            f"{len(found)} results have the run id {name}; name one by its envelope's digest: "
            + ", ".join(entry.digest for entry in found)
        )
    return found[0]


def retraction_of(entries: list[Entry], digest: str) -> Entry | None:
    """Return the statement that takes this one back, if there is one."""
    named = f"sha256:{digest}"
    return next(
        (
            entry
            for entry in entries
            if isinstance(said := entry.statement.predicate, EvalRun)
            and said.retracts is not None
            and said.retracts.digest == named
        ),
        None,
    )


def retract(store: Store, target: Entry, why: str) -> Entry:
    """Sign and record the retraction."""
    why = " ".join(why.split())
    if not 0 < len(why) <= MAX_REASON:
        raise RetractionRefused(f"--why must say why, in 1 to {MAX_REASON} characters")
    said = target.statement.predicate
    assert isinstance(said, EvalRun)
    now = clock.now()
    retracting = replace(
        said,
        run=Run(clock.new_run_id(now), said.run.attempt, now, now),
        supersedes=None,
        retracts=Retraction(f"sha256:{target.digest}", why),
    )
    payload = build_statement(target.statement.subject, retracting)
    return store.record([payload])[0]
