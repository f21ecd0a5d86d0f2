"""Pulling from a sister portal's relay: lease, fetch, verify here, store under the signing node.

`cycle.pull` is the whole of it. A relay vouches for nothing: a statement is held against the keys of its node, a leaf
against the relay's own log, a head against those the portal has.
"""
