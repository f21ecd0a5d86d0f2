"""The rules that manifests are read by: their level, where they are written, and from when on they bite.

A rule that is stricter than what the portal let pass before has `bites_from`: until that day it only warns, and says
so. No manifest that was fine breaks overnight.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from projects.manifests.findings import Level

WARNING_PERIOD: Final = timedelta(days=90)

PUBLICCODE: Final = "https://yml.publiccode.tools/"
_CORE: Final = f"{PUBLICCODE}schema.core.html"
CODEMETA: Final = "https://codemeta.github.io/terms/"
CFF: Final = (
    "https://github.com/citation-file-format/citation-file-format/blob/main/schema-guide.md"
)
LANDSCAPE: Final = "https://github.com/cncf/landscape2/blob/main/docs/config/data.yml"
YAML: Final = "https://yaml.org/spec/1.2.2/"
JSON: Final = "https://www.rfc-editor.org/rfc/rfc8259"
SPDX: Final = "https://spdx.org/licenses/"
BCP47: Final = "https://www.rfc-editor.org/info/bcp47"

E, W, N = Level.ERROR, Level.WARNING, Level.INFO


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `reference` is where its standard says so; empty where it depends on the key or is the portal's own."""

    code: str
    level: Level
    reference: str = ""
    bites_from: date | None = None

    def level_on(self, day: date) -> Level:
        """Return the level that counts on a day."""
        if self.bites_from is not None and day < self.bites_from:
            return Level.WARNING
        return self.level


def _stricter(code: str, reference: str, since: date) -> Rule:
    """Return a rule that came after the portal opened: it warns first."""
    return Rule(code, E, reference, since + WARNING_PERIOD)


RULES: Final[Mapping[str, Rule]] = {
    rule.code: rule
    for rule in (
        # the file as such
        Rule("encoding", E, f"{_CORE}#encoding"),
        Rule("byte-order-mark", N),
        Rule("control-characters", W, f"{YAML}#51-character-set"),
        Rule("too-large", E),
        Rule("empty", E),
        Rule("syntax", E),
        Rule("tabs", E, f"{YAML}#61-indentation-spaces"),
        Rule("too-deep", E),
        Rule("too-many-values", E),
        Rule("several-documents", W, f"{YAML}#92-streams"),
        Rule("yaml-1-1", N, f"{_CORE}#encoding"),
        Rule("tag-ignored", W, f"{YAML}#24-tags"),
        Rule("key-not-text", E, f"{YAML}#3211-nodes"),
        Rule("duplicate-key", E, f"{YAML}#3213-node-comparison"),
        Rule("trailing-comma", E, f"{JSON}#section-4"),
        Rule("not-a-mapping", E),
        Rule("unknown-format", E),
        # any value
        Rule("missing", E),
        Rule("advised", W),
        Rule("wrong-type", E),
        Rule("too-long", E),
        Rule("too-short", W),
        Rule("number-for-text", N),
        Rule("text-for-boolean", W),
        Rule("single-for-list", W),
        Rule("list-for-single", W),
        Rule("not-in-list", E),
        Rule("bad-url", E),
        Rule("insecure-url", N),
        Rule("bad-date", E, f"{_CORE}#dates"),
        Rule("time-in-date", W, f"{_CORE}#dates"),
        Rule("bad-licence", E, SPDX),
        Rule("licence-spelling", W, SPDX),
        Rule("bad-language", E, BCP47),
        Rule("language-spelling", W, BCP47),
        Rule("html-removed", W),
        Rule("unknown-key", W),
        Rule("misplaced-key", W),
        Rule("renamed-key", W),
        Rule("key-of-later-version", N),
        Rule("deprecated-key", W),
        Rule("contact-details", N),
        Rule("not-the-repository", W, f"{PUBLICCODE}forks.html"),
        # publiccode.yml
        Rule("version-unknown", W, f"{_CORE}#key-publiccodeymlversion"),
        Rule("version-newer", W, f"{_CORE}#key-publiccodeymlversion"),
        Rule("categories-missing", W, f"{_CORE}#key-categories"),
        Rule("country-lower-case", W, f"{_CORE}#key-intendedaudience-countries"),
        Rule("bad-country", E, f"{_CORE}#key-intendedaudience-countries"),
        Rule("country-section", W, f"{PUBLICCODE}country.html"),
        Rule("logo-format", W, f"{_CORE}#key-logo"),
        Rule("contractors-missing", E, f"{_CORE}#key-maintenance-contractors"),
        Rule("contractors-unwanted", W, f"{_CORE}#key-maintenance-contractors"),
        Rule("contacts-missing", E, f"{_CORE}#key-maintenance-contacts"),
        Rule("contract-over", W, f"{_CORE}#contractor"),
        Rule("no-complete-language", E, f"{_CORE}#section-description"),
        _stricter("organisation-uri-missing", f"{_CORE}#key-organisation-uri", date(2026, 11, 24)),
        # codemeta.json
        Rule("context-missing", E, "https://codemeta.github.io/developer-guide/"),
        Rule("context-unknown", W, "https://codemeta.github.io/developer-guide/"),
        Rule("context-old", N, "https://codemeta.github.io/developer-guide/"),
        Rule("type-missing", E, "https://codemeta.github.io/developer-guide/"),
        Rule("graph", W, "https://www.w3.org/TR/json-ld11/#named-graphs"),
        Rule("status-unknown", W, "https://www.repostatus.org/"),
        # CITATION.cff and landscape.yml
        Rule("fallback-format", N, CFF),
        Rule("item-skipped", E, LANDSCAPE),
        Rule("logo-elsewhere", N, LANDSCAPE),
    )
}


def reference(rule: str, path: str, form: str) -> str:
    """Return where a rule can be read: the key's own place in its standard where the rule has none."""
    own = RULES[rule].reference
    if own or not path:
        return own
    if form == "publiccode":
        return f"{_CORE}#{_anchor(path)}"
    if form == "codemeta":
        return CODEMETA
    return {"cff": CFF, "landscape": LANDSCAPE}.get(form, "")


def _anchor(path: str) -> str:
    """Return the standard's anchor of a key: `description/en/features/2` → `key-description-lang-features`."""
    parts = [part for part in path.split("/") if not part.isdigit()]
    if parts[0] == "description" and len(parts) > 1:
        parts[1] = "lang"
    if parts[0] in {"dependsOn", "maintenance", "organisation"}:
        parts = parts[:2]
    is_section = len(parts) == 1 and parts[0] in _SECTIONS
    return f"{'section' if is_section else 'key'}-{'-'.join(parts).lower()}"


_SECTIONS: Final = frozenset(
    {"organisation", "intendedAudience", "description", "legal", "maintenance", "localisation", "dependsOn"}
)  # fmt: skip
