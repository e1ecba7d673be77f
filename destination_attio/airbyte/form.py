"""Generates the specification, of which Airbyte makes its form, from `config.py`.

The platform's form understands less than the JSON schema that pydantic writes:

| in the form | so here |
|---|---|
| `required` of an optional group is always asked for | only items of lists and chosen options require |
| an object without properties shows nothing | refused: give such a setting a schema of text or of pairs |
| each setting has one type | null is left out, and a word beside a group (`"delete"` or an object) too |
| a `const` tells the options of a `oneOf` apart | it stands alone, without a default, and is required |
| secrets are marked by `airbyte_secret` | instead of pydantic's `format: password` |
| a text that was cleared has to fit the pattern | each pattern lets an empty text through |
| a choice that was made cannot be emptied | where it may be absent, one of its words says so |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from destination_attio.airbyte.sign_in import ADVANCED_AUTH
from destination_attio.config import DestinationConfig

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from attio_api.wire import JsonObject

Schema = dict[str, Any]
_KEPT: Final = (
    "type",
    "title",
    "description",
    "enum",
    "const",
    "default",
    "examples",
    "pattern",
    "pattern_descriptor",
    "format",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multiline",
    "airbyte_hidden",
    "airbyte_secret",
)
_SYNC_MODES: Final = ("append", "append_dedup", "overwrite", "update", "soft_delete")


class UnshowableError(TypeError):
    """A setting of `config.py` has a shape that the platform's form cannot show."""


def specification() -> JsonObject:
    """The specification, as `spec` prints it."""
    return {
        "documentationUrl": "https://docs.airbyte.com/integrations/destinations/attio",
        "supportsIncremental": True,
        "supported_destination_sync_modes": list(_SYNC_MODES),
        "connectionSpecification": {
            "$schema": "http://json-schema.org/draft-07/schema#",
            **form_of(DestinationConfig, "Attio Destination"),
        },
        "advanced_auth": ADVANCED_AUTH,
    }


def form_of(model: type[BaseModel], title: str) -> Schema:
    """The form of a model's settings."""
    schema = model.model_json_schema()
    form = _Form(schema.get("$defs", {}))
    return {"title": title, **form.group(schema, required=schema.get("required", ()))}


class _Form:
    """Rewrites one schema; `shared` are the models that it refers to."""

    def __init__(self, shared: Mapping[str, Schema]) -> None:
        self._shared = shared

    def group(self, schema: Schema, required: Any = ()) -> Schema:  # noqa: ANN401 (any list of JSON)
        """An object with its settings in the order in which the model declares them."""
        shown = {
            name: one for name, one in schema.get("properties", {}).items() if one.get("in_form") is not False
        }
        if not shown:
            raise UnshowableError(f"`{schema.get('title')}` has no settings, so the form would show nothing.")
        asked = [name for name, one in shown.items() if name in required or one.get("asked")]
        properties = {
            name: {**self._setting(name, one), "order": order}
            for order, (name, one) in enumerate(shown.items())
        }
        return {"type": "object", **({"required": asked} if asked else {}), "properties": properties}

    def _setting(self, name: str, schema: Schema) -> Schema:
        schema = self._one_type(name, schema)
        if "oneOf" in schema:
            return {**_told(schema), "type": "object", "oneOf": self._options(schema)}
        if schema.get("type") == "object":
            return {**_told(schema), **self.group(schema)}
        if schema.get("type") == "array":
            return {**_told(schema), "items": self._item(name, schema["items"])}
        if schema.get("type") not in {"string", "number", "integer", "boolean"}:
            raise UnshowableError(f"`{name}` has no type that the form knows.")
        return _told(schema)

    def _item(self, name: str, schema: Schema) -> Schema:
        schema = self._one_type(name, schema)
        if schema.get("type") != "object":
            return _told(schema)
        titled = {"title": schema["title"]} if "title" in schema else {}
        return {**titled, **self.group(schema, required=schema.get("required", ()))}

    def _options(self, schema: Schema) -> list[Schema]:
        """The groups of which one is chosen; the member that tells them apart comes first and is required."""
        told_apart = schema["discriminator"]["propertyName"]
        found = []
        for option in map(self._resolved, schema["oneOf"]):
            group = self.group(option, required=[told_apart, *option.get("required", ())])
            group["properties"][told_apart] = {
                "type": "string",
                "const": option["properties"][told_apart]["const"],
                "order": 0,
            }
            found.append({"title": option["title"], **group})
        return found

    def _one_type(self, name: str, schema: Schema) -> Schema:
        """The only alternative that is not null or a fixed word; raises UnshowableError if there are more."""
        schema = self._resolved(schema)
        alternatives = schema.get("anyOf") or schema.get("oneOf", ())
        if not alternatives or "discriminator" in schema:
            return schema
        shown = [one for one in map(self._resolved, alternatives) if not _is_unset(one)]
        if len(shown) != 1:
            raise UnshowableError(f"`{name}` may be of several types; the form knows one.")
        found = shown[0] | {key: one for key, one in schema.items() if key not in {"anyOf", "oneOf"}}
        if "enum" not in found:
            return found
        if "may_be" not in found:
            raise UnshowableError(f"The form could not empty `{name}` again; make it a `Choice`.")
        return found | {"enum": [*found["enum"], found["may_be"]]}

    def _resolved(self, schema: Schema) -> Schema:
        """The schema that a reference points at, without its class's docstring, which is for developers."""
        if "$ref" not in schema:
            return schema
        meant = self._shared[schema["$ref"].rpartition("/")[2]]
        return {key: one for key, one in meant.items() if key != "description"} | schema


def _is_unset(schema: Schema) -> bool:
    return schema.get("type") == "null" or ("const" in schema and schema.get("type") == "string")


def _told(schema: Schema) -> Schema:
    """The members that the form shows of a setting, in reading order."""
    found: Schema = {key: schema[key] for key in _KEPT if key in schema}
    if found.get("format") == "password":
        del found["format"]
        found["airbyte_secret"] = True
    if "pattern" in found:
        found["pattern"] = f"^$|{found['pattern']}"
    if found.get("type") in {"object", "array"} or found.get("default") in (None, ""):
        found.pop("default", None)
    return found
