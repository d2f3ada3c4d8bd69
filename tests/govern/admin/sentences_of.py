"""What a page says: its texts and the labels that are read aloud, without code, icons and what is typed into fields."""

from html.parser import HTMLParser

_SILENT = frozenset({"script", "style", "code", "pre", "textarea", "datalist", "option", "title"})
_SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-confirm")
_VOID = frozenset(
    {"area", "br", "col", "hr", "img", "input", "link", "meta", "path", "rect", "source", "wbr", "circle", "use"}
)


class Said(HTMLParser):
    """The sentences of a page, each with its blanks folded. code: what stands as code or in a field."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self._silent: list[str] = []
        self.sentences: list[str] = []
        self.code: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes what an element says by its attributes."""
        found = dict(attrs)
        classes = (found.get("class") or "").split()
        self.sentences += [" ".join(text.split()) for name in _SPOKEN if (text := found.get(name))]
        if tag in _VOID:
            return
        if (
            self._silent
            or ("lang" in found and tag != "html")  # says itself that it is in another language
            or tag in _SILENT
            or any("material-symbols" in one or one in ("mono", "chip") for one in classes)
        ):
            self._silent.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leaves it."""
        if self._silent and tag in self._silent:
            while self._silent.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Notes a text."""
        if text := " ".join(data.split()):
            (self.code if self._silent else self.sentences).append(text)
