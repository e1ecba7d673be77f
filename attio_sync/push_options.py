"""Turns the options of `plan` and `push` into rows and into the destination's settings.

The destination interprets the settings; `wizard` proposes which columns fit which attributes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

import click
import yaml

from attio_api.errors import Misconfigured
from attio_api.whole_numbers import Whole
from attio_sync.config import Connection
from attio_sync.failures import WrongUsage
from attio_sync.option_types import OneOf, Rate
from attio_sync.rows.duckdb import rows_of_query
from attio_sync.rows.form import Form
from attio_sync.rows.readers import rows_of_file
from destination_attio.config import DestinationConfig
from destination_attio.field_config import OnInvalid, OnUnknownOption
from destination_attio.model.targets import SOURCE_MARK
from destination_attio.read_config import DateForm, Mark
from destination_attio.rows.binding import DELETED_MARKS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from attio_sync.rows.rows import OnRead, Rows
    from destination_attio.config import StreamConfig

OWN_SETTINGS = ("confirmed", "left_out", "file")
"""Members of a mapping file that are not settings of the stream."""
BATCH = 2_000
"""Rows that are compared at once; few, since rows of a warehouse are wide and a batch is in memory."""
_NOBODY = Connection(token="-")  # noqa: S106 -- stands where settings are checked, and nothing is sent
_FORM = "{}: `file` takes sheet, encoding, delimiter and header alone."
MODES = ("upsert", "update", "create", "mirror", "delete")

_FILE = click.Path(path_type=Path, dir_okay=False)
_OPTIONS = (
    click.option(
        "--from",
        "source",
        type=_FILE,
        help="Rows: a .csv, .tsv, .xlsx, .json, .jsonl, .parquet or .duckdb file, also .gz; - is stdin.",
    ),
    click.option("--table", help="Which table of a .duckdb file."),
    click.option("--db", "database", type=_FILE, help="The DuckDB file that --sql queries."),
    click.option("--sql", help="A query whose rows to write; its columns are the row's columns."),
    click.option("--object", "object_slug", metavar="SLUG", help="Write records of this object."),
    click.option("--list", "list_slug", metavar="SLUG", help="Write entries of this list."),
    click.option(
        "--match",
        metavar="ATTR",
        help="The attribute by which a row's record is found; or several, with commas.",
    ),
    click.option("--mode", type=OneOf(MODES), help="Default: upsert."),
    click.option("--map", "mapping", type=_FILE, help="A YAML file that maps columns to attributes."),
    click.option("--accept-guess", is_flag=True, help="Use the guessed mapping without asking."),
    click.option("--sheet", help="Which sheet of an .xlsx file.  [default: the first]"),
    click.option("--encoding", help="The encoding of a text file.  [default: detected]"),
    click.option("--delimiter", help="The separator of columns in a CSV file.  [default: detected]"),
    click.option("--dates", type=OneOf(get_args(DateForm)), help="How dates are written."),
    click.option("--decimal", type=click.Choice(get_args(Mark)), help="The decimal mark of numbers."),
    click.option("--default-country", metavar="XX", help="The country of phone numbers without +."),
    click.option(
        "--on-invalid",
        type=OneOf(get_args(OnInvalid)),
        help="What happens to a row with a value that the attribute cannot hold.  [default: reject]",
    ),
    click.option(
        "--on-unknown-option",
        type=OneOf(get_args(OnUnknownOption)),
        help="What happens to a title that Attio does not have.  [default: reject]",
    ),
    click.option(
        "--sample",
        "--limit",
        "sample",
        type=Whole(1),
        metavar="N",
        help="Use only the first N rows.",
    ),
    click.option(
        "--requests-per-second", "pace", type=Rate(), help="Most requests a second, to leave room for others."
    ),
)


def row_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which rows go where to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True, kw_only=True, slots=True)
class RowOptions:
    """The values of these options."""

    source: Path | None = None
    table: str | None = None
    database: Path | None = None
    sql: str | None = None
    object_slug: str | None = None
    list_slug: str | None = None
    match: str | None = None
    mode: str | None = None
    mapping: Path | None = None
    accept_guess: bool = False
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    dates: str | None = None
    decimal: str | None = None
    default_country: str | None = None
    on_invalid: str | None = None
    on_unknown_option: str | None = None
    sample: int | None = None

    def check_files(self) -> None:
        """Raise WrongUsage for a file that is not there; a misspelt name needs neither token nor network."""
        named = [one for one in (self.source, self.database, self.mapping) if one and str(one) != "-"]
        if gone := next((one for one in named if not one.exists()), None):
            raise WrongUsage(f"There is no file {gone}.")

    def rows(self, on_read: OnRead | None = None) -> Rows:
        """The rows that the options name."""
        if self.sql is not None:
            database = self.database or self.source
            if database is None:
                raise WrongUsage("--sql needs a DuckDB file to ask: add --db FILE.")
            return rows_of_query(database, self.sql)
        if self.source is None:
            raise WrongUsage("Say which rows: --from FILE, or --db FILE.duckdb with --sql QUERY.")
        return rows_of_file(self.source, self._form(), on_read)

    def _form(self) -> Form:
        """How the file is written, from the options and the mapping file."""
        said = read_settings(self.mapping).get("file", {}) if self.mapping else {}
        given = {"sheet": self.sheet, "encoding": self.encoding, "delimiter": self.delimiter}
        told = said | {name: one for name, one in given.items() if one}
        table = self.table or self.object_slug or self.list_slug
        try:
            return Form(**{"table": table, **told})
        except TypeError:
            raise WrongUsage(_FORM.format(self.mapping)) from None

    def settings(self, *, saved: dict[str, Any]) -> dict[str, Any]:
        """The stream's settings; options win over the mapping file, or over `saved` without one."""
        saved = read_settings(self.mapping) if self.mapping else saved
        given = {
            "target": self._target(),
            "mode": self.mode,
            "match": self.match,
            "default_country": self.default_country and self.default_country.upper(),
            "on_invalid": self.on_invalid,
            "on_unknown_option": self.on_unknown_option,
        }
        settings = saved | {name: one for name, one in given.items() if one}
        if isinstance(settings.get("match"), str):
            settings["match"] = _several(settings["match"])
        if reading := {name: one for name, one in (("date", self.dates), ("decimal", self.decimal)) if one}:
            settings["read"] = (settings.get("read") or {}) | reading
        if self.sample and settings.get("mode") == "mirror":
            raise WrongUsage(
                "--sample cannot be combined with the mode mirror: the records of the other rows would be "
                "deleted."
            )
        if not settings.get("target"):
            raise WrongUsage("Say where the rows go: --object SLUG or --list SLUG.")
        return {"stream": self.name} | settings

    @property
    def name(self) -> str:
        """The stream's name in the journal and in the rejects file."""
        if self.source is None or self.sql is not None:
            return "query"
        return "stdin" if str(self.source) == "-" else Path(self.source.name.removesuffix(".gz")).stem

    def _target(self) -> str | None:
        if self.object_slug and self.list_slug:
            raise WrongUsage("--object and --list exclude each other.")
        return f"lists/{self.list_slug}" if self.list_slug else self.object_slug


@dataclass(frozen=True, kw_only=True, slots=True)
class RunLimits:
    """The limits of a run, and the paths of its journal and rejects."""

    journal: Path | None = None
    rejects: Path | None = None
    pace: float | None = None


def destination_config(
    connection: Connection, settings: dict[str, Any], terms: RunLimits
) -> DestinationConfig:
    """The destination's configuration; raises Misconfigured naming a wrong setting."""
    raw: dict[str, Any] = {
        **connection.connector_config(),
        "streams": [stream_settings(settings)] if settings else [],
        "batch_rows": BATCH,
    }
    if terms.journal:
        terms.journal.parent.mkdir(parents=True, exist_ok=True)
        raw["journal"] = {"path": str(terms.journal)}
    if terms.rejects:
        raw["rejects"] = {"path": str(terms.rejects)}
    if terms.pace:
        raw["requests_per_second"] = terms.pace
    try:
        return DestinationConfig.parse(raw)
    except Misconfigured as error:
        raise WrongUsage(str(error).replace("`streams.0.", "`")) from error


def stream_config(settings: Mapping[str, Any]) -> StreamConfig:
    """The stream's settings, typed; raises WrongUsage naming a wrong one."""
    return destination_config(_NOBODY, dict(settings), RunLimits()).streams[0]


def stream_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The destination's settings in a mapping file."""
    return {name: value for name, value in settings.items() if name not in OWN_SETTINGS}


def lacks_match(settings: Mapping[str, Any]) -> bool:
    """Whether an attribute to match by has to be chosen first; entries are matched by their parents."""
    is_list = settings["target"].startswith("lists/")
    return not settings.get("match") and not is_list and settings.get("mode") != "create"


def needed(rows: Rows, settings: Mapping[str, Any]) -> Rows:
    """The rows with only the columns that the settings read; with all where columns are mapped by name."""
    stream = stream_config(settings)
    if not stream.fields:
        return rows
    return rows.only({*columns_of(stream), SOURCE_MARK, *DELETED_MARKS, *stream.match})


def only_stream(parsed: DestinationConfig, rows: Rows) -> StreamConfig:
    """The only stream of this run; raises WrongUsage where a column that it names is missing."""
    stream = parsed.streams[0]
    rows.need(columns_of(stream))
    return stream


def columns_of(stream: StreamConfig) -> list[str]:
    """The columns that a stream's settings name."""
    read = [column for field in stream.fields for column in field.parts_by_column]
    return [*read, *([stream.delete_when] if stream.delete_when else [])]


def read_settings(path: Path) -> dict[str, Any]:
    """The settings in a YAML or JSON file."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise WrongUsage(f"{path}{where}: not YAML.") from error
    if not isinstance(raw, dict):
        raise WrongUsage(f"{path} holds no settings: a name, a colon and a value on each line.")
    left_out, form = raw.get("left_out", []), raw.get("file", {})
    if not isinstance(left_out, list) or not all(map(_is_left_out, left_out)):
        raise WrongUsage(f"{path}: `left_out` is a list of columns, each with its `column` and its `reason`.")
    if not isinstance(form, dict):
        raise WrongUsage(_FORM.format(path))
    return cast("dict[str, Any]", raw)


def _is_left_out(one: object) -> bool:
    return isinstance(one, dict) and all(isinstance(one.get(name), str) for name in ("column", "reason"))


def _several(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]
