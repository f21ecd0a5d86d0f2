"""What proposals usually are: a template of the text and the effect for each kind, so that no page begins blank.

A kind whose effect no room has registered is offered without it: the decision is then entered in the register only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from governance import effects
from governance.rules.placeholders import placeholders_in

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of proposal with what its form is filled with; angle brackets mark what the proposer replaces."""

    slug: str
    label: _StrPromise
    effect: str
    title_en: str
    title_fr: str
    text_en: str
    text_fr: str

    @property
    def effect_kind(self) -> str:
        """The kind's effect, where a room has registered it."""
        return (
            self.effect if any(known.kind == self.effect for known in effects.all_types()) else ""
        )

    def initial(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return what the form begins with; parameters of the effect that a page already knows are given."""
        kind = self.effect_kind
        example = effects.get(kind).example if kind else {}
        params = {name: given.get(name, value) for name, value in example.items()}
        return {
            "title_en": self.title_en, "title_fr": self.title_fr, "text_en": self.text_en, "text_fr": self.text_fr,
            "effect_kind": kind, "effect_params": "\n".join(f"{name}: {value}" for name, value in params.items()),
        }  # fmt: skip


def _kind(
    slug: str, label: _StrPromise, effect: str, en: tuple[str, str], fr: tuple[str, str]
) -> Kind:
    return Kind(slug, label, effect, en[0], fr[0], en[1], fr[1])


KINDS = {
    kind.slug: kind
    for kind in (
        _kind(
            "admit-member", _("Admit a member"), "members.admit_organisation",
            ("Admit <organisation> as a member",
             "The board admits **<organisation>** as a member.\n\n1. What it does: <one sentence>.\n"
             "2. What it brings: <people, projects, computing time>.\n3. Who speaks for it: <name and function>."),
            ("Admettre <organisation> comme membre",
             "Le conseil admet **<organisation>** comme membre.\n\n1. Ce qu’elle fait : <une phrase>.\n"
             "2. Ce qu’elle apporte : <personnes, projets, temps de calcul>.\n3. Qui la "
             "représente : <nom et fonction>."),
        ),
        _kind(
            "adopt-project", _("Adopt a project"), "projects.adopt_project",
            ("Adopt the project <name>",
             "The body adopts **<name>**.\n\n1. Purpose: <one sentence>.\n2. Licence and "
             "repository: <licence, address>.\n"
             "3. Maintainers and their organisations: <names>.\n4. First milestone, with its date: <milestone>."),
            ("Adopter le projet <nom>",
             "L’organe adopte **<nom>**.\n\n1. But : <une phrase>.\n2. Licence et dépôt : <licence, adresse>.\n"
             "3. Responsables et leurs organisations : <noms>.\n4. Premier jalon, avec sa date : <jalon>."),
        ),
        _kind(
            "advance-stage", _("Advance a project to another stage"), "projects.advance_stage",
            ("Move <project> to <stage>",
             "The body moves **<project>** to the stage <stage>.\n\n1. What the stage asks for, and how it is met: "
             "<criteria>.\n2. Open risks: <risks>."),
            ("Faire passer <projet> à la phase <phase>",
             "L’organe fait passer **<projet>** à la phase <phase>.\n\n1. Ce que la phase demande, et comment c’est "
             "rempli : <critères>.\n2. Risques ouverts : <risques>."),
        ),
        _kind(
            "adopt-benchmark", _("Adopt a benchmark"), "leaderboard.adopt_benchmark",
            ("Adopt <benchmark>, version <version>",
             "The committee adopts the benchmark **<benchmark>**, version <version>.\n\n1. What it measures: <one "
             "sentence>.\n2. Dataset, licence and digest: <dataset>.\n3. Known weaknesses: <weaknesses>."),
            ("Adopter <banc d’essai>, version <version>",
             "Le comité adopte le banc d’essai **<nom>**, version <version>.\n\n1. Ce qu’il mesure : <une phrase>.\n"
             "2. Données, licence et empreinte : <données>.\n3. Faiblesses connues : <faiblesses>."),
        ),
        _kind(
            "admit-node", _("Admit an evaluation node"), "leaderboard.admit_node",
            ("Admit the evaluation node of <organisation>",
             "The committee admits the node **<name>**, run by <organisation>.\n\n1. Hardware: <accelerators>.\n"
             "2. Who answers for it: <name>.\n3. Trial results that others have replicated: <addresses>."),
            ("Admettre le nœud d’évaluation de <organisation>",
             "Le comité admet le nœud **<nom>**, tenu par <organisation>.\n\n1. Matériel : <accélérateurs>.\n"
             "2. Qui en répond : <nom>.\n3. Résultats d’essai répliqués par d’autres : <adresses>."),
        ),
        _kind(
            "suspend-node", _("Suspend an evaluation node"), "leaderboard.suspend_node",
            ("Suspend the node <name>",
             "The committee suspends the node **<name>** until <condition>.\n\n1. What happened: <facts with "
             "addresses>.\n2. What the operator says: <their answer>."),
            ("Suspendre le nœud <nom>",
             "Le comité suspend le nœud **<nom>** jusqu’à <condition>.\n\n1. Ce qui s’est passé : <faits avec "
             "adresses>.\n2. Ce que dit l’exploitant : <sa réponse>."),
        ),
        _kind(
            "retract-result", _("Retract a result"), "leaderboard.retract_result",
            ("Retract the result <number>",
             "The committee retracts the result <number>. It stays in the record with this decision beside it.\n\n"
             "1. Why: <reason>.\n2. Who was heard: <names>."),
            ("Retirer le résultat <numéro>",
             "Le comité retire le résultat <numéro>. Il reste au registre, accompagné de cette décision.\n\n"
             "1. Pourquoi : <raison>.\n2. Qui a été entendu : <noms>."),
        ),
        _kind(
            "settle-dispute", _("Settle a dispute of a result"), "leaderboard.settle_dispute",
            ("Settle the dispute <number>",
             "The committee <upholds / rejects> the dispute <number>.\n\n1. What is disputed: <result and "
             "objection>.\n2. What the node’s organisation answers: <answer>.\n3. What was checked: <facts with "
             "addresses>.\n\nUpholding retracts nothing by itself; a retraction is a decision of its own."),
            ("Trancher la contestation <numéro>",
             "Le comité <retient / rejette> la contestation <numéro>.\n\n1. Ce qui est contesté : <résultat et "
             "objection>.\n2. Ce que répond l’organisation du nœud : <réponse>.\n3. Ce qui a été vérifié : <faits "
             "avec adresses>.\n\nRetenir une contestation ne retire rien en soi : un retrait est une décision à part."),
        ),
        _kind(
            "adopt-standard", _("Adopt a standard or guideline"), "governance.adopt_standard",
            ("Adopt the guideline <title>",
             "## Scope\n\n<What it applies to.>\n\n## Requirements\n\n1. <Requirement>.\n\n## Reasons\n\n<Why so.>"),
            ("Adopter la ligne directrice <titre>",
             "## Domaine\n\n<À quoi elle s’applique.>\n\n## Exigences\n\n1. <Exigence>.\n\n## "
             "Motifs\n\n<Pourquoi ainsi.>"),
        ),
        _kind(
            "charter-group", _("Charter a working group"), "governance.charter_group",
            ("Charter the working group on <subject>",
             "**Purpose.** <One sentence.>\n\n**Reason.** <Why a group, and why now.>\n\n**In scope.** <…>\n\n"
             "**Out of scope.** <…>\n\n**First questions.**\n\n1. <…>\n\n**Early "
             "deliverables, with dates.**\n\n1. <…>"),
            ("Créer le groupe de travail sur <sujet>",
             "**But.** <Une phrase.>\n\n**Motif.** <Pourquoi un groupe, et pourquoi "
             "maintenant.>\n\n**Dans le champ.** "
             "<…>\n\n**Hors champ.** <…>\n\n**Premières questions.**\n\n1. <…>\n\n**Premiers "
             "livrables, avec dates.**\n\n1. <…>"),
        ),
    )
}  # fmt: skip
"""Free text is no kind: it is the empty form."""

PLACEHOLDERS = placeholders_in(
    text
    for kind in KINDS.values()
    for text in (kind.title_en, kind.title_fr, kind.text_en, kind.text_fr)
)
"""What the templates ask the proposer to fill in; no text that still holds one is opened or put."""
