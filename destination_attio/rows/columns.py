"""A column of rows with some of its cells, and what those rule out; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from attio_api.contacts import host_of
from attio_api.references import is_uuid
from destination_attio.rows.cells.countries import country_code
from destination_attio.rows.sites import PROFILES, SITES, is_of, path_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from attio_api.attributes import Attribute

_FORMS_OF_ADDRESS: Final = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "madam", "madame", "monsieur", "mister", "herr"}
    | {
        "herrn",
        "frau",
        "hr",
        "mme",
        "mlle",
        "m",
        "dhr",
        "mevr",
        "sr",
        "sra",
        "srta",
        "sig",
        "señor",
        "señora",
    }
)
"""What stands in a column `Title` where that is no job."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column: its name, how many of its cells are not empty, and examples of them."""

    name: str
    filled: int = 0
    samples: tuple[object, ...] = ()


def objection(column: Column, attribute: Attribute) -> str | None:
    """Why the column's cells rule out what its name suggests; None if they do not."""
    texts = texts_of(column)
    if attribute.type == "domain":
        return one_site(column) or (
            None if any(map(host_of, texts)) else f"its cells are not domains, which '{attribute.slug}' holds"
        )
    if attribute.type == "email-address" and not any("@" in one for one in texts):
        return f"its cells are not e-mail addresses, which '{attribute.slug}' holds"
    if attribute.type == "location" and not any(one.startswith("{") or country_code(one) for one in texts):
        return f"its cells are not countries, and of one text '{attribute.slug}' takes nothing else"
    if attribute.type == "actor-reference" and not any("@" in one or is_uuid(one) for one in texts):
        return "its cells are not e-mail addresses of members, by which Attio knows them"
    if attribute.slug == "job_title" and texts and all(map(_is_form_of_address, texts)):
        return "its cells are forms of address, no jobs"
    return _other_site(texts, SITES.get(attribute.slug, ()))


def texts_of(column: Column) -> list[str]:
    """The cells as texts, with each value of a list by itself."""
    many = (one if isinstance(one, list | tuple) else [one] for one in column.samples)
    return [str(each) for one in many for each in one]


def one_site(column: Column) -> str | None:
    """Why links do not give the domains of their rows: all lead to pages of one site. None where they do."""
    texts = [one for one in texts_of(column) if host_of(one)]
    hosts = {host_of(one) for one in texts}
    pages = {path_of(one) for one in texts}
    are_pages = len(hosts) == 1 and len(pages) > 1 and "" not in pages
    if hosts and (are_pages or _are_profiles(hosts)):
        return f"its addresses are of {min(hosts)}, which is the domain of none of its rows"
    return None


def _is_form_of_address(text: str) -> bool:
    return text.strip().rstrip(".").casefold() in _FORMS_OF_ADDRESS


def _are_profiles(hosts: set[str]) -> bool:
    return all(is_of(host, PROFILES) for host in hosts)


def _other_site(texts: list[str], sites: Collection[str]) -> str | None:
    """Why links are not what an attribute for one site holds; None where one is, or where none is a link."""
    hosts = {host for one in texts if (host := host_of(one))}
    if not sites or not hosts or any(is_of(host, sites) for host in hosts):
        return None
    return f"its links lead to {min(hosts)}, not to {min(sites)}"
