from typing import Any

import pytest

from attio_api.errors import InvalidValue
from attio_api.values import normalise, same, write_value
from unit_tests.attio_api.samples import attribute

DOMAINS = {
    "example.com": "example.com",
    " Example.COM. ": "example.com",
    "https://User:pw@App.Example.com:8443/path?q=1#x": "app.example.com",
    "//example.com/": "example.com",
    "example.com/path": "example.com",
    "example.com:80": "example.com",
    "münchen.de": "xn--mnchen-3ya.de",
    "HTTP://MÜNCHEN.de/": "xn--mnchen-3ya.de",
    "xn--mnchen-3ya.de": "xn--mnchen-3ya.de",
    "例え。jp": "xn--r8jz45g.jp",
    "_dmarc.example.com": "_dmarc.example.com",
}
NO_DOMAINS = [
    "localhost",
    "ada@example.com",
    "exa mple.com",
    "-a.com",
    "a..com",
    "192.168.0.1",
    "a" * 64 + ".com",
    7,
]
EMAILS = {
    "Ada@Example.COM": "ada@example.com",
    " mailto:ada@example.com": "ada@example.com",
    '"Ada L." <ada@example.com>': "ada@example.com",
    '"Lovelace, Ada" <ada@example.com>': "ada@example.com",
    "Lovelace, Ada <ada@example.com>": "ada@example.com",
    "ada+news@münchen.de": "ada+news@xn--mnchen-3ya.de",
    "O'Neil@example.co.uk": "o'neil@example.co.uk",
}
NO_EMAILS = [
    "ada",
    "@example.com",
    "ada@",
    "ada@localhost",
    "a b@example.com",
    "a@b@example.com",
    "a@b..com",
    7,
]
PHONES = {
    "+44 117 234 5678": "+441172345678",
    "0044 (117) 234-5678": "+441172345678",
    "tel:+44-117-234-5678": "+441172345678",
    "+1 555 010 0123 ext. 9": "+15550100123",
}
NO_PHONES = ["117 234 5678", "phone", "+44 1", "+999 123 456 789", True, 1.5]


@pytest.mark.parametrize(("plain", "expected"), DOMAINS.items())
def test_domains_have_one_spelling(plain: str, expected: str) -> None:
    """Scheme, user, port, path, case and trailing dot are cut, and international names encoded."""
    assert expected == write_value(attribute("domain"), plain)


@pytest.mark.parametrize("plain", NO_DOMAINS)
def test_what_is_no_domain_is_refused(plain: Any) -> None:
    """A host without an ending, an address or a broken label is no domain."""
    with pytest.raises(InvalidValue, match="not a domain"):
        write_value(attribute("domain"), plain)


@pytest.mark.parametrize(("plain", "expected"), EMAILS.items())
def test_emails_compare_in_lower_case(plain: str, expected: str) -> None:
    """Two spellings of one address are the same."""
    assert expected == normalise(attribute("email-address"), plain)
    assert same(attribute("email-address"), expected, plain)


def test_an_email_is_sent_as_given() -> None:
    """Attio keeps the original spelling beside its own, so it gets it."""
    assert "Ada@Example.com" == write_value(attribute("email-address"), " Ada@Example.com ")


@pytest.mark.parametrize("plain", NO_EMAILS)
def test_what_is_no_email_is_refused(plain: Any) -> None:
    """What Attio would refuse is refused before it costs a request."""
    with pytest.raises(InvalidValue, match="not an e-mail address"):
        write_value(attribute("email-address"), plain)


@pytest.mark.parametrize(("plain", "expected"), PHONES.items())
def test_phone_numbers_become_e164(plain: str, expected: str) -> None:
    """International numbers are written without what people put in between."""
    assert expected == write_value(attribute("phone-number"), plain)


@pytest.mark.parametrize("plain", NO_PHONES)
def test_a_number_without_a_country_is_refused(plain: Any) -> None:
    """Which country a national number belongs to is never guessed."""
    with pytest.raises(InvalidValue, match="phone number"):
        write_value(attribute("phone-number"), plain)


@pytest.mark.parametrize("plain", ["0117 234 5678", 1172345678, {"original_phone_number": "0117 234 5678"}])
def test_a_default_country_completes_numbers(plain: Any) -> None:
    """With a default country, national numbers are complete."""
    assert "+441172345678" == write_value(attribute("phone-number", default_country="GB"), plain)


def test_a_numbers_own_country_counts_more() -> None:
    """A country beside the number is stronger than the default."""
    plain = {"original_phone_number": "030 1234567", "country_code": "de"}

    assert "+49301234567" == write_value(attribute("phone-number", default_country="GB"), plain)
