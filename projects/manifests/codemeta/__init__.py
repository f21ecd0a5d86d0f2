"""codemeta.json 2.0 and 3.x, read without fetching contexts, written as 3.0."""

from projects.manifests.codemeta.reading import read
from projects.manifests.codemeta.writing import document, write

__all__ = ["document", "read", "write"]
