"""Harvesting in three stages: gather what a source names, fetch each object, import it. Begin with `cycle.harvest`."""
