"""Figures about repositories, asked where they are published. Begin with `measuring.measure`."""
