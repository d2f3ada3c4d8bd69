"""The base of our forms: fields in our own markup."""

from typing import Any

from django import forms


class PageForm(forms.Form):
    """A form whose fields look like the rest of the page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)


def dress(form: forms.BaseForm) -> None:
    """Gives every input of a form our look."""
    for field in form.fields.values():
        if not isinstance(field.widget, (forms.CheckboxInput, forms.CheckboxSelectMultiple)):
            field.widget.attrs.setdefault("class", "input")
