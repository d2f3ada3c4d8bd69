"""Signing in through a SAML identity provider: what it signed for us lets its person in, and nothing else does."""

import base64
import uuid
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from django.test import Client
from django.urls import reverse
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from audit.models import AuditEvent
from govern.models import Person
from govern.settings.identity_provider import saml_app
from tests.cast import person
from tests.loopback import serve_in_thread

pytestmark = pytest.mark.usefixtures("db", "own_cache")
WHERE_TO = "/admin/govern/team/"
ENTITY = "https://idp.example/entity"
BINDINGS = "urn:oasis:names:tc:SAML:2.0:bindings"
INSTANT = "%Y-%m-%dT%H:%M:%SZ"


class IdentityProvider:
    """A loopback identity provider: its metadata, and the answers that it signs."""

    def __init__(self) -> None:
        self.key = generate_private_key(65537, 2048)
        self.certificate = certificate_of(self.key)
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(provider.metadata().encode())

            def log_message(self, *_: Any) -> None:
                """Stay quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        serve_in_thread(self.server)

    def metadata(self) -> str:
        """How it describes itself."""
        bare = "".join(self.certificate.splitlines()[1:-1])
        return f"""<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{ENTITY}">
          <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
            <KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#">
              <X509Data><X509Certificate>{bare}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>
            <SingleSignOnService Binding="{BINDINGS}:HTTP-Redirect" Location="{self.url}/sso"/>
          </IDPSSODescriptor></EntityDescriptor>"""

    def answer(
        self,
        *,
        in_response_to: str,
        email: str,
        audience: str,
        key: RSAPrivateKey | None = None,
        name: str = "eve-at-the-bank",
        form: str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
        recipient: str = "",
        minutes: int = 5,
        more: str = "",
        signed: bool = True,
        edit: tuple[str, str] = ("", ""),
    ) -> str:
        """A response with one assertion, signed with its key or another, in base64. `edit` changes it after it was signed."""
        now = datetime.now(UTC)
        soon, long_ago = (
            (now + timedelta(minutes=minutes)).strftime(INSTANT),
            (now - timedelta(minutes=15)).strftime(INSTANT),
        )
        acs = "http://testserver" + reverse("saml_acs", args=["sso"])
        assertion = f"""<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_{uuid.uuid4().hex}"
            Version="2.0" IssueInstant="{now.strftime(INSTANT)}"><saml:Issuer>{ENTITY}</saml:Issuer>
          <saml:Subject><saml:NameID Format="{form}">{name}</saml:NameID>
            <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData
              NotOnOrAfter="{soon}" Recipient="{recipient or acs}" InResponseTo="{in_response_to}"/></saml:SubjectConfirmation>
          </saml:Subject>
          <saml:Conditions NotBefore="{long_ago}" NotOnOrAfter="{soon}"><saml:AudienceRestriction>
            <saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>
          <saml:AuthnStatement AuthnInstant="{now.strftime(INSTANT)}"><saml:AuthnContext><saml:AuthnContextClassRef>
            urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>
          </saml:AuthnStatement>
          <saml:AttributeStatement><saml:Attribute Name="email"><saml:AttributeValue>{email}</saml:AttributeValue>
          </saml:Attribute>{more}</saml:AttributeStatement></saml:Assertion>"""
        used = key or self.key
        private = used.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
        given = (
            OneLogin_Saml2_Utils.add_sign(assertion, private, certificate_of(used)).decode() if signed else assertion
        )
        given = given.replace(*edit) if edit[0] else given
        response = f"""<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_{uuid.uuid4().hex}"
            Version="2.0" IssueInstant="{now.strftime(INSTANT)}" Destination="{acs}" InResponseTo="{in_response_to}">
          <saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">{ENTITY}</saml:Issuer>
          <samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
          {given}</samlp:Response>"""
        return base64.b64encode(response.encode()).decode()


def certificate_of(key: RSAPrivateKey) -> str:
    """A certificate that the key signed for itself, in PEM."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "idp.example")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return built.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture
def client() -> Client:
    """A browser; unlike the test client it always says which host it asks."""
    return Client(HTTP_HOST="testserver")


@pytest.fixture
def provider(settings: Any) -> Iterator[IdentityProvider]:
    """The identity provider that the settings name."""
    found = IdentityProvider()
    app = saml_app(metadata_url=found.url, entity_id=ENTITY, name="Example Bank", certificate="", private_key="")
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}, "saml": {"APPS": [app]}}
    for name in ("ben", "eve"):
        Person.objects.filter(pk=person(name).pk).update(email=f"{name}@example.com")
    yield found
    found.server.shutdown()
    found.server.server_close()


def asked(client: Client) -> str:
    """Goes to the identity provider; the number of the request that it gets."""
    sent_to = client.get(reverse("saml_login", args=["sso"]), {"next": WHERE_TO})["Location"]
    packed = parse_qs(urlsplit(sent_to).query)["SAMLRequest"][0]
    return ElementTree.fromstring(zlib.decompress(base64.b64decode(packed), -15)).attrib["ID"]


def come_back(client: Client, provider: IdentityProvider, **changes: Any) -> Any:
    """Comes back with an answer; the last response of Govern."""
    given = {
        "in_response_to": changes.pop("in_response_to", None) or asked(client),
        "email": "eve@example.com",
        "audience": "http://testserver" + reverse("saml_metadata", args=["sso"]),
        **changes,
    }
    posted = client.post(reverse("saml_acs", args=["sso"]), {"SAMLResponse": provider.answer(**given)})
    return client.get(posted["Location"])


def test_a_signed_answer_lets_its_person_in(client: Client, provider: IdentityProvider) -> None:
    assert come_back(client, provider)["Location"] == WHERE_TO
    assert client.get(WHERE_TO).wsgi_request.user == person("eve")
    again = Client(HTTP_HOST="testserver")
    come_back(again, provider, email="ben@example.com")
    assert again.get(WHERE_TO).wsgi_request.user == person("eve")


def another(*values: str, name: str = "email") -> str:
    """One more attribute."""
    inside = "".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in values)
    return f'<saml:Attribute Name="{name}">{inside}</saml:Attribute>'


ADDRESS = "urn:oid:0.9.2342.19200300.100.1.3"
FORMAT = "urn:oasis:names:tc:SAML:2.0:nameid-format"
REFUSED: dict[str, dict[str, Any]] = {
    "another key": {"key": generate_private_key(65537, 2048)},
    "another audience": {"audience": "https://payroll.example"},
    "another recipient": {"recipient": "https://payroll.example/acs"},
    "nobody asked": {"in_response_to": "_made-up"},
    "out of date": {"minutes": -10},
    "not signed": {"signed": False},
    "an address changed after it was signed": {"edit": ("eve@", "amy@")},
    "a name changed after it was signed": {"edit": ("eve-at", "ben-at")},
    "a stranger": {"email": "mallory@example.com"},
    "somebody who may act": {"email": "ben@example.com"},
    "letters that look alike": {"email": "\u0435ve@example.com"},
    "full-width letters": {"email": "\uff45ve@example.com"},
    "two addresses in one": {"email": "eve@example.com,ben@example.com"},
    "a blank within": {"email": "eve @example.com"},
    "a quoted address": {"email": '"eve"@example.com'},
    "no address": {"email": ""},
    "another address beside it": {"more": another("ben@example.com", name=ADDRESS)},
    "two addresses of another name": {"more": another("eve@example.com", "ben@example.com", name=ADDRESS)},
    "elements for an address": {"email": "<x>eve@example.com</x>"},
    "a name for this once": {"form": f"{FORMAT}:transient"},
    "no name": {"name": ""},
    "a blank name": {"name": " "},
    "a name with blanks around it": {"name": " eve-at-the-bank "},
    "a name of 1,000 characters": {"name": "e" * 1000},
    "a name with a line break": {"name": "eve&#10;ben"},
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_refused(client: Client, provider: IdentityProvider, why: str) -> None:
    people = Person.objects.count()
    come_back(client, provider, **REFUSED[why])
    assert client.get(WHERE_TO).status_code == 302
    assert Person.objects.count() == people
    assert not SocialAccount.objects.exists()
    assert AuditEvent.objects.filter(type="person.federation_refused").exists()
    assert client.get(reverse("account_login")).context["messages"]


def test_a_comment_in_a_name_cuts_nothing_off(client: Client, provider: IdentityProvider) -> None:
    come_back(client, provider, name="eve-at-the-bank")
    other = Client(HTTP_HOST="testserver")
    come_back(other, provider, name="eve-at-the-bank<!-- -->.evil", email="mallory@example.com")
    assert other.get(WHERE_TO).status_code == 302
    assert SocialAccount.objects.count() == 1


def test_the_same_name_in_another_format_is_another(client: Client, provider: IdentityProvider) -> None:
    come_back(client, provider)
    other = Client(HTTP_HOST="testserver")
    come_back(other, provider, form=f"{FORMAT}:persistent", email="mallory@example.com")
    assert other.get(WHERE_TO).status_code == 302


@pytest.mark.parametrize("sent", ["", "x", "%%%", base64.b64encode(b"<a>").decode(), base64.b64encode(b"\0").decode()])
def test_what_is_no_answer_is_refused(client: Client, provider: IdentityProvider, sent: str) -> None:
    posted = client.post(reverse("saml_acs", args=["sso"]), {"SAMLResponse": sent})
    assert client.get(posted["Location"])["Location"] == reverse("account_login")
    assert AuditEvent.objects.filter(type="person.federation_refused").exists()


def test_an_answer_counts_once(client: Client, provider: IdentityProvider) -> None:
    number = asked(client)
    audience = "http://testserver" + reverse("saml_metadata", args=["sso"])
    answer = provider.answer(in_response_to=number, email="eve@example.com", audience=audience)
    posted = client.post(reverse("saml_acs", args=["sso"]), {"SAMLResponse": answer})
    assert client.get(posted["Location"])["Location"] == WHERE_TO
    client.post(reverse("account_logout"))
    posted = client.post(reverse("saml_acs", args=["sso"]), {"SAMLResponse": answer})
    assert client.get(posted["Location"])["Location"] == reverse("account_login")


def test_govern_describes_itself(client: Client, provider: IdentityProvider) -> None:
    answer = client.get(reverse("saml_metadata", args=["sso"]))
    assert answer.status_code == 200
    assert b"AssertionConsumerService" in answer.content


@pytest.mark.parametrize("name", ["email_verified", "http://schemas.auth0.com/email_verified"])
@pytest.mark.parametrize(
    ("word", "comes_in"), [("true", True), ("false", False), ("True", False), ("1", False), ("", False)]
)
def test_an_address_that_is_said_to_be_unverified_is_not_believed(
    client: Client, provider: IdentityProvider, name: str, word: str, comes_in: bool
) -> None:
    more = f'<saml:Attribute Name="{name}"><saml:AttributeValue>{word}</saml:AttributeValue></saml:Attribute>'
    come_back(client, provider, more=more)
    assert SocialAccount.objects.exists() is comes_in
