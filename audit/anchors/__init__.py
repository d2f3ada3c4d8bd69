"""Anchors: places outside the database that keep checkpoints, so that who owns the database and the key cannot rebuild the trail unseen.

`interface.py` says what one is; each kind is a file (`file.py`, `git.py`, `s3.py`, `rfc3161.py`) and a line in `addresses.py`, which reads
the setting. `delivery.py` is the outbox, `holdings.py` what verification asks of them.
"""
