"""Reading settings from the environment, loudly."""

import environ
from django.core.exceptions import ImproperlyConfigured

from govern.parts.secrets import given_secret

env = environ.Env()


def required(name: str, how: str) -> str:
    """The setting or secret `name`, from NAME or the file NAME_FILE.

    Raises `ImproperlyConfigured` naming the variable and how to set it if it is missing.
    """
    value = given_secret(name)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set: {how} (or put it into a file and name that in {name}_FILE).")
    return value


def choice(name: str, allowed: tuple[str, ...]) -> str:
    """The setting `name`, one of `allowed`; the first of them when unset. Raises `ImproperlyConfigured` for any other
    value.
    """
    value = env.str(name, default="") or allowed[0]
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}: set it to one of {', '.join(allowed)}.")
    return value
