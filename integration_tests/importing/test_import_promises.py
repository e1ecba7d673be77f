"""Whatever a file looks like, each cell that is mapped has a fate that somebody is told of."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from attio_emulator.remote import RemoteEmulator
    from integration_tests.sync.commands import Commands

FORMS = {"dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y", "iso": "%Y-%m-%d", "named": "%d %b %Y"}
HEADERS = {
    "domains": ["domains", "Domains", "DOMAIN", "Domain"],
    "name": ["name", "Name"],
    "foundation_date": ["Foundation date", "foundation_date", "FoundationDate"],
    "funding_raised_usd": ["Funding raised", "funding_raised_usd"],
}
FIRST = date(2001, 1, 13)
"""A day that only one order can mean, so that every column can be told."""
texts = st.text("abcxyz éü,;|\t\"'\n.", min_size=1, max_size=12).filter(
    lambda one: one.strip() not in {"", "-", "--"} and not one.strip().startswith(("[", "{"))
)
rows = st.fixed_dictionaries(
    {
        "domains": st.integers(0, 5).map("firm{}.example.com".format),
        "name": texts,
        "foundation_date": st.one_of(
            st.integers(0, 9000).map(lambda days: FIRST + timedelta(days=days)),
            st.sampled_from([None, "soon", "N/A"]),
        ),
        "funding_raised_usd": st.one_of(st.integers(-(10**6), 10**9), st.sampled_from([None, "a lot"])),
    }
)
files = st.fixed_dictionaries(
    {
        "rows": st.lists(rows, max_size=8),
        "header": st.fixed_dictionaries({slug: st.sampled_from(names) for slug, names in HEADERS.items()}),
        "order": st.permutations(list(HEADERS)),
        "encoding": st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
        "separator": st.sampled_from([",", ";", "\t", "|"]),
        "end": st.sampled_from(["\n", "\r\n"]),
        "form": st.sampled_from(list(FORMS)),
        "mark": st.sampled_from([",", "."]),
        "policy": st.sampled_from(["reject", "skip_field"]),
    }
)
ANCHOR = {
    "domains": "anchor.example.com",
    "name": "Anchor",
    "foundation_date": FIRST,
    "funding_raised_usd": 123456789,
}


def written(value: Any, file: dict[str, Any]) -> str:
    """A value as the author of the file writes it."""
    if isinstance(value, date):
        return value.strftime(FORMS[file["form"]])
    if isinstance(value, int):
        text = f"{value:,}.50"
        return text if file["mark"] == "." else text.translate(str.maketrans(",.", ".,"))
    return value or ""


def content(file: dict[str, Any]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=file["separator"], lineterminator=file["end"])
    writer.writerow([file["header"][slug] for slug in file["order"]])
    writer.writerows([written(row[slug], file) for slug in file["order"]] for row in file["rows"])
    return text.getvalue().encode(file["encoding"], errors="replace")


def expected(row: dict[str, Any]) -> dict[str, Any]:
    """What Attio holds of a row that was written."""
    day, money = row["foundation_date"], row["funding_raised_usd"]
    return {
        "name": row["name"].strip().replace("\r\n", "\n"),
        "foundation_date": day.isoformat() if isinstance(day, date) else None,
        "funding_raised_usd": money + (0.5 if money >= 0 else -0.5) if isinstance(money, int) else None,
    }


def held(attio: RemoteEmulator) -> dict[str, dict[str, Any]]:
    found = {}
    for record in attio.records("companies"):
        values = record["values"]
        money = values["funding_raised_usd"]
        found[values["domains"][0]["domain"]] = {
            "name": values["name"][0]["value"].strip(),
            "foundation_date": values["foundation_date"][0]["value"] if values["foundation_date"] else None,
            "funding_raised_usd": money[0]["currency_value"] if money else None,
        }
    return found


@dataclass(frozen=True, kw_only=True)
class Fates:
    """What must become of a file's rows, by their numbers."""

    bad: set[tuple[int, str]]
    refused: set[int]
    replaced: set[int]
    alive: dict[str, tuple[int, dict[str, Any]]]
    """By domain, the row that counts."""


def fates(file: dict[str, Any]) -> Fates:
    """Cells that are none of their type, the rows they cost, and the rows that a later one replaces."""
    rows = dict(enumerate(file["rows"], start=1))
    bad = {
        (number, slug)
        for number, row in rows.items()
        for slug in ("foundation_date", "funding_raised_usd")
        if row[slug] in ("soon", "a lot")
    }
    refused = {number for number, _ in bad} if file["policy"] == "reject" else set()
    alive = {row["domains"]: (number, row) for number, row in rows.items() if number not in refused}
    kept = {number for number, _ in alive.values()}
    return Fates(bad=bad, refused=refused, replaced=set(rows) - refused - kept, alive=alive)


def emptied(sync: Commands) -> None:
    """Remove what an earlier example left in the folder."""
    for kept in sync.folder.glob("*"):
        if kept.is_file():
            kept.unlink()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(file=files)
def test_no_cell_is_lost_in_silence(attio: RemoteEmulator, sync: Commands, file: dict[str, Any]) -> None:
    """Each is written, equal, rejected with its row, left out and listed, or replaced and listed."""
    attio.reset()
    emptied(sync)
    file["rows"] = [ANCHOR, *file["rows"]]
    (sync.folder / "f.csv").write_bytes(content(file))
    command = ["push", "--from", "f.csv", "--object", "companies", "--on-invalid", file["policy"], "--json"]
    said = sync(*command)
    if "Name its encoding with --encoding" in said.err:
        return  # letters by chance look like words of several encodings: the file is refused as a whole
    assert said.code in {0, 3}, said.err
    outcome, wanted = said.json(), fates(file)

    assert [] == outcome["left_out"]
    assert wanted.refused == {one["row_number"] for one in outcome["rejected"]}
    assert wanted.replaced == {one["row_number"] for one in outcome["superseded"]}
    assert {domain: expected(row) for domain, (_, row) in wanted.alive.items()} == held(attio)
    if file["policy"] == "skip_field":
        kept = {number for number, _ in wanted.alive.values()}
        assert {one for one in wanted.bad if one[0] in kept} == {
            (one["row_number"], one["attribute"]) for one in outcome["skipped"]
        }
    for one in outcome["superseded"]:
        row = file["rows"][one["row_number"] - 1]
        assert (one.get("code") == "other_data") == (row != wanted.alive[row["domains"]][1])
    assert 0 == sync(*command).json()["writes"]
