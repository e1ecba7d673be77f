from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from attio_sync.show.page import LISTED, of_plan
from destination_attio.model.plan import Change, FieldChange, Plan
from destination_attio.model.skipped import Skipped

VOID = {"meta", "br", "link"}


class Strict(HTMLParser):
    """Fails on tags that do not close, and remembers the text and every address."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.addresses: list[str] = []
        self.feed(page)
        assert [] == self.open

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attributes if name in {"src", "href"}]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        self.text.append(data.strip())


def change(**more: object) -> Change:
    return Change(**{"kind": "update", "stream": "s", "target": "companies", "key": {"name": "Acme"}} | more)  # type: ignore[arg-type]  # members of Change


def test_every_change_is_on_the_page_field_by_field() -> None:
    """Record, attribute, before and after stand beside each other; counts stand above."""
    fields = (FieldChange(attribute="tier", before="B", after=None),)
    page = Strict(of_plan(Plan(changes=(change(fields=fields),), unchanged=1200, workspace_name="Globex")))
    text = "|".join(part for part in page.text if part)

    assert "What would change in Globex" in text
    assert "Changed:|Acme|tier|cleared|was|B" in text
    assert "1,200|=|unchanged" in text


def test_a_refused_row_says_why_and_what_to_do() -> None:
    """Reason and remedy are on the page, with the row's number."""
    refused = change(kind="rejected", row_number=7, reason="No such option.", remedy="Create it.")
    text = " ".join(" ".join(Strict(of_plan(Plan(changes=(refused,)))).text).split())

    assert "Acme (row 7) No such option. What to do: Create it." in text


def test_a_refused_row_is_shown_with_its_cell() -> None:
    """Whoever has to correct it sees what stands there, also among others that share the reason."""
    refused = [
        change(kind="rejected", row_number=n, attribute="tier", value=cell, reason="No such option.")
        for n, cell in enumerate(["Gold", "<b>" + "x" * 90], start=7)
    ]
    one, both = (
        " ".join(" ".join(Strict(of_plan(Plan(changes=tuple(some)))).text).split())
        for some in (refused[:1], refused)
    )

    assert "Acme (row 7: 'Gold') : tier No such option." in one
    assert "Acme (row 7: 'Gold'), Acme (row 8: '<b>xxx" in both
    assert "x" * 40 not in both


def test_what_is_left_out_is_named_with_its_reason() -> None:
    """Columns that go nowhere and cells that are not written stand on the page, and nothing when all is."""
    cell = Skipped(
        stream="s", row_number=7, column="Since", attribute="day", value="2013 (1888)", reason="No."
    )
    left = {"column": "Fax", "reason": "no attribute of this name"}
    page = Strict(of_plan(Plan(changes=(change(),), left_out=(left,), skipped=(cell,))))
    text = "|".join(part for part in page.text if part)

    assert "Columns left out|1|Column|Why it goes nowhere|Fax|no attribute of this name" in text
    assert (
        "Cells left out of their rows|1|Row|Column|Cell|Why it is not written|7|Since|2013 (1888)|No." in text
    )
    assert "left out" not in of_plan(Plan(changes=(change(),)))


def test_how_the_file_was_read_is_said_on_the_page() -> None:
    """Each remark is a sentence under one heading; a plan without a file has no such heading."""
    page = of_plan(Plan(changes=(change(),), remarks=("Line 3 of <a>.xlsx hidden.",)))

    assert "How the file was read|Line 3 of <a>.xlsx hidden." in "|".join(
        part for part in Strict(page).text if part
    )
    assert "the file was read" not in of_plan(Plan(changes=(change(),)))


def test_no_text_from_outside_becomes_markup() -> None:
    """Names of workspaces, records, attributes and values are escaped."""
    nasty = "</td><script>alert(1)</script>&\"'"
    fields = (FieldChange(attribute=nasty, before=nasty, after={nasty: nasty}),)
    plan = Plan(
        changes=(change(key={nasty: nasty}, fields=fields), change(kind="rejected", reason=nasty)),
        workspace_name=nasty,
        made_at=nasty,
        streams=({"target": nasty, "match": [nasty]},),
    )
    page = of_plan(plan)

    assert "<script" not in page
    assert 4 <= "".join(Strict(page).text).count("<script>")


def test_the_page_asks_nobody_for_anything() -> None:
    """No address, no script, and a policy that forbids both: it opens without a network."""
    page = of_plan(Plan(changes=(change(),)))

    assert {"#update", "data:,"} == set(Strict(page).addresses)
    assert "default-src 'none'" in page
    assert re.search(r"url\(|@import|https?://", page) is None


def test_whoever_has_to_approve_it_knows_what_by_whom_and_how_it_goes_on() -> None:
    """Who made it, when, what the rows do, and the command that applies exactly this."""
    plan = Plan(
        changes=(change(),),
        made_at="2026-01-02T03:04:05+00:00",
        streams=({"stream": "crm", "target": "companies", "match": ["domains"], "mode": "mirror"},),
    )
    page = of_plan(plan, by="ada & co", saved=Path("somewhere/plan.json"))
    text = " ".join(Strict(page).text)

    assert "Made by ada & co on 2026-01-02 03:04 UTC." in text
    assert "crm → companies, matched by domains: new records are created" in text
    assert "attio-sync push --plan plan.json" in text
    assert "it stops there" in text


def test_the_page_of_a_push_names_the_command_for_its_outcome() -> None:
    """It looks into the journal of that push."""
    plan = Plan(changes=(change(),))
    usual, other = (
        " ".join(Strict(of_plan(plan, is_push=True, journal=one)).text)
        for one in (None, Path("my own.duckdb"))
    )

    assert "A push made this page" in usual
    assert "The outcome is in attio-sync history ." in usual
    assert "The outcome is in attio-sync history --journal 'my own.duckdb' ." in other


def test_a_deletion_shows_what_would_be_lost() -> None:
    """The values of a record that a mirror deletes stand beside the reason."""
    gone = change(
        kind="delete",
        reason="The source no longer has it.",
        fields=(FieldChange(attribute="tier", before="B", after=None),),
    )
    text = "|".join(part for part in Strict(of_plan(Plan(changes=(gone,)))).text if part)

    assert "Deleted:|Acme|tier|was|B|The source no longer has it." in text


def test_very_long_plans_are_cut_and_say_so() -> None:
    """A browser gets no more records than it can show; the rest is counted."""
    page = of_plan(Plan(changes=tuple(change(fields=()) for _ in range(LISTED + 5))))

    assert "and 5 more" in page


def test_nothing_to_do_is_said() -> None:
    """A plan without changes is a page that says so."""
    assert "Attio already holds all of it." in of_plan(Plan(unchanged=3))
