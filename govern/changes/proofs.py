"""Proofs that a submission, a review or a revision came through Govern and not through a database shell.

The database checks them (`govern/guarantees/digests.sql`) against a key that the application's role cannot read there, so both sides
spell the texts out in the same way.
"""

from typing import Any

from django.db import connections

from govern.identity.keyring import keyring
from govern.identity.write_proofs import prove_write
from govern.models import ChangeRequest, Review, Simulation


def submission_proof(change: ChangeRequest) -> str:
    """Over what is proposed, by whom, how risky, and everybody who had a hand in it."""
    authors = ",".join(map(str, sorted(change.authors.values_list("person_id", flat=True))))
    return _prove(
        "govern/submission",
        change.pk,
        change.content_digest,
        change.requested_by_id,
        change.mode,
        change.risk,
        *([authors] if authors else []),
    )


def sign_review(review: Review) -> None:
    """Gives a review its place after the last one of its change, and its proof: over who said what about which submission at which risk,
    and after which review. Call it with the change locked, and save the review next."""
    last = Review.objects.filter(change=review.change_id).order_by("-place").first()
    review.place = last.place + 1 if last else 1
    review.proof = _prove(
        "govern/review/2",
        review.change_id,
        review.digest,
        review.reviewer_id,
        review.verdict,
        review.risk,
        review.place,
        last.proof if last else "",
    )
    prove_write(
        "change.reviewed",
        review.pk,
        review.proof,
        review.reviewer_name,
        review.groups,
        review.reason,
        review.second_factor,
    )


def revision_proof(number: int, sha256: str) -> str:
    """Over the manifest that comes into force."""
    return _prove("govern/revision", number, sha256)


def simulation_proof(simulation: Simulation) -> str:
    """Over what was replayed and what came out."""
    found = simulation
    return _prove(
        "govern/simulation", found.pk, found.change_id, found.digest, found.base_revision, found.result_sha256
    )


def _prove(*lines: object) -> str:
    return keyring().prove("\n".join(map(str, lines)))


def store_proof_key(*, using: str, **_: Any) -> None:
    """Lets the database check proofs of this installation's key. Runs after every migration, as the owner."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "INSERT INTO govern_proof_key (key_id, inner_pad, outer_pad) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            keyring().proof_pads(),
        )
