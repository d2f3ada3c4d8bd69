"""The base of every list of `govern`."""

from typing import ClassVar

from django.utils.functional import Promise

from audit.admin.read_only import ReadOnlyAdmin

Text = str | Promise


class ListAdmin(ReadOnlyAdmin):
    """A list in our own template, that says what it holds and, while it is empty, what to do about it."""

    change_list_template = "govern/list.html"
    symbol: str = "inbox"
    lead: ClassVar[Text] = ""
    empty_heading: ClassVar[Text]
    empty_advice: ClassVar[Text]
    add_text: ClassVar[Text] = ""
