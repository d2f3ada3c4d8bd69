"""Costs equal a calculation by hand, and no call costs more than its bound."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.bodies import CatalogModelBody, LongContext, TokenPrices
from routing.calls import Usage, chat_request
from routing.money import Prices, cost_nano_usd, embeddings_bound, input_bound, upper_bound
from routing.terms import Terms

PLAIN = Prices.of(TokenPrices(input="0.007", output="0.021"))
RICH = Prices.of(
    TokenPrices(
        input="0.003",
        output="0.015",
        cached_input="0.0003",
        cache_write="0.00375",
        reasoning="0.02",
        image="0.004",
        audio="0.04",
        audio_output="0.08",
    )
)

LONG = Prices.of_model(
    CatalogModelBody(
        name="sonnet",
        usd_per_1k=TokenPrices(input="0.003", output="0.015", cached_input="0.0003"),
        long_context=LongContext(
            above_input_tokens=200_000,
            usd_per_1k=TokenPrices(input="0.006", output="0.0225", cached_input="0.0006"),
        ),
        usd_per_1k_searches="10",
    )
)
"""What Anthropic asks for a Sonnet: other prices beyond 200,000 tokens of input, and 10 dollars for 1,000 searches."""


def request(content="Hello", **fields):
    return chat_request({"model": "m", "messages": [{"role": "user", "content": content}], **fields})


def test_tokens_in_and_out():
    # 1000 × 7,000 + 500 × 21,000 nano-dollars
    assert cost_nano_usd(Usage(input_tokens=1000, output_tokens=500), PLAIN) == 7_000_000 + 10_500_000


def test_every_class_at_its_price():
    usage = Usage(
        input_tokens=1000,
        cached_input_tokens=300,
        cache_write_tokens=200,
        input_audio_tokens=50,
        input_image_tokens=40,
        output_tokens=600,
        reasoning_tokens=400,
        output_audio_tokens=100,
    )
    by_hand = (
        410 * 3_000 + 300 * 300 + 200 * 3_750 + 50 * 40_000 + 40 * 4_000 + 100 * 15_000 + 400 * 20_000 + 100 * 80_000
    )
    assert cost_nano_usd(usage, RICH) == by_hand


def test_a_class_without_a_price_costs_what_its_parent_costs():
    usage = Usage(input_tokens=10, cached_input_tokens=10, output_tokens=10, reasoning_tokens=10)
    assert cost_nano_usd(usage, PLAIN) == 10 * 7_000 + 10 * 21_000


def test_up_to_the_limit_a_long_input_costs_what_others_do():
    usage = Usage(input_tokens=200_000, cached_input_tokens=50_000, output_tokens=1_000)
    # 150,000 × 3,000 + 50,000 × 300 + 1,000 × 15,000 nano-dollars
    assert cost_nano_usd(usage, LONG) == 450_000_000 + 15_000_000 + 15_000_000


def test_beyond_it_every_token_has_the_other_price():
    usage = Usage(input_tokens=200_001, cached_input_tokens=50_000, output_tokens=1_000)
    # 150,001 × 6,000 + 50,000 × 600 + 1,000 × 22,500 nano-dollars
    assert cost_nano_usd(usage, LONG) == 900_006_000 + 30_000_000 + 22_500_000


def test_searches_are_charged_apart():
    # 1,000 × 3,000 + 100 × 15,000 nano-dollars, and three searches of a cent each
    assert cost_nano_usd(Usage(input_tokens=1_000, output_tokens=100, web_searches=3), LONG) == 4_500_000 + 30_000_000
    assert cost_nano_usd(Usage(input_tokens=1_000, output_tokens=100, web_searches=3), PLAIN) == 9_100_000


def test_the_bound_of_a_long_input_is_that_of_the_dearer_prices():
    # input as bytes at 6,000 and 10 tokens of answer at 22,500 nano-dollars
    asked = request("x" * 200_001)
    assert upper_bound(asked, LONG, Terms(10)).nano_usd == input_bound(asked).text * 6_000 + 225_000
    short = request("x" * 1_000)
    assert upper_bound(short, LONG, Terms(10)).nano_usd == input_bound(short).text * 3_000 + 150_000


def test_the_bound_covers_the_searches_and_what_the_model_reads_again_after_each():
    window = 128_000
    none, four = (upper_bound(request(), LONG, Terms(10, uses=uses), context_window=window) for uses in (0, 4))
    tokens = input_bound(request()).text + 5 * window
    assert four.input_tokens == tokens
    # all of it beyond the limit of long inputs, 10 tokens of answer, and four searches of a cent each
    assert four.nano_usd == tokens * 6_000 + 10 * 22_500 + 4 * 10_000_000
    assert none.nano_usd < 4_000_000


def test_an_hour_in_the_cache_costs_twice_the_input():
    usage = Usage(input_tokens=100, cache_write_tokens=100, cache_write_1h_tokens=60)
    assert cost_nano_usd(usage, RICH) == 40 * 3_750 + 60 * 6_000


def test_small_prices_are_exact_and_rounded_up_once():
    prices = Prices.of(TokenPrices(input="0.0000001", output="0.000000000001"))
    assert cost_nano_usd(Usage(input_tokens=10), prices) == 1
    assert cost_nano_usd(Usage(input_tokens=11), prices) == 2
    assert cost_nano_usd(Usage(output_tokens=1), prices) == 1
    assert cost_nano_usd(Usage(), prices) == 0


def test_parts_beyond_their_total_are_not_charged():
    usage = Usage(input_tokens=10, cached_input_tokens=50, input_audio_tokens=50, output_tokens=1, reasoning_tokens=9)
    assert cost_nano_usd(usage, RICH) == 10 * 300 + 1 * 20_000


def test_the_bound_counts_every_answer():
    one = upper_bound(request(), PLAIN, Terms(1000)).nano_usd
    five = upper_bound(request(n=5), PLAIN, Terms(1000, answers=5)).nano_usd
    assert five - one >= 4 * 1000 * 21_000


def test_the_bound_takes_the_dearest_class():
    bound = upper_bound(request(), RICH, Terms(1000)).nano_usd
    assert bound >= 1000 * 20_000 + len(request().body) * 6_000


def test_an_image_counts_by_table_not_by_its_bytes():
    data = "data:image/png;base64," + "A" * 3_000_000
    bound = input_bound(request([{"type": "image_url", "image_url": {"url": data}}]))
    assert bound.text < 1000
    assert bound.image == 6_400


def test_audio_counts_by_its_length():
    part = {"type": "input_audio", "input_audio": {"data": "A" * 160_000, "format": "mp3"}}
    bound = input_bound(request([part]))
    assert bound.audio == 1_000 + 10_000
    assert bound.text < 1000


def test_what_only_the_provider_sees_counts_as_a_whole_context():
    part = {"type": "file", "file": {"file_id": "file-1"}}
    assert input_bound(request([part]), context_window=400_000).text > 400_000
    document = {"type": "file", "file": {"file_data": "data:application/pdf;base64,JVBERi0="}}
    assert input_bound(request([document]), context_window=400_000).text > 400_000
    film = {"type": "image_url", "image_url": {"url": "data:video/mp4;base64,AAAA"}}
    assert input_bound(request([film]), context_window=400_000).text > 400_000


def test_a_text_that_is_sent_as_a_file_counts_with_its_bytes():
    part = {"type": "image_url", "image_url": {"url": "data:text/plain;base64," + "A" * 3_000_000}}
    assert input_bound(request([part])).text > 3_000_000


def test_a_token_is_at_least_a_byte():
    assert embeddings_bound(100, PLAIN).nano_usd >= 100 * 7_000


@given(
    text=st.text(max_size=200),
    n=st.integers(1, 4),
    written=st.integers(0, 50),
    shares=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    prices=st.sampled_from([PLAIN, RICH]),
)
def test_no_call_costs_more_than_its_bound(text, n, written, shares, prices):
    """A call whose every byte is a token and whose every answer is as long as it may be, in any mix of classes."""
    asked = request(text, n=n)
    read = len(text.encode())
    usage = Usage(
        input_tokens=read,
        cached_input_tokens=int(read * shares[0]),
        cache_write_tokens=read - int(read * shares[0]),
        output_tokens=n * written,
        reasoning_tokens=int(n * written * shares[1]),
    )
    assert cost_nano_usd(usage, prices) <= upper_bound(asked, prices, Terms(written, answers=n)).nano_usd


@pytest.mark.parametrize("tools", [1, 20])
def test_tools_raise_the_bound(tools):
    tool = {"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}
    assert input_bound(request(tools=[tool] * tools)).text > input_bound(request()).text + 1_000 + 64 * tools
