"""The queries that statements name. Each is a function of `Records` that gives an `Answer`, or None where the span has no data for it.

Adding one is adding a function with `@query` to a file of this folder; its name is what statements call it.
"""

from importlib import import_module
from pkgutil import iter_modules

from audit.evidence.queries.register import QUERIES

for _file in iter_modules(__path__):
    import_module(f"{__name__}.{_file.name}")

__all__ = ["QUERIES"]
