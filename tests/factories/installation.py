"""An installation with a bit of everything, so that every page has something to show."""

import os
from pathlib import Path
from unittest.mock import patch

from govern.changes.bootstrap_file import read_bootstrap
from govern.changes.genesis import bootstrap_installation
from govern.changes.revisions import write_revision, write_version
from govern.models import GOVERNED, Governed, Person, Revision

FILE = Path(__file__).with_name("installation.yaml")
SECRETS = {
    "SAMPLE_OPENAI_KEY": "sk-sample-openai-0123456789wxyz",
    "SAMPLE_ANTHROPIC_KEY": "sk-sample-anthropic-0123456789mnop",
}
"""Google's is left out: a provider without a credential."""


def install_sample() -> Revision:
    """Bootstraps the sample installation as revision 1."""
    with patch.dict(os.environ, SECRETS):
        revision, _secrets = bootstrap_installation(bootstrap=read_bootstrap(FILE))
    return revision


def change(kind: str, name: str, *, by: Person, reason: str, **fields: object) -> Governed:
    """Puts a changed body of an object in force, as an applied change request does."""
    target = GOVERNED[kind].objects.get(name=name)
    body = target.body
    values = {field: getattr(body, field) for field in body.__struct_fields__} | fields
    target.active_version = write_version(target=target, body=type(body)(**values), author=by)
    target.save(update_fields=["active_version"])
    write_revision(reason=reason, by=by.username)
    return target
