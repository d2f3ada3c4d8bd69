"""What the values of choices are called."""

from django.utils.functional import Promise

from govern.admin.faces import FACES
from govern.identity.role_words import ROLES
from govern.models import GOVERNED

Text = str | Promise


def choice_label(struct: type, field: str, value: str) -> Text:
    """A value in words; one that is not known here, as it is."""
    if field == "groups" and value in ROLES:
        return ROLES[value].label
    if field == "kinds" and value in GOVERNED:
        return GOVERNED[value]._meta.verbose_name_plural or value
    for key in (f"{struct.__name__}.{field}.{value}", f"{field}.{value}"):
        for face in FACES.values():
            if key in face.choices:
                return face.choices[key]
    return value


def choice_about(field: str, value: str) -> Text:
    """What is good to know about a value."""
    return ROLES[value].about if field == "groups" and value in ROLES else ""
