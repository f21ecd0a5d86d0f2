"""Pictures drawn from the data by the server: SVG with classes, no inline style, positions in per cent where fluid.

Each picture that says something on its own has `role="img"` and a sentence; each is repeated as a figure beside it.
"""
