"""Streams: events of the trail passed on to other systems as they happen, at least once and in their order.

In the order of their work: `setting.py` (what is configured), `reading.py` (the next events, and which of them a stream wants),
`delivery.py` (the outbox: how far each stream is, one sender at a time), and a file for each kind of receiver: `webhook.py`, `syslog.py`,
`otlp.py`, over `http.py` and `line.py`.
"""
