"""Each kind of personal data by examples: found, and not found in what only looks like it."""

from __future__ import annotations

import pytest

from govern.enforcement import pii
from govern.enforcement.folding import Folded
from govern.enforcement.guards.values import value_detector
from govern.enforcement.values.detector import ValueDetector


@pytest.fixture(scope="module")
def detector() -> ValueDetector:
    return value_detector(None)


def kinds_in(detector: ValueDetector, text: str) -> dict[str, str]:
    folded = Folded(text)
    found = {}
    for hit in detector.find(folded):
        start, end = folded.text_span(hit.start, hit.end)
        found[hit.kind.id] = text[start:end]
    return found


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("EMAIL", "write to amy.author+news@mail.example.co.uk.", "amy.author+news@mail.example.co.uk"),
        ("EMAIL", "José: josé@example.com", "josé@example.com"),
        ("PHONE", "call +44 (20) 7123 4567 today", "+44 (20) 7123 4567"),
        ("PHONE", "(415) 555-0132 is free", "(415) 555-0132"),
        ("PHONE", "電話：02-2345-6789", "02-2345-6789"),
        ("PHONE", "Tel. 030 1234567", "030 1234567"),
        ("PHONE", "mobile: 415.555.0132x99", "415.555.0132x99"),
        ("CREDIT_CARD", "paid with 4111 1111 1111 1111", "4111 1111 1111 1111"),
        ("CREDIT_CARD", "3782-822463-10005", "3782-822463-10005"),
        ("CREDIT_CARD", "card=5555555555554444;", "5555555555554444"),
        ("CREDIT_CARD", "卡號４１１１１１１１１１１１１１１１", "４１１１１１１１１１１１１１１１"),
        ("IBAN", "IBAN GB82 WEST 1234 5698 7654 32 please", "GB82 WEST 1234 5698 7654 32"),
        ("IBAN", "de89370400440532013000", "de89370400440532013000"),
        ("CRYPTO", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"),
        ("CRYPTO", "wallet 0x52908400098527886E0F7030069857D2E4169EE7", "0x52908400098527886E0F7030069857D2E4169EE7"),
        ("SWIFT_BIC", "our BIC is DEUTDEFF500", "DEUTDEFF500"),
        ("CARD_SECURITY_CODE", "CVV: 123", "123"),
        ("IP", "login from 203.0.113.77 failed", "203.0.113.77"),
        ("IP", "route 203.0.113.0/24 and", "203.0.113.0/24"),
        ("IP", "see [2001:db8::8a2e:370:7334]:80", "2001:db8::8a2e:370:7334"),
        ("MAC", "device 00:1A:2B:3C:4D:5E", "00:1A:2B:3C:4D:5E"),
        ("IMEI", "IMEI 490154203237518", "490154203237518"),
        ("DATE_OF_BIRTH", "born 05/17/1985 in Rome", "05/17/1985"),
        ("DATE_OF_BIRTH", "生日是1985年5月17日", "1985年5月17日"),
        ("DATE_OF_BIRTH", "Geburtsdatum: 17.05.1985", "17.05.1985"),
        ("PASSPORT", "Passport A12345678 issued", "A12345678"),
        ("DRIVER_LICENSE", "driver's license D1234567", "D1234567"),
        ("MEDICAL_RECORD_NUMBER", "MRN 00482913", "00482913"),
        ("DATE_OF_BIRTH", "born 12/03/2535", "12/03/2535"),
        ("DATE_OF_BIRTH", "วันเกิด 12 มีนาคม 2535", "12 มีนาคม 2535"),
        ("DATE_OF_BIRTH", "เกิดวันที่ 5 ม.ค. 2540", "5 ม.ค. 2540"),
        ("EMPLOYEE_NUMBER", "employee number 4471882", "4471882"),
        ("EMPLOYEE_NUMBER", "Employee ID: E-104482", "E-104482"),
        ("EMPLOYEE_NUMBER", "工号：A20391", "A20391"),
        ("USERNAME", "username: kestrel_77", "kestrel_77"),
        ("USERNAME", "用户名：kestrel77", "kestrel77"),
        ("VEHICLE_IDENTIFICATION_NUMBER", "VIN 1M8GDM9AXKP042788", "1M8GDM9AXKP042788"),
        ("US_SSN", "it is 536-22-1234", "536-22-1234"),
        ("US_SSN", "social security number: 536221234", "536221234"),
        ("US_ITIN", "ITIN 912-70-1234", "912-70-1234"),
        ("US_EIN", "EIN 12-3456789", "12-3456789"),
        ("ABA_ROUTING_NUMBER", "routing number 121000358", "121000358"),
        ("US_NPI", "NPI: 1245319599", "1245319599"),
        ("US_MBI", "1EG4-TE5-MK73", "1EG4-TE5-MK73"),
        ("MEDICAL_LICENSE", "DEA BB1388568", "BB1388568"),
        ("CA_SIN", "SIN 435 418 165", "435 418 165"),
        ("MX_CURP", "BOXW310820HNERXN09", "BOXW310820HNERXN09"),
        ("UK_NHS", "NHS number 943 476 5919", "943 476 5919"),
        ("UK_NINO", "AB 12 34 56 C", "AB 12 34 56 C"),
        ("UK_DRIVING_LICENCE", "MORGA607054SM9IJ", "MORGA607054SM9IJ"),
        ("UK_POSTCODE", "address: SW1A 1AA", "SW1A 1AA"),
        ("IE_PPS", "PPS 6433435F", "6433435F"),
        ("DE_TAX_ID", "Steuer-ID 36574261809", "36574261809"),
        ("DE_SOCIAL_SECURITY", "15070649C103", "15070649C103"),
        ("DE_HEALTH_INSURANCE", "KVNR A123456780", "A123456780"),
        ("DE_ID_CARD", "Personalausweis T22000129", "T22000129"),
        ("DE_VAT_ID", "DE136695976", "DE136695976"),
        ("AT_SVNR", "Sozialversicherungsnummer 1237 010180", "1237 010180"),
        ("CH_AHV", "756.9217.0769.85", "756.9217.0769.85"),
        ("FR_NIR", "2 95 10 99 126 111 93", "2 95 10 99 126 111 93"),
        ("ES_NIF", "DNI 12345678Z", "12345678Z"),
        ("ES_NIE", "X1234567L", "X1234567L"),
        ("IT_FISCAL_CODE", "RSSMRA85T10A562S", "RSSMRA85T10A562S"),
        ("PT_NIF", "NIF 501 964 843", "501 964 843"),
        ("NL_BSN", "BSN 111222333", "111222333"),
        ("BE_NATIONAL_NUMBER", "85.07.30-033.28", "85.07.30-033.28"),
        ("PL_PESEL", "PESEL 44051401458", "44051401458"),
        ("SE_PERSONNUMMER", "871220-2384", "871220-2384"),
        ("FI_PERSONAL_IDENTITY_CODE", "131052-308T", "131052-308T"),
        ("FI_PERSONAL_IDENTITY_CODE", "020594X903P", "020594X903P"),
        ("DK_CPR", "CPR 211062-5629", "211062-5629"),
        ("NO_FODSELSNUMMER", "fødselsnummer 15108695088", "15108695088"),
        ("CZ_BIRTH_NUMBER", "710319/2745", "710319/2745"),
        ("RO_CNP", "CNP 1630615123457", "1630615123457"),
        ("BG_EGN", "ЕГН 7523169263", "7523169263"),
        ("HR_OIB", "OIB 33392005961", "33392005961"),
        ("GR_AMKA", "ΑΜΚΑ 01013099997", "01013099997"),
        ("RU_SNILS", "112-233-445 95", "112-233-445 95"),
        ("TR_NATIONAL_ID", "TC Kimlik No: 10000000146", "10000000146"),
        ("TW_NATIONAL_ID", "身分證字號A123456789", "A123456789"),
        ("TW_RESIDENT_CERTIFICATE", "居留證 A800000014", "A800000014"),
        ("TW_RESIDENT_CERTIFICATE", "統一證號：AC01234567", "AC01234567"),
        ("TW_GUI_NUMBER", "統一編號 04595257", "04595257"),
        ("TW_HEALTH_CARD", "健保卡號 0000 1234 5678", "0000 1234 5678"),
        ("CN_RIC", "身份证 11010519491231002X", "11010519491231002X"),
        ("HK_IDENTITY_CARD", "HKID A123456(3)", "A123456(3)"),
        ("JP_MY_NUMBER", "マイナンバー 1234 5678 9018", "1234 5678 9018"),
        ("KR_RRN", "960121-1021413", "960121-1021413"),
        ("KR_BRN", "104-82-13138", "104-82-13138"),
        ("IN_AADHAAR", "Aadhaar 3998 7654 3211", "3998 7654 3211"),
        ("IN_PAN", "PAN ABBPM4567S", "ABBPM4567S"),
        ("IN_GSTIN", "27ABCDE1234F1Z5", "27ABCDE1234F1Z5"),
        ("PK_CNIC", "CNIC 34201-0891231-8", "34201-0891231-8"),
        ("SG_NRIC_FIN", "G1122144L", "G1122144L"),
        ("MY_NRIC", "770305-02-1234", "770305-02-1234"),
        ("ID_NIK", "NIK 3171011708450001", "3171011708450001"),
        ("TH_TNIN", "เลขประจำตัวประชาชน: 3456789012347", "3456789012347"),
        ("VN_CITIZEN_ID", "CCCD 001093012345", "001093012345"),
        ("PH_TIN", "TIN 000-123-456", "000-123-456"),
        ("AU_TFN", "TFN: 876 543 210", "876 543 210"),
        ("AU_ABN", "51 824 753 556", "51 824 753 556"),
        ("AU_MEDICARE", "Medicare 2123 45670 1", "2123 45670 1"),
        ("NZ_IRD", "IRD 49-091-850", "49-091-850"),
        ("ZA_ID_NUMBER", "RSA ID: 8001015009087", "8001015009087"),
        ("NG_NIN", "NIN 12345678901", "12345678901"),
        ("IL_ID", "תעודת זהות 039337423", "039337423"),
        ("AE_EMIRATES_ID", "784-1980-1234567-8", "784-1980-1234567-8"),
        ("BR_CPF", "390.533.447-05", "390.533.447-05"),
        ("BR_CNPJ", "16.727.230/0001-97", "16.727.230/0001-97"),
        ("AR_CUIT", "20-05536168-2", "20-05536168-2"),
        ("CL_RUT", "12.531.909-2", "12.531.909-2"),
        ("EC_NATIONAL_ID", "cédula 1714307103", "1714307103"),
    ],
)
def test_found(detector: ValueDetector, kind: str, text: str, value: str) -> None:
    assert kinds_in(detector, text).get(kind) == value


@pytest.mark.parametrize(
    "text",
    [
        "Order #21724630 shipped on 2024-03-12, tracking 1Z3882631769815640.",
        "Ticket 111832370 is assigned to queue 42.",
        "The commit 93c1bb2df574c0bf82ccbd2d73707be01f50bb70 fixes issue #7605.",
        "Pi is 3.14159265358979 and e is 2.718281828459045",
        "Section 4.2.1.3 describes the API of v1.2.3.4",
        "SKU 123-45-678, batch 2024-00-1234",
        "EAN 4076622628311, ISBN 978-3-16-148410-0",
        "localhost 127.0.0.1:8000 is refused at 12:34:56",
        "Invoice 6865402103 total 1,234,567.89 USD",
        "std::max and a::b and ::operator new",
        "it was 666-12-1234 or 000-12-1234 or 536-00-1234",
        "192.168.1.256 and 300.1.1.1",
        "統一編號 04595258",
        "He was born in Berlin in 1985 and moved in 2004.",
        "uuid 550e8400-e29b-41d4-a716-446655440000",
        "user@localhost and @mention and a@b",
        "timestamp 1700000000 and 1700000000123 ms",
        "the username field is required",
        "user id user_name",
        "employee number of the month",
    ],
)
def test_not_found(detector: ValueDetector, text: str) -> None:
    assert kinds_in(detector, text) == {}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("CREDIT_CARD", "card number 4111 1111 1111 1112"),
        ("IBAN", "IBAN GB82 WEST 1234 5698 7654 33"),
        ("TW_NATIONAL_ID", "身分證字號 A123456788"),
    ],
)
def test_a_number_with_a_wrong_check_digit_scores_low(detector: ValueDetector, kind: str, text: str) -> None:
    """Below what a policy acts on unless it lowers its ``min_score``."""
    scores = {hit.kind.id: hit.score for hit in detector.find(Folded(text))}
    assert kind in scores
    assert max(scores.values()) < 0.5


def test_a_wrong_check_digit_without_a_word_before_it_is_nothing(detector: ValueDetector) -> None:
    assert kinds_in(detector, "row 4111 1111 1111 1112 of the table") == {}
    assert kinds_in(detector, "PESEL 00000000000") == {}


def test_a_cue_decides_between_kinds(detector: ValueDetector) -> None:
    assert set(kinds_in(detector, "BSN 111222333")) == {"NL_BSN"}
    assert "NL_BSN" not in kinds_in(detector, "passport 111222333")


def test_a_value_alone_is_the_answer_to_a_question(detector: ValueDetector) -> None:
    assert "NL_BSN" in kinds_in(detector, "111222333")
    assert kinds_in(detector, "counted 111222333 stars") == {}


def test_invisible_characters_do_not_hide_a_value(detector: ValueDetector) -> None:
    assert kinds_in(detector, "4111\u200b 1111 11\u200d11 1111") == {"CREDIT_CARD": "4111\u200b 1111 11\u200d11 1111"}


def test_breadth() -> None:
    countries = {kind.split("_")[0] for kind in pii.KIND_IDS if len(kind.split("_")[0]) == 2} - {"IP", "EU"}
    assert len(pii.KIND_IDS) >= 100
    assert len(countries) >= 40


@pytest.mark.parametrize(
    ("name", "kind"),
    [("credit_card", "CREDIT_CARD"), ("Email_Address", "EMAIL"), ("tw_ubn", "TW_GUI_NUMBER"), ("nope", None)],
)
def test_names_in_policies(name: str, kind: str | None) -> None:
    assert pii.kind_id(name) == kind


def test_a_value_is_reported_once_a_kind(detector: ValueDetector) -> None:
    for text in ("Connect to ::ffff:10.0.0.1 now", "0917-123-4567", "3998 7654 3211", "My PAN number is ABBPM4567S"):
        names = [hit.kind.id for hit in detector.find(Folded(text))]
        assert names
        assert len(names) == len(set(names))
