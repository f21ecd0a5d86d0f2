"""Every write of this room."""

from search.actions.indexing import index_changes, is_behind, reindex
from search.actions.saving import forget_search, save_search

__all__ = ["forget_search", "index_changes", "is_behind", "reindex", "save_search"]
