"""Manifests of projects: publiccode.yml, codemeta.json, CITATION.cff and CNCF landscapes, read and written.

    reading = read_manifest(raw, name="publiccode.yml", today=date(2026, 11, 24))
    reading.entry       what the portal can use, or None
    reading.findings    every remark with rule, level, line and path

Pure: no Django, no network, no clock. `wording` puts findings into the reader's language.
"""

from projects.manifests.entry import Entry, Party
from projects.manifests.findings import Finding, Level
from projects.manifests.reading import Reading, read_manifest

__all__ = ["Entry", "Finding", "Level", "Party", "Reading", "read_manifest"]
