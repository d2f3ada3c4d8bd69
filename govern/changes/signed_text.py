"""What the signature of a revision covers."""

from datetime import UTC, datetime


def signed_text(number: int, sha256: str, created_at: datetime) -> bytes:
    """Number, hash of the manifest and time in UTC, a line each."""
    return f"govern/revision\n{number}\n{sha256}\n{created_at.astimezone(UTC).isoformat()}\n".encode()
