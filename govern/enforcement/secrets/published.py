"""Values that look like secrets and are known to everybody: examples of standards and manuals, keys of emulators, stand-ins.

One list for all kinds. What is on it is put together from pieces, so that no scanner of source takes it for a leak.
"""

from __future__ import annotations

import re

_LISTED = """
AWS: AKIA·IOSFODNN7EXAMPLE wJalrXUtnFEMI·/K7MDENG/bPxRfiCYEXAMPLEKEY je7MtGbClwBF·/2Zp9Utk/h3yCo8nvbEXAMPLEKEY
Google: AIza·SyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe AIza·SyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY
Stripe: sk_test_·4eC39HqLyjWDarjtT1zdp7dc sk_test_·BQokikJOvBiI2HlWgH4olfQ2 pk_test_·TYooMQauvdEDq54NiTphI7jx
GitHub: ghp_·16C7e42F292c6912E7710c838347Ae178B4a gho_·16C7e42F292c6912E7710c838347Ae178B4a
Azure's emulators: Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50u·SRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==
    C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2n·Q9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==
RFC 5849: nnch734d00·sl2jdk kd94hf93k423·kf44 pfkkdhi9sl3r·4s00
RFC 6749, RFC 6750: 7Fjfp0ZBr1Kt·DRbnfVdmIw 2YotnFZFEjr1·zCsicMWpAA tGzv3JOkF0XG·5Qx2TlKWIA SplxlOBeZQQY·bYS6WxSbIA gX1f·Bat3bV
    mF_9.·B5f-4.1JqM
RFC 7519: dozjgNryP4J3·jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U
Yarn's search: 6fe4476ee5a18328·82e326b506d14126
others: correct·horsebatterystaple minio·admin
"""
_EXAMPLES = {word.replace("·", "") for word in _LISTED.split() if "·" in word} | {"open sesame"}
_STAND_IN = re.compile(
    r"(?i)example|sample|dummy|placeholder|redacted|change[_\-]?me|replace[_\-]?me|not[_\-]?a[_\-]?real|your[_\-]"
    r"|x{6}|\*\*\*|\.\.\.|0{8}|abcdefghij|deadbeef"
)
_MADE_UP = re.compile(
    r"(?i)(?:my|your|the|some|api|user|new|old|super|top)?[ _\-]?"
    r"(?:pass(?:word|wd|phrase)?|pwd|secret|token|key|foobar(?:ed)?|foo|bar|baz|test|testing|demo|admin|root|user|username|guest|qwerty|letmein"
    r"|abc|welcome|postgres|mysql|rabbitmq|redis|elastic|mongo)[ _\-]?(?:pass(?:word)?|secret|token|key)?[ _\-]?\d{0,4}!?"
)
_JOHN_DOE = ("eyJzdWIiOiIxMjM0NTY3ODkwIiw", "eyJpc3MiOiJqb2UiLA0KICJleHAi")
"""How the payloads of jwt.io's sample and of the example of RFC 7519 begin."""


def published(value: str) -> bool:
    """Whether a key or a token is an example that everybody knows, be it behind an encoded `=`, or says of itself that it is one."""
    return value.removeprefix("3D") in _EXAMPLES or _STAND_IN.search(value) is not None


def published_token(value: str) -> bool:
    """Whether a JSON web token is the sample of a manual."""
    payload = value.partition(".")[2]
    return payload.startswith(_JOHN_DOE) or value.rpartition(".")[2] in _EXAMPLES


def made_up(value: str) -> bool:
    """Whether a password is none that anybody would keep: `password1`, `test-secret`, `12345678`, or a published one."""
    return value.lower() in _EXAMPLES or _MADE_UP.fullmatch(value) is not None or value in "12345678901234567890"
