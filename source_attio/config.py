"""The user's settings, checked once and frozen.

The form that the user sees, with its titles and descriptions, is the spec in `manifest.yaml`.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    field_validator,
)

from attio_api import refusals
from attio_api.blanks import without_blanks
from attio_api.filter_text import parsed
from attio_api.filter_values import need_room
from attio_api.moments import as_moment
from attio_api.pace import LEAST_A_SECOND
from attio_api.setting_faults import fault, no_switch

_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(m|h|d)")
_DATA_OF_THE_USER: Final = frozenset({"filter"})
"""Settings that hold a filter for Attio: a null in them is a null, not a setting left out."""
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}
_LONGEST: Final = timedelta(days=36_500)
"""Longest interval between whole passes: a time and this interval together stay within the calendar."""
_OWN_VALUES: Final = 3
"""Values that the connector adds to a user's filter, at most: two bounds of time and an id."""


def answered(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that were filled in; for the others a form sends `{}`, and Terraform null."""
    return without_blanks(raw, untouched=_DATA_OF_THE_USER)


def _interval(text: str) -> timedelta:
    """Read a number and a unit; raises OverflowError for more than a timedelta can hold."""
    number, unit = _DURATION.fullmatch(text).groups()  # type: ignore[union-attr] # checked before
    return timedelta(**{_UNITS[unit]: float(number)})


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


_Address = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^https?://")]


class Credentials(BaseModel):
    """How to sign in; the platform keeps an OAuth app's id and secret."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    auth_type: Literal["access_token", "oauth2.0"] = "access_token"
    access_token: SecretStr = Field(min_length=1)


class ChangeFeed(_Settings):
    """Where the relay tells which ids changed."""

    url: _Address
    token: SecretStr

    @field_validator("token")
    @classmethod
    def _fits_a_header(cls, given: SecretStr) -> SecretStr:
        token = given.get_secret_value().strip()
        if not (token.isascii() and token.isprintable()) or " " in token:
            raise ValueError("holds spaces or other characters that no token has")
        return SecretStr(token)


class Filter(_Settings):
    """Attio's own filter for one object or list."""

    target: str
    filter: dict[str, Any]

    @field_validator("filter", mode="before")
    @classmethod
    def _parsed(cls, given: object) -> object:
        return parsed(given) if isinstance(given, str) else given

    @field_validator("filter")
    @classmethod
    def _leaves_room(cls, given: dict[str, Any]) -> dict[str, Any]:
        need_room(given, _OWN_VALUES)
        return given


class Config(_Settings):
    """The source's configuration."""

    credentials: Credentials
    api_url: _Address = "https://api.attio.com"
    start_date: str | None = None
    objects: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    value_format: Literal["typed", "raw"] = "typed"
    include_archived_attributes: bool = False
    history_attributes: tuple[str, ...] = ()
    include_comments: bool = False
    requests_per_second: float | None = Field(default=None, ge=LEAST_A_SECOND, le=100)
    full_scan_every: str = "24h"
    change_feed: ChangeFeed | None = None
    deleted_rows: Literal["remove", "mark"] = "remove"
    max_vanished_percent: int = Field(default=20, ge=1, le=100)
    state_budget_mb: float = Field(default=8.0, gt=0, le=8)

    _numbers = field_validator(
        "requests_per_second", "max_vanished_percent", "state_budget_mb", mode="before"
    )(no_switch)

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> "Config":
        """Check the configuration; raises Misconfigured, naming each wrong field and quoting no secret."""
        given = {name: value for name, value in answered(raw).items() if not name.startswith("__")}
        given = {"credentials": {}, **given}
        try:
            return cls.model_validate(given)
        except ValidationError as trouble:
            problems = "; ".join(
                f"`{'.'.join(map(str, each['loc']))}`: {fault(each)}" for each in trouble.errors()
            )
            raise refusals.WRONG_SETTINGS(problems=problems) from None

    @field_validator("start_date")
    @classmethod
    def _a_moment(cls, given: str | None) -> str | None:
        moment = as_moment(given) if given else None
        if given and moment is None:
            raise ValueError("must be a date or a time, as 2026-01-31")
        return moment.iso() if moment else None

    @field_validator("filters")
    @classmethod
    def _one_each(cls, given: tuple[Filter, ...]) -> tuple[Filter, ...]:
        targets = [each.target for each in given]
        if twice := [each for each in targets if targets.count(each) > 1]:
            raise ValueError(f"has several filters for {twice[0]}; join them by $and in one")
        return given

    @field_validator("history_attributes")
    @classmethod
    def _dotted(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [each for each in given if each.count(".") != 1]:
            raise ValueError(f"must be written object.attribute, as deals.stage, not {wrong[0]}")
        return given

    @field_validator("full_scan_every")
    @classmethod
    def _a_duration(cls, given: str) -> str:
        if not _DURATION.fullmatch(given):
            raise ValueError("must be a number of minutes, hours or days, as 30m, 24h or 7d")
        try:
            fits = _interval(given) <= _LONGEST
        except OverflowError:
            fits = False
        if not fits:
            raise ValueError(f"must be at most {_LONGEST.days}d")
        return given

    @property
    def scan_interval(self) -> timedelta:
        """How long a change feed is followed before a stream reads all of its rows again."""
        return _interval(self.full_scan_every)

    @property
    def budget(self) -> int:
        """How many bytes the states of all streams may hold together."""
        return int(self.state_budget_mb * 1_000_000)

    def filter_for(self, slug: str, target_id: str) -> dict[str, Any] | None:
        """Return the user's filter for an object or a list; one named by id wins over one named by slug."""
        by_target = {each.target: each.filter for each in reversed(self.filters)}
        return by_target.get(target_id, by_target.get(slug))
