"""A demonstration project and events to come: invented, labelled so, the entry written with the real actions."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from django.conf import settings

from alliance.clock import database_now
from governance.models import Body
from members.models import Organisation
from projects import actions
from projects.actions import EventSheet, ProjectSheet
from projects.models import (
    Event,
    EventSeries,
    Milestone,
    MilestoneMove,
    Project,
    Stage,
    TrackEntry,
)

SLUG = "open-language-suite"
SOURCE = "invented for the demonstration"


def demo() -> None:
    """Make the project and keep events ahead of today; what is there and not over stays as it is."""
    if not settings.DEMO:
        raise RuntimeError("The demonstration project is made only where DEMO=1.")
    if not Project.objects.filter(slug=SLUG).exists():
        actions.record_project(sheet=_project())
        _milestones(Project.objects.get(slug=SLUG))
    series = actions.record_series(
        slug="demo-open-hours", title_en="Open hours of the language suite",
        title_fr="Heures ouvertes de la suite de langues", is_demo=True,
    )  # fmt: skip
    now = database_now()
    for slug, days, facts in _events(series):
        event = Event.objects.filter(slug=slug).first()
        if event is None or event.ends_at <= now:
            starts_on = now.date() + timedelta(days=days)
            length = facts.get("days", 1)
            columns = {name: value for name, value in facts.items() if name != "days"}
            columns |= {"starts_on": starts_on, "is_demo": True, "source": SOURCE}
            if length > 1:
                columns["ends_on"] = starts_on + timedelta(days=length - 1)
            actions.record_event(sheet=EventSheet(slug=slug, facts=columns, projects=[SLUG]))


def _project() -> ProjectSheet:
    sandbox, incubating = (Stage.objects.get(slug=slug) for slug in ("sandbox", "incubating"))
    facts = {
        "name": "Open Language Suite",
        "tier": Project.Tier.MANAGED,
        "stage": incubating,
        "activity": Project.Activity.ACTIVE,
        "activity_on": date(2026, 11, 1),
        "activity_source": SOURCE,
        "summary_en": "A small, honest set of tests for programs that name the language of a text.",
        "summary_fr": "Un petit ensemble honnête de tests pour les programmes qui nomment la langue d’un texte.",
        "text_en": "The suite is kept so that anyone can run all of it in seconds.\n\n"
        "It holds **sentences in twenty languages**, a runner that signs what it measured, and a statement of where "
        "every sentence comes from.",
        "text_fr": "La suite est tenue pour que chacun puisse l’exécuter en entier en quelques secondes.\n\n"
        "Elle contient **des phrases en vingt langues**, un moteur qui signe ce qu’il a mesuré et l’origine de chaque "
        "phrase.",
        "artefact_kinds": ["benchmark", "dataset", "software"],
        "working_group": Body.objects.filter(slug="demo-wg-languages").first(),
        "started": "2026-01-14",
        "source": SOURCE,
        "is_demo": True,
    }
    return ProjectSheet(
        slug=SLUG,
        facts=facts,
        areas=["trust-and-safety", "safety-governance-education"],
        licences=[
            ("code", "Apache-2.0", SOURCE),
            ("documentation", "CC-BY-4.0", SOURCE),
            ("data", "CDLA-Permissive-2.0", SOURCE),
        ],
        repositories=[],
        participants=[
            ("demo-a", "Demo Organisation A", "lead"),
            ("demo-b", "Demo Organisation B", "maintainer"),
            ("demo-c", "Demo Organisation C", "contributor"),
            ("demo-g", "Demo Organisation G", "contributor"),
        ],
        track=[
            _step("2026-01-14", stage=sandbox),
            _step("2026-07-02", stage=incubating),
            _step(
                "2026-11-12",
                kind=TrackEntry.Kind.RELEASE,
                text_en="Version 1.0.0",
                text_fr="Version 1.0.0",
            ),
        ],
    )


def _milestones(project: Project) -> None:
    """Milestones, one of them moved, and what came of the project."""
    rows = [
        ("Sentences for 20 languages", "Phrases en 20 langues", "reached", (2026, 1, 14), (2026, 5, 30)),
        ("Runner and signed results", "Moteur et résultats signés", "reached", (2026, 4, 1), (2026, 8, 31)),
        ("Adopted as a benchmark", "Adopté comme banc d’essai", "reached", (2026, 9, 1), (2026, 11, 12)),
        ("Second replication everywhere", "Deuxième réplication partout", "under-way", (2026, 10, 1), (2027, 1, 31)),
        ("Forty languages", "Quarante langues", "planned", (2027, 1, 4), (2027, 6, 30)),
    ]  # fmt: skip
    for title_en, title_fr, state, starts, due in rows:
        milestone = Milestone.objects.create(
            project=project, title_en=title_en, title_fr=title_fr, state=state, starts_on=date(*starts),
            due_on=date(*due), reached_on=date(*due) if state == "reached" else None,
        )  # fmt: skip
        if state == "under-way":
            MilestoneMove.objects.create(
                milestone=milestone, was_due_on=date(2026, 10, 31), due_on=milestone.due_on,
                reason="One node had no storage left.",
            )  # fmt: skip
    project.figures.create(
        name="commits-90-days", value="101", scope="default-branch", source=SOURCE, on=date(2026, 11, 20),
        weeks=[0, 0, 3, 5, 8, 4, 6, 9, 12, 7, 2, 0, 4, 6, 5, 9, 11, 8, 10, 6, 3, 9, 12, 7, 5, 10],
    )  # fmt: skip
    for name, value, exemption in (
        ("latest-release", "1.0.0, 2026-11-12", ""),
        ("best-practices-badge", "passing", ""),
        ("scorecard", "", "The suite is data; most checks look for build scripts."),
    ):
        project.figures.create(
            name=name, value=value, exemption=exemption, source=SOURCE, on=date(2026, 11, 20)
        )
    project.deliverables.create(
        kind="dataset", title_en="Data statement", title_fr="Déclaration sur les données", version="1.0",
        delivered_on=date(2026, 11, 12),
    )  # fmt: skip
    for name in ("Demo Organisation D", "Demo Organisation E"):
        project.adopters.create(
            name=name, organisation=Organisation.objects.get(name=name), source=SOURCE
        )


def _step(on: str, *, kind: str = TrackEntry.Kind.STAGE, **facts: Any) -> dict[str, Any]:
    return {"on": on, "kind": kind, "source": SOURCE, **facts}


def _events(series: EventSeries) -> list[tuple[str, int, dict[str, Any]]]:
    group = Body.objects.filter(slug="demo-wg-languages").first()
    hour: dict[str, Any] = {
        "kind": "office-hours", "mode": "online", "time_zone": "Europe/Paris", "starts_time": time(15),
        "ends_time": time(16), "series": series, "body": group,
        "title_en": "Open hour: run your own node", "title_fr": "Heure ouverte : exécuter son propre nœud",
        "text_en": "Bring a machine and a question. We start a node together and look at its first signed result.",
        "text_fr": "Venez avec une machine et une question. Nous démarrons un nœud ensemble et lisons son premier "
        "résultat signé.",
        "online_url": "https://meet.demo.example/open-hour",
    }  # fmt: skip
    sprint: dict[str, Any] = {
        "kind": "workshop", "mode": "hybrid", "place": "Dakar", "country": "SN", "time_zone": "Africa/Dakar",
        "is_all_day": True, "days": 2, "capacity": 40, "body": group,
        "title_en": "Sentence sprint: Wolof and Hausa", "title_fr": "Atelier de phrases : wolof et haoussa",
        "text_en": "Two days of writing and checking sentences that are missing from the suite.",
        "text_fr": "Deux jours pour écrire et vérifier les phrases qui manquent à la suite.",
    }  # fmt: skip
    return [
        ("demo-open-hour-1", 16, hour),
        ("demo-open-hour-2", 44, hour),
        ("demo-sentence-sprint", 58, sprint),
    ]
