"""publiccode.yml 0.2 to 0.7, read and written from its standard (yml.publiccode.tools)."""

from projects.manifests.publiccode.reading import read
from projects.manifests.publiccode.writing import Draft, write

__all__ = ["Draft", "read", "write"]
