"""A checkpoint from outside the database."""

import msgspec


class Published(msgspec.Struct, frozen=True):
    """note: the signed note; where: who kept it, in words."""

    note: str
    where: str
