"""Numbers and codes of everyday texts that are nobody's data: orders, books, versions, hashes, times, parcels, parts."""

from __future__ import annotations

import pytest

from govern.enforcement.folding import Folded
from govern.enforcement.guards.values import value_detector

REPORTED_FROM = 0.5
LOOKALIKES = {
    "orders": "Order #4519-2281-7730 shipped|Your order number is 112-4039585-9485028|Invoice INV-2024-00981234 due 2024-11-30|PO 4500123456|訂單編號 20240115093012345|发票号码 04400211160512345678|注文番号 250-1234567-1234567|주문번호 20240115-1234567|Bestellnummer 302-1234567-8901234|N° de commande 4039585948",
    "books and papers": "ISBN 978-3-16-148410-0|ISBN-13: 9780306406157, ISBN-10: 0-306-40615-2|ISSN 2049-3630|DOI 10.1038/s41586-020-2649-2|arXiv:2301.12345v2|page 123-4567|John 3:16-18|case no. 19-cv-00123|US 10,123,456|EP1234567A1",
    "versions": "version 10.2.14.3 of the driver|Chrome/120.0.6099.129 Safari/537.36|build 20240115.3, release 2.15.0.1|node v18.19.0.1234|kernel 5.15.0-91.101|section 4.3.2.1|driver version 531.41.0.1234567",
    "hashes": "sha1 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12|md5: 9e107d9d372bb6826bd81d3542a419d6|uuid 123e4567-e89b-12d3-a456-426614174000|id: 5f2b8c9e1d4a3b2c1e0f9a8b|ssh fingerprint SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDHJ5ZSAGm3vCKHe5M|0x7ffee4b8a9c0 and 0xdeadbeef",
    "times": "timestamp 1700000000 and 1700000000123|2024-01-15T10:30:00.123456Z|at 1712345678.123456 seconds|12/31/1999 to 01/01/2000|The flight UA 1234 on 12/05/2024 at 10:45|time 12:34:56:78|2023-2024, 1999/2000|member since 20190412",
    "parcels": "Tracking number 1Z999AA10123456784|Tracking: 9400 1000 0000 0000 0000 00|DHL 00340434161094042557|FedEx 9612020987654312345672|Sendungsnummer 00340434292135100186",
    "parts": "EAN 4006381333931|UPC 036000291452|GTIN 09506000134352|part no. 123-456-7890-A|SKU 8839-22-4411|serial number C02XG0FDJGH5|lot 20231105A|HS code 8471.30.0100|CAS 50-00-0, 7732-18-5",
    "amounts": "The population was 1 425 887 337 in 2023|Revenue of 1,234,567,890 dollars|$1,299.99 x 12 = $15,599.88|total 123456789 bytes|18446744073709551615|account balance 1234567.89|pi is 3.14159265358979323846|coordinates 48.858370, 2.294481",
    "not quite": "card 1234 5678 9012 3456|test card 0000 0000 0000 0000|IBAN format is DE followed by 20 digits|call 911 or 112|range 192-168|localhost 127.0.0.1:8000|std::vector<int>::iterator|::before and ::after|matrix 12 34 56 78 90 12|ids 101, 102, 103, 104, 105, 106|24/7/365|401(k) and 529 plans|http://example.com/item/4539148803436467",
}


@pytest.mark.parametrize(
    ("about", "text"), [(about, text) for about, texts in LOOKALIKES.items() for text in texts.split("|")]
)
def test_nobodys_data(about: str, text: str) -> None:
    found = [hit.kind.id for hit in value_detector(None).find(Folded(text)) if hit.score >= REPORTED_FROM]
    assert found == [], about
