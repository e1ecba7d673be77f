"""An admin who changes how the workspace is set up: its objects, attributes, options and statuses."""

from unit_tests.source_attio.harness import Bench, Row
from unit_tests.source_attio.holdings import Holdings

GIZMOS = "gizmos"
"""An object of the workspace's own, whose slug is taken over by others."""
TIER = "/v2/objects/people/attributes/tier/options"
PHASE = "/v2/lists/sales/attributes/phase/statuses"
STAGE = "/v2/objects/deals/attributes/stage/statuses"


class Admin(Holdings):
    """Whoever sets up Attio."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.made = 0
        self.silent: dict[str, str] = {}
        """Ids of what changed without an event of its own, and when."""
        self.reshaped = False

    def title(self, choices: str, which: int) -> str:
        """The title that one of the first two options or statuses has now."""
        return str(self.api("GET", choices)[which % 2]["title"])

    def rename_choice(self, choices: str, which: int) -> None:
        """An admin gives an option or a status another title, which rows that have or had it show."""
        self.made += 1
        choice = self.api("GET", choices)[which % 2]
        self.silent |= dict.fromkeys(self.having(choices, choice["title"]), self.bench.emulator.clock.now())
        choice_id = choice["id"].get("option_id") or choice["id"]["status_id"]
        self.api("PATCH", f"{choices}/{choice_id}", {"data": {"title": f"Choice {self.made}"}})

    def having(self, choices: str, title: str) -> list[str]:
        """The rows that have an option or a status now."""
        target, _, attribute = (
            choices.removesuffix("/options").removesuffix("/statuses").rpartition("/attributes/")
        )
        things, member = ("entries", "entry_id") if "/lists/" in target else ("records", "record_id")
        wanted = {"limit": 500, "filter": {attribute: title}}
        return self.ids(f"{target}/{things}/query", member, wanted)

    def rename_object(self, slug: str, wanted: str) -> None:
        """An admin gives an object another slug."""
        self.api("PATCH", f"/v2/objects/{slug}", {"data": {"api_slug": wanted}})

    def delete_object(self, slug: str) -> None:
        """An admin deletes an object, and its records with it."""
        self.api("DELETE", f"/v2/objects/{slug}")

    def take_over(self, rows: int) -> None:
        """The slug of an object that is deleted goes to another one."""
        if GIZMOS in [each["api_slug"] for each in self.api("GET", "/v2/objects")]:
            self.delete_object(GIZMOS)
        self.made += 1
        # No two objects share a noun, also when one of them lost the slug.
        nouns = {"singular_noun": f"Gizmo {self.made}", "plural_noun": f"Gizmos {self.made}"}
        form = {"api_slug": GIZMOS, **nouns}
        self.api("POST", "/v2/objects", {"data": form})
        for _ in range(rows):
            self.api("POST", f"/v2/objects/{GIZMOS}/records", {"data": {"values": {}}})

    def new_attribute(self, which: int, _: str | None) -> None:
        self.made += 1
        # Attio shows it in each row's values, if only as an empty array.
        self.reshaped |= self.bench.config.get("value_format") == "raw"
        body = {"data": attribute_form(f"extra_{self.made}", ("text", "number", "checkbox")[which % 3])}
        self.api("POST", "/v2/objects/people/attributes", body)

    def rename_attribute(self, which: int, _: str | None) -> None:
        self.made += 1
        self.reshape(which, {"api_slug": f"renamed_{self.made}"})

    def archive_attribute(self, which: int, word: str | None) -> None:
        self.reshape(which, {"is_archived": word == "a"})

    def reshape(self, which: int, change: Row) -> None:
        raw = self.api("GET", "/v2/objects/people/attributes?show_archived=true")
        custom = [each["api_slug"] for each in raw if not each["is_system_attribute"]]
        # Not those that the settings name: without them a sync ends with an error of its own.
        if (slug := self.pick(custom, which)) and slug not in {"nick", "tier"}:
            self.reshaped = True
            self.api("PATCH", f"/v2/objects/people/attributes/{slug}", {"data": change})


def attribute_form(slug: str, kind: str) -> Row:
    flags = {"is_required": False, "is_unique": False, "is_multiselect": False, "config": {}}
    return {"title": slug, "description": None, "api_slug": slug, "type": kind, **flags}
