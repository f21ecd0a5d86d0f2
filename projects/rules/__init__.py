"""Decisions of this room as pure functions: no Django, no clock, no I/O."""
