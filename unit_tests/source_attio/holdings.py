"""What a workspace holds at any moment, read the plainest way."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from attio_api.definitions import Attribute
from attio_api.values import read_values
from integration_tests.active_from import newest_active_from
from source_attio.decode.rows import canonical
from unit_tests.source_attio.harness import Bench, Row


class Holdings:
    """What Attio holds, and the ids of what somebody has touched."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.api = bench, bench.api
        self.touched: set[str] = set()
        """Ids of what was written to."""

    def ids(self, path: str, member: str, body: Row | None = None) -> list[str]:
        method = "POST" if body is not None else "GET"
        return [each["id"][member] for each in self.api(method, path, body)]

    def records(self, name: str) -> list[str]:
        """The records of an object, oldest first."""
        by_age = [{"attribute": "created_at", "direction": "asc"}]
        return self.ids(f"/v2/objects/{name}/records/query", "record_id", {"limit": 500, "sorts": by_age})

    def entries(self) -> list[str]:
        return self.ids("/v2/lists/sales/entries/query", "entry_id", {"limit": 500})

    def comments(self, side: str, target: str, row_id: str) -> list[Row]:
        kind = "object" if side == "record" else "list"
        threads = self.api("GET", f"/v2/threads?{kind}={target}&{side}_id={row_id}&limit=50")
        return [each for thread in threads for each in thread["comments"]]

    def pick(self, ids: list[str], which: int) -> str | None:
        if not ids:
            return None
        chosen = sorted(ids)[which % len(ids)]
        self.touched.add(chosen)
        return chosen

    def born(self, made: Row, member: str) -> None:
        self.touched.add(made["id"][member])

    def truth(self, stream: str) -> dict[str, Row]:
        """What Attio holds now."""
        fixed: dict[str, Callable[[], Iterable[tuple[str, Row]]]] = {
            "notes": self._notes,
            "tasks": self._tasks,
            "comments": self._comments,
            "meetings": self._meetings,
        }
        return dict(fixed[stream]() if stream in fixed else self._rows(stream))

    def _notes(self) -> Iterable[tuple[str, Row]]:
        for each in self.all("/v2/notes", 50):
            members = ("title", "content_plaintext", "parent_object", "parent_record_id")
            yield each["id"]["note_id"], {name: each[name] for name in members}

    def _tasks(self) -> Iterable[tuple[str, Row]]:
        slugs = {each["id"]["object_id"]: each["api_slug"] for each in self.api("GET", "/v2/objects")}
        for each in self.all("/v2/tasks", 500):
            links = [
                {"object": slugs[link["target_object_id"]], "record_id": link["target_record_id"]}
                for link in each["linked_records"]
            ]
            plain = {name: each[name] for name in ("is_completed", "content_plaintext")}
            yield each["id"]["task_id"], {**plain, **({"linked_records": links} if links else {})}

    def _comments(self) -> Iterable[tuple[str, Row]]:
        places = [("record", "companies", each) for each in self.records("companies")]
        for place in [*places, *(("entry", "sales", each) for each in self.entries())]:
            for each in self.comments(*place):
                where = {f"{side}_id": each[side][f"{side}_id"] for side in ("record", "entry") if each[side]}
                plain = {"content_plaintext": each["content_plaintext"], **where}
                yield each["id"]["comment_id"], plain

    def _meetings(self) -> Iterable[tuple[str, Row]]:
        for each in self.api("GET", "/v2/meetings?limit=200"):
            links = [
                {"object": link["object_slug"], "record_id": link["record_id"]}
                for link in each["linked_records"]
            ]
            yield (
                each["id"]["meeting_id"],
                {"title": each["title"], **({"linked_records": links} if links else {})},
            )

    def _rows(self, stream: str) -> Iterable[tuple[str, Row]]:
        of_list = stream.endswith("_entries")
        slug = stream.removesuffix("_entries")
        where = f"/v2/lists/{slug}" if of_list else f"/v2/objects/{slug}"
        things, member, key = (
            ("entries", "entry_values", "entry_id") if of_list else ("records", "values", "record_id")
        )
        config = self.bench.config
        since = canonical(config.get("start_date", "1970-01-01"))
        wanted = [json.loads(each["filter"]) for each in config.get("filters", ()) if each["target"] == slug]
        body = {"limit": 500, **({"filter": wanted[0]} if wanted else {})}
        raw = self.api("POST", f"{where}/{things}/query", body)
        attributes = [Attribute.parse(each) for each in self.api("GET", f"{where}/attributes")]
        for each in raw:
            # The attribute, not the member of that name: it is what Attio itself filters by.
            if each[member]["created_at"][0]["value"] >= since:
                kept = {"_raw_values": each[member]} if config.get("value_format") == "raw" else {}
                yield each["id"][key], {**_plain(each, each[member], attributes), **kept}

    def history(self, name: str, slug: str) -> set[tuple[Any, ...]]:
        """Every value that an attribute ever had on the records that live."""
        return {
            (record_id, slug, _told(each), each["active_from"], each["active_until"])
            for record_id in self.records(name)
            for each in self.api(
                "GET",
                f"/v2/objects/{name}/records/{record_id}/attributes/{slug}/values?show_historic=true",
            )
        }

    def all(self, path: str, page: int) -> list[Row]:
        found: list[Row] = []
        while more := self.api("GET", f"{path}?limit={page}&offset={len(found)}"):
            found += more
        return found


def _told(value: Row) -> Any:
    choice = value.get("option") or value.get("status")
    return choice["title"] if choice else value["value"]


def _plain(raw: Row, values: Row, attributes: list[Attribute]) -> Row:
    plain = {
        name: value for name, value in read_values(values, attributes).items() if value not in (None, [])
    }
    extra = {name: raw[name] for name in ("web_url", "parent_object", "parent_record_id") if name in raw}
    return {**plain, **extra, "created_at": raw["created_at"], "updated_at": newest_active_from(values)}
