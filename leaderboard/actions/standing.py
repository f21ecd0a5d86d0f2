"""What decisions do to nodes and results: suspend, admit, retract. Each leaves an event and a log entry."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from alliance import doorbell
from alliance.clock import database_now
from alliance.pages import purge
from leaderboard import outcomes
from leaderboard.actions.nodes import read_again
from leaderboard.errors import NodeRefused, ResultRefused
from leaderboard.models import Node, NodeEvent, Relay, Result
from leaderboard.outcomes import mark_touched
from transparency.actions import append

State, Health = Node.State, Node.Health


def node_to_suspend(slug: str) -> Node:
    """Return a node that is in service, or refuse."""
    node = _node_named(slug)
    if node.state not in (State.ACTIVE, State.PAUSED):
        raise NodeRefused(
            _("The node “%(node)s” is not in service.") % {"node": slug}, code="node-not-in-service"
        )
    return node


def node_to_admit(slug: str) -> Node:
    """Return a node that waits for admission, is suspended, or whose log contradicted itself; or refuse."""
    node = _node_named(slug)
    if node.state == State.PENDING:
        raise NodeRefused(
            _("The keys of the node “%(node)s” have not been compared and confirmed yet.")
            % {"node": slug},
            code="node-keys-unconfirmed",
        )
    if node.state not in (State.CHECKED, State.SUSPENDED) and node.health != Health.INCONSISTENT:
        raise NodeRefused(
            _("The node “%(node)s” neither waits for admission nor is suspended or inconsistent.")
            % {"node": slug},
            code="node-in-good-standing",
        )
    return node


def suspend_node(*, slug: str, reason: str, decision_number: str) -> Node:
    """Take nothing more from a node until another decision; what it said before stays."""
    with transaction.atomic():
        node = Node.objects.select_for_update().get(pk=node_to_suspend(slug).pk)
        Node.objects.filter(pk=node.pk).update(state=State.SUSPENDED)
        _record(node, "suspended", reason=reason, decision=decision_number)
        node.refresh_from_db()
    return node


def admit_node(*, slug: str, decision_number: str) -> Node:
    """Take a node's results, for the first time or again, and look again at those that waited for this decision.

    An inconsistent node is forgiven, not believed: its log must still contain the last head that
    was found consistent, or the next pull accuses it anew.
    """
    from leaderboard.tasks import pull_node

    with transaction.atomic():
        node = Node.objects.select_for_update().get(pk=node_to_admit(slug).pk)
        now = database_now()
        if node.state != State.RELAYED:
            node.state = State.ACTIVE
        node.failures, node.breaker_until = 0, None
        node.next_pull_at, node.etag = now, ""
        if node.health == Health.INCONSISTENT:
            node.health, node.health_since = Health.NEW, now
        node.save()
        _record(node, "admitted", decision=decision_number)
        read_again(node, codes=("log-inconsistent",))
        Relay.objects.filter(origins__node=node).update(cursor=0, next_pull_at=now)
        doorbell.ring_on_commit(pull_node, node.pk)
        node.refresh_from_db()
    return node


def result_to_retract(ulid: str) -> Result:
    """Return a result that can still be retracted, or refuse."""
    result = Result.objects.filter(ulid=ulid).first()
    if result is None:
        raise ResultRefused(
            _("There is no result “%(result)s”.") % {"result": ulid}, code="result-unknown"
        )
    if result.state in (Result.State.RETRACTED, Result.State.EQUIVOCATED):
        raise ResultRefused(
            _("The result “%(result)s” does not count any more.") % {"result": ulid},
            code="result-void",
        )
    return result


def retract_result(*, ulid: str, reason: str, decision_number: str) -> Result:
    """Take a result out of the ranking by decision; its page stays, with the reason."""
    with transaction.atomic():
        result = Result.objects.select_for_update(of=("self",)).get(pk=result_to_retract(ulid).pk)
        append(
            kind="result-retracted",
            body={
                "result": result.ulid,
                "envelope": result.envelope_id,
                "reason": reason,
                "decision": decision_number,
            },
        )
        outcomes.retract_by_decision(result, decision=decision_number, reason=reason)
        mark_touched([result.benchmark_version_id])
        _refresh(result.benchmark_version_id)
    return result


def _node_named(slug: str) -> Node:
    node = Node.objects.filter(slug=slug).first()
    if node is None:
        raise NodeRefused(_("There is no node “%(node)s”.") % {"node": slug}, code="node-unknown")
    return node


def _record(node: Node, kind: str, **details: str) -> None:
    append(kind=f"node-{kind}", body={"node": node.node_id, **details})
    NodeEvent.objects.create(node=node, kind=kind, details=details)
    purge(f"node:{node.slug}", "nodes")


def _refresh(benchmark_version_id: int) -> None:
    from leaderboard.tasks import refresh_board

    doorbell.ring_on_commit(refresh_board, benchmark_version_id)
