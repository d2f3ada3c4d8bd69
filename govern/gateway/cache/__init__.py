"""Answers that are given again to the same request: only where a routing rule says so, and inside what it names.

`digests.py` says which requests are the same, `answers.py` keeps answers, `flights.py` lets one of several identical calls ask for all,
`looking_up.py` is the step on a call's way, `use.py` what came of it, and `keeping.py` decides what is kept of an answer.
"""
