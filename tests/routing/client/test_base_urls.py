"""Which URLs may be written down as the address of a provider."""

import pytest

from routing.client import fault_of_url

PUBLIC = (
    "https://api.openai.com/v1",
    "http://models.example.com:8080/v1/",
    "HTTPS://API.OpenAI.com",
    "https://api.openai.com.",
    "https://1.1.1.1/v1",
    "https://[2606:4700::1111]:8443",
    "https://bücher.example.com/v1",
)


@pytest.mark.parametrize("url", PUBLIC)
def test_a_public_address_may_be_called(url):
    assert fault_of_url(url, allow_private=False) is None


PRIVATE = (
    *(
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0x7f.1",
        "127.0.0.1.",
        "①②⑦.0.0.1",
        "0",
        "0.0.0.0",
    ),
    *(
        "10.0.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.1.1",
        "192.0.0.8",
        "192.0.0.170",
        "192.0.2.1",
    ),
    *("192.88.99.1", "198.18.0.1", "198.51.100.7", "203.0.113.7", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
    *(
        "[::1]",
        "[::]",
        "[::ffff:10.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[::ffff:0:10.0.0.1]",
        "[64:ff9b::10.0.0.1]",
    ),
    *(
        "[64:ff9b:1::10.0.0.1]",
        "[2002:7f00:1::]",
        "[2002:a00:1::1]",
        "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
        "[2001:2::1]",
    ),
    *(
        "[2001:10::1]",
        "[2001:20::1]",
        "[2001:db8::1]",
        "[3fff::1]",
        "[5f00::1]",
        "[100::1]",
        "[100:0:0:1::1]",
        "[fec0::1]",
    ),
    *(
        "[fe80::1]",
        "[fc00::1]",
        "[fd12:3456::1]",
        "[ff02::1]",
        "[4000::1]",
        "[2606:4700::5efe:10.0.0.1]",
        "[0:0:0:0:0:0:0:1]",
    ),
    *(
        "localhost",
        "LOCALHOST",
        "localhost.",
        "app.localhost",
        "ⓛocalhost",
        "vllm",
        "postgres",
        "printer.local",
        "db.internal",
    ),
    *("git.corp", "nas.home", "router.lan", "x.home.arpa", "1.0.0.127.in-addr.arpa", "wiki.intranet", "a.localdomain"),
)


@pytest.mark.parametrize("host", PRIVATE)
def test_a_private_address_needs_to_be_allowed(host):
    fault = fault_of_url(f"https://{host}/v1", allow_private=False)
    assert fault is not None
    assert fault.startswith("is not public")
    assert fault_of_url(f"https://{host}/v1", allow_private=True) is None


@pytest.mark.parametrize(
    "host",
    [
        *("169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "169.254.170.2"),
        *("[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[64:ff9b::169.254.169.254]", "[2002:a9fe:a9fe::]"),
        *(
            "[::169.254.169.254]",
            "[fd00:ec2::254]",
            "[fd20:ce::254]",
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.192",
        ),
        *("metadata.google.internal", "METADATA.google.internal.", "metadata", "metadata.goog", "instance-data"),
    ],
)
def test_a_metadata_service_is_never_allowed(host):
    fault = fault_of_url(f"http://{host}/latest", allow_private=True)
    assert fault is not None
    assert "metadata" in fault


@pytest.mark.parametrize(
    ("url", "words"),
    [
        *(
            (url, "https://")
            for url in ("file:///etc/passwd", "gopher://x.org", "unix:/run/x", "ftp://x.org", "nothing", "")
        ),
        *(
            (url, "https://")
            for url in ("//api.openai.com", "https:api.openai.com", "https:///v1", "javascript:alert(1)")
        ),
        *(
            (url, "user name")
            for url in ("https://amy:pw@x.org", "https://amy@x.org", "https://@x.org", "https://:@x.org")
        ),
        *((url, "fragment") for url in ("https://x.org/#a", "https://x.org#")),
        *((url, "query") for url in ("https://x.org/?a=b", "https://x.org/v1?")),
        *(
            (url, "blanks")
            for url in (" https://x.org", "https://x.org ", "https://x.org/\x00", "https://x.o\trg", "https://x\\y.org")
        ),
        *(
            (url, "blanks")
            for url in ("https://x.org/\n", "https://x.org/a b", "https://x.org/\u200b", "https://x.org\u00a0/")
        ),
        *((url, "port") for url in ("https://x.org:0", "https://x.org:", "https://[2606:4700::1]x")),
        *((url, "URL") for url in ("https://x.org:99999", "https://x.org:a", "https://[::1", "https://[nothing]")),
        *(
            (url, "host")
            for url in ("https://%6cocalhost", "https://x..org", "https://-", "https://256.1.1.1", "https://1.2.3.4.5")
        ),
    ],
)
def test_what_is_no_address_to_call_is_said(url, words):
    fault = fault_of_url(url, allow_private=True)
    assert fault is not None
    assert words in fault
