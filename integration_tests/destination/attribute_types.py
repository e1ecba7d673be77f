"""Every type of attribute with values of its own, and what each merge rule makes of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Case:
    """One type: how the attribute is made, two values as rows hold them, one that cannot be written.

    `{}` in a value stands for the row's key, where no two rows may hold the same. `again` are other spellings
    of the first value.
    """

    kind: str
    one: Any
    other: Any
    invalid: Any
    many: bool = False
    settings: dict[str, Any] = field(default_factory=dict)
    slug: str = "field"
    clears: bool = True
    again: tuple[Any, ...] = ()


MANY: dict[str, Any] = {"many": True, "settings": {"is_multiselect": True}}
CASES = [
    Case(kind="text", one="first", other="second", invalid={"not": "text"}, again=(" first ", ["first"])),
    Case(kind="text", one="{}: first", other="{}: second", invalid=["a", "b"], settings={"is_unique": True}),
    Case(kind="number", one="42", other=43.5, invalid="many", again=(42.0, "42.00000", Decimal("4.2e1"))),
    Case(kind="checkbox", one="yes", other=False, invalid="perhaps", clears=False, again=(True, 1, "TRUE")),
    Case(
        kind="currency",
        one="99.5",
        other={"amount": 7, "currency": "EUR"},
        invalid={"amount": 7, "currency": "USD"},
        settings={"config": {"currency": {"default_currency_code": "EUR", "display_type": "symbol"}}},
        again=(99.5, {"amount": "99.50", "currency": "eur"}, '{"amount": 99.5}'),
    ),
    Case(kind="currency", one="99.5", other=7, invalid="seven"),
    Case(
        kind="date",
        one="2026-05-01",
        other="2026-05-02T23:00:00-10:00",
        invalid="05/01/2026",
        again=("2026/05/01", 20260501, 1777593600, "2026-05-01T23:00:00Z"),
    ),
    Case(
        kind="timestamp",
        one="2026-05-01T10:00:00Z",
        other="2026-05-01 12:00:00+01:00",
        invalid="noon",
        again=("2026-05-01 12:00:00+0200", "2026-05-01 10:00:00", 1777629600, 1777629600000),
    ),
    Case(kind="rating", one=3, other="4", invalid=6, again=("3", 3.0)),
    Case(kind="rating", one=0, other=5, invalid=-1),
    Case(kind="select", one="Small", other="Large", invalid="Huge", again=(" Small ", ["Small"])),
    Case(
        kind="select",
        one=["Small"],
        other="Large",
        invalid="Huge",
        again=("Small", '["Small"]', "Small,,Small"),
        **MANY,
    ),
    Case(kind="status", one="Small", other="Large", invalid="Huge", again=(" Small",)),
    Case(
        kind="location",
        one={"locality": "Bristol", "country_code": "GB", "latitude": "51.4500"},
        other="FR",
        invalid="Baker Street",
        again=(
            {"city": "Bristol", "country": "gb", "lat": 51.45},
            '{"city": "Bristol", "country": "GB", "lat": 51.45}',
        ),
    ),
    Case(
        kind="phone-number",
        one="+44 117 234 5678",
        other="0117 234 5679",
        invalid="call me",
        again=("(0117) 234-5678", "00441172345678", {"phone_number": "0117 2345678", "country_code": "GB"}),
    ),
    Case(kind="phone-number", one=["+441172345678"], other="+441172345679", invalid="nobody", **MANY),
    Case(
        kind="domain",
        one="a.example.com",
        other="https://B.example.com/x",
        invalid="no domain",
        again=("https://user@A.Example.com:8080/x?y", "a.example.com."),
    ),
    Case(
        kind="domain", one=["a.example.com"], other="b.example.com", invalid=["a.example.com", "no"], **MANY
    ),
    Case(
        kind="email-address",
        one="Ada@example.com",
        other="bob@example.com",
        invalid="nobody",
        again=("ADA@EXAMPLE.COM", '"Lovelace, Ada" <ada@example.com>', "mailto:ada@example.com"),
    ),
    Case(
        kind="email-address",
        one=["ada@example.com"],
        other='"Bob, B." <bob@example.com>',
        invalid="ada@example.com, nobody",
        again=("Ada@example.com, ada@example.com",),
        **MANY,
    ),
    Case(
        kind="record-reference",
        one="T1",
        other="T2",
        invalid="T9",
        settings={"reference": True},
        again=(" T1 ", {"object": "places", "code": "T1"}, '{"code": "T1"}'),
    ),
    Case(
        kind="record-reference",
        one=["T1"],
        other="T2",
        invalid="T9",
        many=True,
        settings={"reference": True, "is_multiselect": True},
    ),
    Case(
        kind="actor-reference", one="MEMBER", other="OTHER", invalid="nobody@example.net", again=("MEMBER",)
    ),
    Case(kind="actor-reference", one="MEMBER", other="OTHER", invalid="nobody@example.net", **MANY),
    Case(
        kind="personal-name",
        one="Ada Lovelace",
        other="Byron, Ada",
        invalid=7.5,
        slug="name",
        again=(
            "Lovelace, Ada",
            " Ada  Lovelace ",
            {"full_name": "Ada Lovelace"},
            {"first_name": "Ada", "last_name": "Lovelace"},
        ),
    ),
]
SITUATIONS = ("empty", "equal", "different", "invalid")
RULES = {
    # what is there is ONE; what is there afterwards, by what the row holds
    "overwrite": {"empty": "nothing", "equal": "one", "different": "other", "invalid": "rejected"},
    "ignore_null": {"empty": "one", "equal": "one", "different": "other", "invalid": "rejected"},
    "clear_on_null": {"empty": "nothing", "equal": "one", "different": "other", "invalid": "rejected"},
    "set_if_empty": {"empty": "one", "equal": "one", "different": "one", "invalid": "rejected"},
    "append": {"empty": "one", "equal": "one", "different": "both", "invalid": "rejected"},
    "remove": {"empty": "one", "equal": "nothing", "different": "one", "invalid": "rejected"},
}
CANNOT_CLEAR = {"overwrite": "one", "clear_on_null": "rejected", "remove": "rejected"}
HOLDS_NOTHING = {
    # what is there is nothing; "equal" is the value itself
    "overwrite": {"empty": "nothing", "equal": "one", "invalid": "rejected"},
    "ignore_null": {"empty": "nothing", "equal": "one", "invalid": "rejected"},
    "clear_on_null": {"empty": "nothing", "equal": "one", "invalid": "rejected"},
    "set_if_empty": {"empty": "nothing", "equal": "one", "invalid": "rejected"},
    "append": {"empty": "nothing", "equal": "one", "invalid": "rejected"},
    "remove": {"empty": "nothing", "equal": "nothing", "invalid": "rejected"},
}


def expected(case: Case, rule: str, situation: str) -> str:
    """The table's answer for one type."""
    found = RULES[rule][situation]
    if found == "nothing" and not case.clears:
        return CANNOT_CLEAR[rule]
    return "other" if found == "both" and not case.many else found


def called(case: Case) -> str:
    """A case's name."""
    return f"{case.kind}{'[]' if case.many else ''}{'!' if case.settings.get('is_unique') else ''}"
