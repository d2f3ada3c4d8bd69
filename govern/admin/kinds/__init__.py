"""Governed kinds as people read and write them, a file each."""

from importlib import import_module

from govern.changes.kinds import KINDS

for _name in KINDS:
    import_module(f"govern.admin.kinds.{_name}")
