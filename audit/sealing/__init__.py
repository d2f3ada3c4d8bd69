"""Sealing the trail: events become leaves of a Merkle tree whose checkpoints are signed, chained and published.

In the order of their work: `leaves.py` (an event's canonical bytes), `tree.py` (RFC 6962), `notes.py` (C2SP signed notes), `sealer.py`
(the next checkpoint), `proofs.py` (inclusion and consistency).
"""
