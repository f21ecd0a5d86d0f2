"""Every change to projects and events: one function each, one transaction each."""

from projects.actions.areas import record_area, record_stage, record_taxonomy
from projects.actions.entries import ProjectSheet, record_project
from projects.actions.events import EventSheet, record_event, record_series

__all__ = [
    "EventSheet",
    "ProjectSheet",
    "record_area",
    "record_event",
    "record_project",
    "record_series",
    "record_stage",
    "record_taxonomy",
]
