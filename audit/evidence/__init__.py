"""Evidence packs: what a framework asks, and what the trail has to show for it in a span of time.

A framework is a file in `frameworks/`: its controls, what each asks for, and statements. A statement names a query of `queries/`, a small
read of the trail (`records.py`) that answers with figures, records and a chart (`answers.py`). `packs.py` puts them together; `html.py` and
`pdf.py` write them down. A pack supports evidence for a control. It judges nothing.
"""
