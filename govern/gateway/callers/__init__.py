"""Whoever calls: addresses, headers, the end users behind an application, and how often each key is used."""
