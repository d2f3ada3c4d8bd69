"""An S3-compatible store with object lock: an object a checkpoint, that nobody can change or delete before its time.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
"""

import base64
import datetime
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import SplitResult, unquote

from audit.anchors.interface import MOST_NOTE_BYTES, AnchorDiffers, AnchorFailed, Evidence, Kept
from audit.anchors.options import BadAddress, Options

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_MODES = ("compliance", "governance")
_CONNECT_S, _READ_S = 5, 10
_EXISTS = "PreconditionFailed"
T = TypeVar("T")


class S3Anchor:
    """`s3://bucket/prefix?endpoint=https://…&region=…&mode=compliance&days=400`"""

    def __init__(
        self,
        *,
        bucket: str,
        prefix: str,
        endpoint: str,
        region: str,
        mode: str,
        days: int,
        credentials: tuple[str, str],
    ) -> None:
        self._bucket, self._prefix, self._mode, self._days = bucket, prefix, mode.upper(), days
        self._endpoint, self._region, self._credentials = endpoint, region, credentials

    @classmethod
    def at(cls, parts: SplitResult, options: Options) -> "S3Anchor":
        mode, prefix = options.word("mode", _MODES[0]), unquote(parts.path).strip("/")
        if not _BUCKET.fullmatch(parts.netloc):
            raise BadAddress("a bucket is written s3://bucket/prefix")
        if mode not in _MODES:
            raise BadAddress(f"mode is one of {', '.join(_MODES)}")
        return cls(
            bucket=parts.netloc,
            prefix=f"{prefix}/" if prefix else "",
            endpoint=options.url("endpoint"),
            region=options.word("region", "us-east-1"),
            mode=mode,
            days=options.number("days", 400, least=1, most=36_500),
            credentials=(options.secret("GOVERN_ANCHOR_S3_KEY_ID"), options.secret("GOVERN_ANCHOR_S3_SECRET")),
        )

    def publish(self, number: int, note: str) -> Evidence:
        key, content = f"{self._prefix}checkpoint-{number:012}.txt", note.encode()
        until = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=self._days)
        stored = self._ask(
            lambda client: client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=content,
                ContentType="text/plain; charset=utf-8",
                ContentMD5=base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode(),
                ObjectLockMode=self._mode,
                ObjectLockRetainUntilDate=until,
                IfNoneMatch="*",
            ),
            instead=_EXISTS,
        )
        version = (stored or {}).get("VersionId")
        held, answer = self._read(key, version)
        if held != content:
            raise AnchorDiffers("The object %(name)s holds another checkpoint.", name=key)
        if not answer.get("ObjectLockMode") or not answer.get("ObjectLockRetainUntilDate"):
            raise AnchorFailed(
                "The store kept %(name)s without a lock. Turn on object lock for the bucket, and let this key "
                "see retention.",
                name=key,
            )
        return {
            "object": key,
            "version": str(answer.get("VersionId") or version or ""),
            "etag": str(answer.get("ETag", "")).strip('"'),
            "lock": str(answer["ObjectLockMode"]),
            "until": answer["ObjectLockRetainUntilDate"].isoformat(),
        }

    def held(self, _kept: Iterable[Kept]) -> Iterator[str]:
        """Every version of every object: what was written over, or deleted by name only, is still there."""
        marks: dict[str, str] = {}
        while True:
            page = self._ask(
                lambda client: client.list_object_versions(
                    Bucket=self._bucket,
                    Prefix=f"{self._prefix}checkpoint-",
                    **marks,  # noqa: B023 (asked at once)
                )
            )
            for version in (page or {}).get("Versions", ()):
                content, _answer = self._read(version["Key"], version["VersionId"])
                yield content.decode(errors="replace")
            if not page or not page.get("IsTruncated"):
                return
            marks = {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page["NextVersionIdMarker"]}

    def _read(self, key: str, version: str | None) -> tuple[bytes, dict[str, Any]]:
        of_version = {"VersionId": version} if version else {}

        def get(client: Any) -> tuple[bytes, dict[str, Any]]:
            answer = client.get_object(Bucket=self._bucket, Key=key, **of_version)
            return answer["Body"].read(MOST_NOTE_BYTES + 1), answer

        found = self._ask(get)
        assert found is not None
        return found

    def _ask(self, what: Callable[[Any], T], *, instead: str = "") -> T | None:
        """What the store answers; None where it says `instead`. Raises `AnchorFailed` without its words, which may quote a credential."""
        from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

        try:
            return what(self._client)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            if instead and (code == instead or status == 412):
                return None
            plain = code if re.fullmatch(r"[A-Za-z0-9.]{1,60}", code) else "-"
            raise AnchorFailed("The store answered %(status)s (%(code)s).", status=status, code=plain) from None
        except (BotoCoreError, HTTPClientError, OSError) as error:
            raise AnchorFailed("The store cannot be asked (%(error)s).", error=type(error).__name__) from None

    @cached_property
    def _client(self) -> Any:
        """Botocore follows no `Location`: an answer from elsewhere is an error. Imported here, since it takes a while."""
        from botocore.config import Config
        from botocore.session import Session

        key_id, secret = self._credentials
        return Session().create_client(
            "s3",
            region_name=self._region,
            endpoint_url=self._endpoint or None,
            aws_access_key_id=key_id,
            aws_secret_access_key=secret,
            config=Config(
                signature_version="s3v4",
                connect_timeout=_CONNECT_S,
                read_timeout=_READ_S,
                retries={"total_max_attempts": 1},
                s3={"addressing_style": "path" if self._endpoint else "auto"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )
