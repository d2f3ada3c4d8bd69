"""What the database itself guarantees, whoever asks: who may speak on a change, the only ways into force, proofs of every write.

The application's role may write drafts, submissions, reviews and comments. It cannot forge them from a database shell: each carries a
proof, an HMAC under a key that this role cannot read (`govern.changes.proofs` says over which text). And it cannot write what is in force
at all: that is done by the functions of `doors.sql`, which check everything again with the owner's rights.

The files beside this one hold the text that is current, of every function and trigger. Migrations install it whole and by its digest
(`installing.py`): to change it, edit a file and add a migration with `InstallGuarantees` of the new digest.
"""

import hashlib
from functools import cache
from pathlib import Path

FILES = (
    "proofs",
    "written_once",
    "digests",
    "people",
    "approvals",
    "force",
    "doors",
    "steps",
    "simulations",
    "keys",
    "budgets",
    "trail",
    "keeping",
)
"""In the order in which they are run: functions in SQL know only what stands before them."""


@cache
def guarantees_sql() -> str:
    """All of it."""
    return "\n".join((Path(__file__).parent / f"{name}.sql").read_text() for name in FILES)


def guarantees_digest() -> str:
    """SHA-256 of the text, in hexadecimal: which one this is."""
    return hashlib.sha256(guarantees_sql().encode()).hexdigest()
