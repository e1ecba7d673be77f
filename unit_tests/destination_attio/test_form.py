from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, SecretStr

from destination_attio.airbyte.form import UnshowableError, form_of
from destination_attio.field_config import FieldConfig
from destination_attio.read_config import NOT_SET, Choice, ReadConfig
from destination_attio.stream_config import StreamConfig


class Inner(BaseModel):
    path: str = Field(title="Path")


class Card(BaseModel):
    kind: Literal["card"]
    number: SecretStr


class Cash(BaseModel):
    kind: Literal["cash"] = "cash"


def of(annotation: Any, **field: Any) -> dict[str, Any]:
    """The form's schema of one setting."""
    members = {"__annotations__": {"one": annotation}, "one": Field(**field)}
    model = type("M", (BaseModel,), members)
    return dict(form_of(model, "M")["properties"]["one"])


def test_an_optional_group_requires_nothing() -> None:
    """Whatever the model needs, the form must be saved without it: the parser says what is missing."""
    shown = of(Inner | None, default=None, title="Inner")

    assert "required" not in shown
    assert {"path"} == shown["properties"].keys()


def test_an_item_of_a_list_requires_what_the_model_does() -> None:
    """An item is only there when somebody added it."""
    assert ["path"] == of(tuple[Inner, ...], default=())["items"]["required"]


def test_options_are_told_apart_by_a_required_const_without_a_default() -> None:
    """Each option has its const, required and without a default, also where the model has one."""
    shown = of(Annotated[Card | Cash, Field(discriminator="kind")] | None, default=None)
    card, cash = shown["oneOf"]

    assert ("object", "Card", "Cash") == (shown["type"], card["title"], cash["title"])
    assert [["kind", "number"], ["kind"]] == [card["required"], cash["required"]]
    assert {"type": "string", "const": "cash", "order": 0} == cash["properties"]["kind"]


def test_secrets_are_marked_as_airbyte_marks_them() -> None:
    """A secret text is hidden by the platform."""
    assert {"type": "string", "title": "One", "airbyte_secret": True, "order": 0} == of(SecretStr)


def test_a_text_can_be_cleared_again() -> None:
    """The form holds a cleared text against the pattern, and could not be saved with it."""
    assert "^$|^[A-Z]{2}$" == of(str | None, default=None, pattern="^[A-Z]{2}$")["pattern"]


def test_a_choice_can_be_taken_back() -> None:
    """One more word stands for no choice; a choice with a default needs none."""
    word = Literal["one", "two"]

    assert ["one", "two", NOT_SET] == of(Choice[word], default=None)["enum"]
    assert ["one", "two"] == of(word, default="one")["enum"]


@pytest.mark.parametrize(
    ("model", "least"),
    [(StreamConfig, {}), (FieldConfig, {"column": "name", "attribute": "name"}), (ReadConfig, {})],
)
def test_a_choice_that_was_taken_back_is_as_if_it_had_never_been_made(
    model: type[BaseModel], least: dict[str, str]
) -> None:
    """Each model takes the word at each setting at which the form offers it."""
    shown = form_of(model, "M")["properties"]
    words = {name: NOT_SET for name, one in shown.items() if NOT_SET in one.get("enum", ())}

    assert words
    assert model(**least) == model(**least, **words)


@pytest.mark.parametrize(
    "annotation",
    [dict[str, str], dict[str, Any] | None, int | str, Any, Literal["one", "two"] | None],
)
def test_what_the_form_cannot_show_is_refused(annotation: Any) -> None:
    """What the form shows nothing of, has no one type, or could not be emptied again ends the generation."""
    with pytest.raises(UnshowableError):
        of(annotation, default=None)


def test_a_setting_can_be_kept_out_of_the_form() -> None:
    """A setting that only other callers use does not show."""
    with pytest.raises(UnshowableError, match="no settings"):
        of(str, default="", json_schema_extra={"in_form": False})
