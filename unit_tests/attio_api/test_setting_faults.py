from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from attio_api.setting_faults import fault


class A(BaseModel):
    kind: Literal["a"]


class B(BaseModel):
    kind: Literal["b"]


class Settings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    needed: str
    text: str = Field(default="x", pattern="^x", min_length=1)
    words: tuple[str, ...] = ()
    names: list[str] = []
    group: A | None = None
    choice: Annotated[A | B, Field(discriminator="kind")] | None = None
    flag: bool = False
    count: int = Field(default=1, ge=1)
    share: float = Field(default=1.0, gt=0, le=5)
    mode: Literal["one", "two"] = "one"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "must be given"),
        ({"nedded": 1}, "there is no such setting"),
        ({"text": 5}, "must be text"),
        ({"text": ""}, "must not be empty"),
        ({"text": "y"}, "must be of the form ^x"),
        ({"words": "SECRET"}, "must be a list"),
        ({"names": {"SECRET": 1}}, "must be a list"),
        ({"group": "SECRET"}, "must be a group of settings"),
        ({"choice": "SECRET"}, "must be a group of settings"),
        ({"choice": {}}, "must say its 'kind'"),
        ({"choice": {"kind": "SECRET"}}, "its 'kind' must be one of 'a', 'b'"),
        ({"flag": "SECRET"}, "must be true or false"),
        ({"flag": {}}, "must be true or false"),
        ({"count": "SECRET"}, "must be a whole number"),
        ({"count": 1.5}, "must be a whole number"),
        ({"count": []}, "must be a whole number"),
        ({"count": 0}, "must be at least 1"),
        ({"share": "SECRET"}, "must be a number"),
        ({"share": 0}, "must be more than 0.0"),
        ({"share": 6}, "must be at most 5.0"),
        ({"mode": "SECRET"}, "must be 'one' or 'two'"),
    ],
)
def test_each_fault_is_said_in_plain_words(given: dict[str, Any], said: str) -> None:
    """Without the words of the library, and without the value."""
    with pytest.raises(ValidationError) as raised:
        Settings.model_validate({"needed": "x", **given} if given else given)
    (problem,) = raised.value.errors()

    assert said == fault(problem)
