"""What node and portal must compute alike: Merkle trees, notes, envelopes, statements.

Pure code: no clock, no file, no network, and nothing imported beyond the standard library and
``cryptography``. A verifier can therefore copy this directory and needs nothing else of ours.
"""
