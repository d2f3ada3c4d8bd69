"""Why a change request cannot be handled so."""


class ChangeRefused(Exception):
    """What was asked for is not allowed, or not possible now.

    code: for programs (`self_approval`, `stale_edition`, …). message: for people; says what to do next.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
