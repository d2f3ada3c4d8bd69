"""Exports: rows of the sealed trail as a pack that proves itself, and the work around it.

In the order of their work: `asked.py` (which rows), `sealed_rows.py` (they, in the order of the tree, each with its leaf), `proof.py`
(the hashes that lead from them to the checkpoint), `event_row.py` (a row's values), `cells.py` (values that are safe to open), `formats/`
(one file a format), `parts.py` (files, a part after the other), `pack.py` (manifest, signatures, one file to hand over), `making.py`.
"""
