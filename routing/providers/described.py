"""What there is to say of one kind of provider, in one place."""

from dataclasses import dataclass

from routing.providers.interface import Provider


def gettext_noop(text: str) -> str:
    """Marks a text for translation by the name that makemessages looks for. It is translated where it is shown."""
    return text


@dataclass(frozen=True, kw_only=True)
class Described:
    """A kind of provider as its file exports it (`PROVIDER`). Raises `TypeError` with what is missing."""

    kind: str
    """As bodies of providers name it, and as its file is called."""
    provider: Provider
    label: str
    """What forms call it, in English."""
    speaks: str
    """The interface, as its maker calls it."""
    needs_credential: bool = True
    """Whether it cannot be asked without one."""
    place: int = 100
    """Where forms offer it, ascending."""

    def __post_init__(self) -> None:
        """Says what a descriptor leaves empty, when it is imported."""
        missing = [name for name in ("kind", "label", "speaks") if not getattr(self, name)]
        if missing:
            raise TypeError(f"The provider {self.kind or type(self.provider).__name__} lacks: {', '.join(missing)}.")
