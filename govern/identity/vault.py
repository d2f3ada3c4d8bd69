"""Reading the keyring from HashiCorp Vault (KV version 2)."""

import hvac
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from govern.parts.secrets import key_bytes


def read_keys() -> tuple[list[bytes], bytes]:
    """Master keys and signing seed from the fields `master_key` and `signing_key` (base64) at `GOVERN_VAULT_PATH`.

    Several master keys are separated by commas, the current one first. Raises `ImproperlyConfigured`.
    """
    client = hvac.Client(url=settings.GOVERN_VAULT_ADDR, token=settings.GOVERN_VAULT_TOKEN, timeout=10)
    mount, _, path = settings.GOVERN_VAULT_PATH.partition("/")
    try:
        answer = client.secrets.kv.v2.read_secret_version(mount_point=mount, path=path, raise_on_deleted_version=True)
        data = answer["data"]["data"]
        masters = [key_bytes(key, "master_key") for key in data["master_key"].split(",")]
        return masters, key_bytes(data["signing_key"], "signing_key")
    except KeyError as error:
        raise ImproperlyConfigured(f"The Vault secret {settings.GOVERN_VAULT_PATH} has no field {error}.") from error
    except (hvac.exceptions.VaultError, OSError) as error:
        raise ImproperlyConfigured(
            f"Vault at {settings.GOVERN_VAULT_ADDR} did not give {settings.GOVERN_VAULT_PATH} ({type(error).__name__}); "
            "check GOVERN_VAULT_TOKEN and its policy."
        ) from error
