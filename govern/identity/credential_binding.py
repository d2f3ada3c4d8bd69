"""What ties a sealed secret to its credential."""


def secret_binding(credential: str) -> str:
    """The associated data under which a credential's secret is sealed: moved to another credential, it does not open."""
    return f"provider_credential/{credential}"
