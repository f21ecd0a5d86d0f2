"""The arithmetic of a board: pure, seeded, reproducible. No Django, no clock, no input or output.

`intervals` (how sure is one score), `comparison` (can two scores be told apart), `pooling` (several organisations, one
score), `assurance` (how far a score was checked), `ranking` (which places a system can hold).
"""
