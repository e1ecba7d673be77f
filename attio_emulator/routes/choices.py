"""Select options and statuses: docs.attio.com/rest-api/endpoint-reference/attributes/list-attributes."""

from collections.abc import Callable

from attio_emulator.calls.routing import Answer, Call, Route, data
from attio_emulator.changes.definitions import add_choice
from attio_emulator.contract.refusals import bad_value, refuse
from attio_emulator.contract.shapes import Path, boolean, conform, issue, nullable, shape, text
from attio_emulator.contract.wire import Json, JsonObject
from attio_emulator.model.schema import Attribute, Kind, find_choice
from attio_emulator.routes.attributes import ALL, announce, attribute_of, target_of
from attio_emulator.values.dates import is_duration
from attio_emulator.values.references import no_choice


def duration(value: Json, path: Path) -> list[JsonObject]:
    """Check an ISO 8601 duration."""
    good = isinstance(value, str) and is_duration(value)
    return [] if good else [issue("invalid_string", path, "Invalid ISO 8601 duration")]


STATUS_EXTRAS = {"celebration_enabled": nullable(boolean()), "target_time_in_status": nullable(duration)}
SHAPES = {
    ("option", "POST"): shape({"data": shape({"title": text(1)})}),
    ("option", "PATCH"): shape({"data": shape({}, {"title": text(1), "is_archived": boolean()})}),
    ("status", "POST"): shape({"data": shape({"title": text(1)}, STATUS_EXTRAS)}),
    ("status", "PATCH"): shape(
        {"data": shape({}, {"title": text(1), "is_archived": boolean(), **STATUS_EXTRAS})}
    ),
}
TYPES = {"option": "select", "status": "status"}


def chooser_of(call: Call, word: str, *, write: bool = False) -> tuple[Kind, Attribute]:
    """The attribute that the path names; it must have options, or statuses."""
    kind = target_of(call, write=write)
    attribute = attribute_of(call, kind)
    if attribute.type != TYPES[word]:
        raise bad_value(
            f'"{attribute.slug}" is of type {attribute.type} and has none of these.', ["attribute"]
        )
    return kind, attribute


def lister(word: str) -> Callable[[Call], Answer]:
    """Lists the options or statuses of an attribute."""

    def list_choices(call: Call) -> Answer:
        attribute = attribute_of(call, target_of(call))
        if attribute.type != TYPES[word]:
            return data([])
        archived = call.boolean("show_archived", default=False)
        return data([each for each in attribute.choices().values() if archived or not each["is_archived"]])

    return list_choices


def given_by(call: Call, word: str) -> JsonObject:
    """The members of a body; a celebration that is null is off, as when a new status has none."""
    given: JsonObject = conform(call.json(), SHAPES[word, call.method])["data"]
    if "celebration_enabled" in given:
        given["celebration_enabled"] = bool(given["celebration_enabled"])
    return given


def refuse_taken(attribute: Attribute, title: str, own: JsonObject | None) -> None:
    """Refuse a title that another one has, archived or not."""
    for choice in attribute.choices().values():
        if choice is not own and choice["title"] == title:
            kind = "status" if attribute.type == "status" else "select option"
            message = f'There is already another {kind} with the title "{title[:200]}".'
            raise refuse("slug_conflict", message)


def maker(word: str) -> Callable[[Call], Answer]:
    """Makes an option or a status."""

    def create_choice(call: Call) -> Answer:
        kind, attribute = chooser_of(call, word, write=True)
        given = given_by(call, word)
        refuse_taken(attribute, str(given["title"]), None)
        choice = add_choice(call.workspace, kind, attribute, given)
        announce(call, kind, attribute, "updated")
        return data(choice)

    return create_choice


def changer(word: str) -> Callable[[Call], Answer]:
    """Changes an option or a status, also inside every value that shows it."""

    def update_choice(call: Call) -> Answer:
        kind, attribute = chooser_of(call, word, write=True)
        name = call.params[word]
        choice = find_choice(attribute, name)
        if choice is None:
            raise no_choice(attribute, name)
        given = given_by(call, word)
        if "title" in given:
            refuse_taken(attribute, str(given["title"]), choice)
        changed = {key: given.get(key, choice[key]) for key in choice}
        choice_id = str(choice["id"][f"{word}_id"])  # type: ignore[index, call-overload]  # a composite id
        attribute.choices()[choice_id] = changed
        kind.table.rewrite(
            attribute.slug,
            choice_id.encode(),
            lambda value: {**value, word: changed} if value[word]["id"] == changed["id"] else value,  # type: ignore[index, call-overload]  # a composite id
        )
        announce(call, kind, attribute, "updated")
        return data(changed)

    return update_choice


def routes_of(word: str, plural: str) -> tuple[Route, ...]:
    """The three endpoints of options, or of statuses."""
    collection = f"{ALL}/{{attribute}}/{plural}"
    return (
        Route("GET", collection, lister(word)),
        Route("POST", collection, maker(word), kind="write"),
        Route("PATCH", f"{collection}/{{{word}}}", changer(word), kind="write"),
    )


ROUTES = (*routes_of("option", "options"), *routes_of("status", "statuses"))
