"""Harvesting a project's manifest: what is taken, what is kept, what is said, and to whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from projects import actions
from projects.harvest import leases, notices, scheduling
from projects.harvest.cycle import harvest
from projects.harvest.leases import LeaseLost
from projects.models import HarvestAttempt, HarvestNotice, Project, Source
from tests.cast import Cast
from tests.factories.projects import ProjectFactory, SourceFactory
from tests.projects.test_manifests_quirks import FIXTURES

GOOD = (FIXTURES / "publiccode/plain.yml").read_text()


class Host:
    """A web server of one file that a test changes."""

    def __init__(self, server: HTTPServer) -> None:
        self.text: str | None = GOOD
        self.status = 200
        self.asked = 0
        self.url = f"http://127.0.0.1:{server.port}/publiccode.yml"
        server.expect_request("/publiccode.yml").respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        self.asked += 1
        if self.text is None or self.status != 200:
            return Response("no", status=self.status if self.text is not None else 404)
        response = Response(self.text, content_type="text/yaml")
        response.add_etag()
        return response.make_conditional(request)


@pytest.fixture
def host(httpserver: HTTPServer, settings: Any) -> Iterator[Host]:
    """A manifest at an address that the portal may reach."""
    settings.OUTBOUND_ALLOWED_HOSTS = [f"127.0.0.1:{httpserver.port}"]
    return Host(httpserver)


@pytest.fixture
def source(host: Host, cast: Cast) -> Source:
    """A manifest of a project, registered by a representative."""
    project = ProjectFactory(name="Tides", summary_en="Old words", summary_fr="")
    return SourceFactory(url=host.url, project=project, registered_by=cast.rep_a)


def run(source: Source) -> HarvestAttempt:
    """Harvest and return the attempt."""
    attempt = harvest(source_id=source.pk)
    assert attempt is not None
    source.refresh_from_db()
    return attempt


def project_of(source: Source) -> Project:
    return Project.objects.get(pk=source.project_id)


def test_import(source: Source) -> None:
    """The entry says what the manifest says, with a change on record and the copy kept."""
    attempt = run(source)
    project = project_of(source)
    assert (attempt.outcome, attempt.imported, source.health) == ("imported", 1, "fresh")
    assert project.summary_en == "Tide tables for small harbours"
    assert project.repositories.get().url == "https://code.example.org/harbour/tide-tables"
    assert project.licences.get(covers="code").expression == "Apache-2.0"
    assert attempt.changes["summary_en"] == ["Old words", "Tide tables for small harbours"]
    assert project.changes.first().note.endswith(source.url)
    held = source.objects_found.get()
    assert bytes(held.raw).decode() == GOOD
    assert held.good_at is not None


def test_curation_stays(source: Source) -> None:
    """What the manifest doesn't speak for is the portal's own, whatever the manifest says."""
    actions.set_parts(source=source, speaks_for=["licence"])
    attempt = run(source)
    assert project_of(source).summary_en == "Old words"
    assert set(attempt.changes) == {"licences", "repositories"}
    actions.set_parts(source=source, speaks_for=["licence", "summary"])
    run(source)
    assert project_of(source).summary_en == "Tide tables for small harbours"


def test_unchanged_shares_a_row(source: Source, host: Host) -> None:
    """Quiet harvests in a row are one line of the log; the server is asked with the tag."""
    for _time in range(3):
        run(source)
    assert [(a.outcome, a.repeats) for a in source.attempts.all()] == [
        ("unchanged", 2),
        ("imported", 1),
    ]
    assert host.asked == 3


def test_error_keeps_the_last_good_copy(source: Source, host: Host) -> None:
    """A broken file changes nothing, says line and rule, and the good copy stays with its age."""
    run(source)
    good_at = source.objects_found.get().good_at
    host.text = GOOD.replace("name: Tide Tables", 'name: "Tide Tables')
    attempt = run(source)
    assert (attempt.outcome, source.health, source.failures) == ("not-usable", "failing", 1)
    assert attempt.findings[0]["rule"] == "syntax"
    assert attempt.findings[0]["line"] > 1
    held = source.objects_found.get()
    assert (held.good_at, bytes(held.raw).decode()) == (good_at, GOOD)
    assert project_of(source).summary_en == "Tide tables for small harbours"


def test_one_bad_field_does_not_hold_up_the_rest(source: Source, host: Host) -> None:
    """An invalid field is reported; everything else is imported all the same."""
    host.text = GOOD.replace("Apache-2.0", "Apache 2").replace("small harbours", "quiet harbours")
    attempt = run(source)
    assert (attempt.outcome, source.health) == ("imported-with-errors", "faulty")
    assert project_of(source).summary_en == "Tide tables for quiet harbours"


def test_letters(source: Source, host: Host, cast: Cast) -> None:
    """One letter at the first failure, none while it lasts, one when it is well again; in the reader's language."""
    cast.rep_a.preferred_language = "fr"
    cast.rep_a.save()
    run(source)
    host.text = GOOD.replace("Apache-2.0", "Apache 2")
    run(source)
    host.status = 500
    run(source)
    notices.send_all()
    assert [(one.kind, one.tries) for one in HarvestNotice.objects.all()] == [("failure", 1)]
    assert len(mail.outbox) == 1
    assert mail.outbox[0].to == [cast.rep_a.email]
    assert "« Apache 2 »" in mail.outbox[0].body.replace("\u202f", " ")
    assert f"/fr/projects/harvest/{source.slug}/" in mail.outbox[0].body
    host.status, host.text = 200, GOOD
    run(source)
    notices.send_all()
    notices.send_all()
    assert len(mail.outbox) == 2
    assert "errors" not in mail.outbox[1].body


def test_a_letter_that_fails_is_tried_again(source: Source, host: Host, monkeypatch: Any) -> None:
    """The row is the queue: what the mail server refuses waits."""
    host.status = 404
    run(source)

    def refuse(self: object, *args: object) -> int:
        raise OSError("away")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    assert notices.send_all() == 0
    monkeypatch.undo()
    assert notices.send_all() == 1
    assert HarvestNotice.objects.get().tries == 2


@pytest.mark.parametrize("status", [404, 500, 301])
def test_server_errors(source: Source, host: Host, status: int) -> None:
    """A server that doesn't give the file is said so, with its status where it has one."""
    host.status = status
    attempt = run(source)
    assert attempt.outcome in ("bad-status", "redirect")
    assert source.health == "failing"


def test_pauses_grow(source: Source, host: Host) -> None:
    """A source that fails is asked less often, one that answers again at its usual pace."""
    host.status = 500
    pauses = []
    for _time in range(3):
        attempt = run(source)
        assert attempt.finished_at is not None
        pauses.append((source.next_harvest_at - attempt.finished_at).total_seconds())
    assert pauses == [21600, 43200, 86400]
    host.status = 200
    attempt = run(source)
    assert attempt.finished_at is not None
    assert (source.next_harvest_at - attempt.finished_at).total_seconds() == 21600


def test_manifest_of_another_project(source: Source, host: Host) -> None:
    """A file that names another repository than the project's is refused; a former address is fine."""
    run(source)
    repository = project_of(source).repositories.get()
    host.text = GOOD.replace("harbour/tide-tables", "harbour/other")
    assert run(source).outcome == "another-project"
    repository.aliases.create(
        url="https://code.example.org/harbour/other", key="code.example.org/harbour/other"
    )
    assert run(source).outcome != "another-project"


def test_repository_of_another_project(source: Source) -> None:
    """A repository belongs to one project: a manifest can't take it over."""
    other = ProjectFactory()
    other.repositories.create(
        url="https://code.example.org/harbour/tide-tables",
        key="code.example.org/harbour/tide-tables",
    )
    attempt = run(source)
    assert attempt.outcome == "repository-taken"
    assert not project_of(source).repositories.exists()


def test_membership_cannot_be_claimed(source: Source, host: Host, cast: Cast) -> None:
    """What a manifest says of organisations makes nobody a participant."""
    host.text = GOOD.replace(
        "platforms:",
        f'organisation:\n  uri: "https://x.example.org"\n  name: {cast.org_b.name}\nplatforms:',
    )
    run(source)
    assert not project_of(source).participations.exists()


def test_late_worker_writes_nothing(source: Source, host: Host) -> None:
    """Who lost the lease finds nothing to write to; the new holder's word counts."""
    lease = leases.take(source_id=source.pk, seconds=0)
    assert lease is not None
    run(source)
    with pytest.raises(LeaseLost), transaction.atomic():
        leases.hold(lease)
    outcomes = list(source.attempts.values_list("outcome", flat=True))
    assert outcomes == ["imported", "worker-lost"]


def test_nobody_takes_what_is_taken(source: Source) -> None:
    """One lease at a time; paused sources are left alone."""
    assert leases.take(source_id=source.pk, seconds=60) is not None
    assert harvest(source_id=source.pk) is None
    Source.objects.update(lease_until=None, state="paused")
    assert harvest(source_id=source.pk) is None


def test_failing_sources_share_few_places(cast: Cast) -> None:
    """A crowd of failing sources never takes all places; a claim isn't repeated at once."""
    failing = [SourceFactory(failures=1) for _n in range(5)]
    well = [SourceFactory() for _n in range(3)]
    claimed = scheduling.due_sources()
    assert {one.pk for one in well} <= set(claimed)
    assert len(set(claimed) & {one.pk for one in failing}) == 2
    assert scheduling.due_sources() == []


def test_check_now(source: Source, host: Host) -> None:
    """Asking makes it due, whatever the pause was."""
    host.status = 500
    run(source)
    actions.check_now(source=source)
    assert scheduling.due_sources() == [source.pk]
