from typing import Any

import pytest

from attio_api.errors import InvalidValue
from attio_api.values import lost_parts, normalise, same, write_value
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
    "https://a.example.com/ http://b.example.com/",
    "https://a.example.com/about b.example.com",
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
    "(+1) 415 555 0123 ext. 9": "+14155550123",
}
NO_PHONES = ["117 234 5678", "phone", "+44 1", "+999 123 456 789", True, 1.5]


@pytest.mark.parametrize(("plain", "expected"), DOMAINS.items())
def test_domains_have_one_spelling(plain: str, expected: str) -> None:
    """Scheme, user, port, path, case and trailing dot are cut, and international names encoded."""
    assert expected == write_value(attribute("domain"), plain)


@pytest.mark.parametrize("plain", NO_DOMAINS)
def test_what_is_no_domain_is_refused(plain: Any) -> None:
    """A host without an ending, an address or a broken label is not a domain."""
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


@pytest.mark.parametrize("member", ["original_phone_number", "phone_number", "normalized_phone_number"])
@pytest.mark.parametrize("default", ["GB", "US", None])
def test_a_numbers_own_country_counts_more(member: str, default: str | None) -> None:
    """A country beside the number is stronger than the default, in whichever member the number stands."""
    plain = {member: "0117 234 5678", "country_code": "gb"}

    assert "+441172345678" == write_value(attribute("phone-number", default_country=default), plain)


def test_a_whole_number_needs_no_country_beside_it() -> None:
    """Attio's own value comes back as it is, and another country beside the number changes nothing."""
    own = {"attribute_type": "phone-number", "phone_number": "+441172345678", "country_code": "GB"}

    assert "+441172345678" == write_value(attribute("phone-number"), own)
    assert "+441172345678" == write_value(attribute("phone-number"), own | {"country_code": "US"})


@pytest.mark.parametrize(
    ("country", "plain"),
    [
        (None, "+11234567890"),
        (None, "+1 555 123 4567"),
        ("US", "555-3001"),
        ("US", "12345"),
        ("US", "0117 234 5678"),
        ("US", "06 12 34 56 78"),
        ("US", "011 44 20 7946 0958"),
        ("GB", "010 1 415 555 2671"),
        ("DE", "12"),
        ("XX", "030 1234567"),
    ],
)
def test_a_number_outside_the_plan_is_refused(country: str | None, plain: str) -> None:
    """A number that its country's numbering plan does not have is refused; none is made out of another."""
    with pytest.raises(InvalidValue, match=r"outside the numbering plan|not a phone number"):
        write_value(attribute("phone-number", default_country=country), plain)


@pytest.mark.parametrize(
    "plain", ["49 221 3333333", "1-800-356-9377", "1-800-FLOWERS", "(33) 1 42 68 53 00", "44 20 7946 0958"]
)
def test_digits_that_are_two_numbers_are_refused(plain: str) -> None:
    """With the country's code in front, and as a number of it or of another country; neither is taken."""
    with pytest.raises(InvalidValue, match="can be read as two numbers: with the code of DE in front"):
        write_value(attribute("phone-number", default_country="DE"), plain)


@pytest.mark.parametrize(
    "beside", [" mobil", " Tel", " App. 12", " u. 34", "/34", " / 34", " (12)", " PIZZA", " ab 18h", "-DW 12"]
)
@pytest.mark.parametrize("number", ["0421 3333333", "+49 421 3333333", "0421/3333333"])
def test_what_stands_beside_a_number_is_no_part_of_it(number: str, beside: str) -> None:
    """German numbers may have many lengths, so letters and further digits would make another valid one."""
    german = attribute("phone-number", default_country="DE")

    assert "+494213333333" == write_value(german, number)
    with pytest.raises(InvalidValue, match="has a phone number with more beside it"):
        write_value(german, number + beside)


@pytest.mark.parametrize("plain", ["4213333333.0", 4213333333.0, "+494213333333.0"])
def test_a_number_that_a_data_frame_made_a_float_is_the_number(plain: Any) -> None:
    """Its zero behind the point is no digit of it."""
    assert "+494213333333" == write_value(attribute("phone-number", default_country="DE"), plain)


@pytest.mark.parametrize(
    ("country", "plain", "expected"),
    [
        ("DE", "Tel.: 0421/3333333-12", "+49421333333312"),
        ("DE", "+49 (0)421 (3333333)", "+494213333333"),
        ("US", "(415) 555-2671", "+14155552671"),
        ("US", "1-415-555-2671", "+14155552671"),
        ("US", "14155552671", "+14155552671"),
        ("GB", "442079460958", "+442079460958"),
        ("DE", "0221 3333333", "+492213333333"),
        ("DE", "221 3333333", "+492213333333"),
        ("DE", "16012345678", "+4916012345678"),
        ("DE", "0800 FLOWERS", "+498003569377"),
        ("US", "248 425 1234", "+12484251234"),
        ("US", "1-800-FLOWERS", "+18003569377"),
        ("US", "604 555 0123", "+16045550123"),
        ("US", "+44 20 7946 0958", "+442079460958"),
        ("US", "0044 20 7946 0958", "+442079460958"),
        ("FR", "06 12 34 56 78", "+33612345678"),
        ("IT", "06 698 12345", "+390669812345"),
    ],
)
def test_numbers_are_read_as_they_are_dialled(country: str, plain: str, expected: str) -> None:
    """A default country completes the numbers that are dialled there, and leaves international ones alone."""
    assert expected == write_value(attribute("phone-number", default_country=country), plain)


EXTENDED = [
    "(415) 555-2671 ext. 5",
    "(415) 555-2671 Ext 5",
    "(415) 555-2671 extension: 5",
    "(415) 555-2671x5",
    "(415) 555-2671 X5",
    "(415) 555-2671 #5",
    "(415) 555-2671;ext=5",
    "(415) 555-2671,,5",
    "(415) 555-2671 - 5#",
    "(415) 555-2671 (ext 5)",
    "(415) 555-2671 / x5",
    "1 415 555 2671 ext. 5",
    "tel:+1-415-555-2671;ext=5",
]


@pytest.mark.parametrize("plain", EXTENDED)
def test_an_extension_is_told_as_lost(plain: str) -> None:
    """The number is right in all spellings, and what Attio does not keep of it is named."""
    phone = attribute("phone-number", default_country="US")
    lost = lost_parts(phone, plain)

    assert "+14155552671" == write_value(phone, plain)
    assert [plain] == [one.details["value"] for one in lost]
    assert "has an extension" in str(lost[0])


@pytest.mark.parametrize("plain", ["1-800-FLOWERS", "+44 20 7946 0958", "tel:+1-415-555-2671", None])
def test_a_number_alone_loses_nothing(plain: str | None) -> None:
    """Neither do letters that stand for digits, nor no number at all."""
    assert [] == lost_parts(attribute("phone-number", default_country="US"), plain)


@pytest.mark.parametrize("ending", ["test", "example", "invalid", "localhost", "TEST", "Example."])
def test_reserved_endings_are_refused(ending: str) -> None:
    """Attio takes no domain and no address under an ending that is reserved for trials."""
    with pytest.raises(InvalidValue, match="reserved"):
        write_value(attribute("domain"), f"https://northmill.{ending}/about")
    with pytest.raises(InvalidValue, match="reserved"):
        write_value(attribute("email-address"), f"ada@northmill.{ending}")


@pytest.mark.parametrize("domain", ["example.com", "northmill.example.com", "test.com", "example.test.org"])
def test_names_that_only_look_reserved_are_taken(domain: str) -> None:
    """What counts is the last label alone."""
    assert domain == write_value(attribute("domain"), domain)
    assert f"a@{domain}" == write_value(attribute("email-address"), f"a@{domain}")
