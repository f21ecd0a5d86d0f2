"""Pulling results from evaluation nodes: lease, fetch, verify, store.

`cycle.pull` is the whole of it (`NODE-PROTOCOL.md` §3). `verify`, `heads` and `samples` are pure;
`clients` alone speaks to a node; `leases` and `ingest` alone write.
"""
