"""Choosing among credentials."""

import random
from collections import Counter

from routing.credentials import Credential, CredentialHealth
from routing.errors import ProviderError

ONE, TWO, OFF = Credential("one", "sk-1", 3), Credential("two", "sk-2", 1), Credential("off", "sk-3", 0)
REFUSED = ProviderError("refused", status=401, credential_refused=True)


def test_weights_share_the_calls():
    health, rng = CredentialHealth(), random.Random(1)
    seen = Counter(health.choose([ONE, TWO, OFF], now_s=0, rng=rng).name for _ in range(4_000))
    assert set(seen) == {"one", "two"}
    assert 2_850 < seen["one"] < 3_150


def test_none_of_weight_is_none():
    assert CredentialHealth().choose([OFF], now_s=0) is None
    assert CredentialHealth().choose([], now_s=0) is None


def test_a_refused_credential_is_set_aside_and_comes_back():
    health = CredentialHealth()
    assert health.failed(ONE, REFUSED, now_s=0)
    assert {health.choose([ONE, TWO], now_s=299).name for _ in range(50)} == {"two"}
    assert {health.choose([ONE, TWO], now_s=301).name for _ in range(200)} == {"one", "two"}


def test_each_further_refusal_doubles_the_time():
    health = CredentialHealth()
    health.failed(ONE, REFUSED, now_s=0)
    health.failed(ONE, REFUSED, now_s=301)
    assert not health.is_ready(ONE, now_s=900)
    assert health.is_ready(ONE, now_s=902)
    health.succeeded(ONE)
    health.failed(ONE, REFUSED, now_s=1000)
    assert health.is_ready(ONE, now_s=1301)


def test_a_rate_limit_sets_aside_as_long_as_was_asked():
    health = CredentialHealth()
    assert health.failed(ONE, ProviderError("limit", status=429, retry_after_ms=20_000), now_s=0)
    assert not health.is_ready(ONE, now_s=19)
    assert health.is_ready(ONE, now_s=20)


def test_if_all_are_aside_the_first_to_come_back_is_tried():
    health = CredentialHealth()
    health.failed(ONE, REFUSED, now_s=0)
    health.failed(TWO, REFUSED, now_s=10)
    assert health.choose([TWO, ONE], now_s=20).name == "one"


def test_the_providers_own_failure_says_nothing_about_the_credential():
    health = CredentialHealth()
    assert not health.failed(ONE, ProviderError("down", status=500), now_s=0)
    assert health.is_ready(ONE, now_s=0)


def test_a_replaced_secret_starts_afresh():
    health = CredentialHealth()
    health.failed(ONE, REFUSED, now_s=0)
    assert not health.is_ready(ONE, now_s=0)
    assert health.is_ready(ONE._replace(secret="sk-new"), now_s=0)


def test_a_secret_does_not_show():
    assert "sk-1" not in repr(ONE)
