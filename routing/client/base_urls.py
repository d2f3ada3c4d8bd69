"""Whether a URL may be called at all, said when somebody writes it down and not only when a call goes there."""

from urllib.parse import urlsplit

from routing.client.addresses import is_metadata_name, is_metadata_service, is_private_name, is_public
from routing.client.origins import split_url
from routing.errors import ProviderError
from routing.saying import Saying


def fault_of_url(url: str, *, allow_private: bool, query: bool = False) -> Saying | None:
    """What is wrong with a URL, as the end of a sentence that begins with its place, or None.

    query: whether it may hold one. A name is judged by its spelling alone: what it resolves to is checked at each connection.
    """
    if not url.isprintable() or any(letter.isspace() or letter == "\\" for letter in url):
        return Saying("must not hold blanks, control characters or backslashes.")
    try:
        origin, _ = split_url(url)
        parts = urlsplit(url)
        port = parts.port
    except ProviderError as error:
        return Saying(str(error).removeprefix("The address to call "))
    if "@" in parts.netloc:
        return Saying("must not hold a user name or password. Secrets belong into a credential.")
    if "#" in url:
        return Saying("must not hold a fragment (`#`).")
    if "?" in url and not query:
        return Saying(
            "must not hold a query (`?`). What the provider needs beside its address belongs into its options."
        )
    if port == 0 or parts.netloc.endswith(":") or (parts.netloc.startswith("[") and not _ends_well(parts.netloc)):
        return Saying("has no usable port. Leave the port out, or give one from 1 to 65535.")
    if origin.address is not None:
        known, private = is_metadata_service(origin.address), not is_public(origin.address)
    else:
        known, private = is_metadata_name(origin.host), is_private_name(origin.host)
    if known:
        return Saying("is that of a metadata service, which hands out a machine's own credentials. It is never called.")
    if private and not allow_private:
        return Saying("is not public (%(host)s).", host=origin.host)
    return None


def _ends_well(netloc: str) -> bool:
    """Whether nothing but a port follows the bracket of an IPv6 address."""
    rest = netloc.partition("]")[2]
    return rest == "" or rest.startswith(":")
