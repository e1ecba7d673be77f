"""Reads rows from CSV files of any encoding and separator, and leaves out text around the rows.

A file is read twice, first to check all of it and then for its rows; memory holds one line of it. Cells stay
text: the destination makes values of them.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from contextlib import closing
from itertools import islice
from typing import IO, TYPE_CHECKING, Final

from attio_sync.failures import WrongUsage
from attio_sync.rows.csv_lines import Lines, RecordTooLongError
from attio_sync.rows.disguises import need_text
from attio_sync.rows.encodings import NAMES, encoding_of
from attio_sync.rows.grids import Body
from attio_sync.rows.headers import HEAD, head_of, header_of
from attio_sync.rows.records import Lost
from attio_sync.rows.rows import Rows
from destination_attio.model.targets import MOST_OF_ROW

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from attio_api.wire import JsonObject
    from attio_sync.rows.form import Form
    from attio_sync.rows.headers import Header
    from attio_sync.rows.records import Record
    from attio_sync.rows.rows import SteadyFile

_SEPARATORS: Final = ",;\t|"
_SEPARATOR_LINE: Final = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_TOO_LONG: Final = f"has more than {MOST_OF_ROW:,} characters, the most that is taken of a row"
_HEAD_TEXT: Final = 1 << 16


def rows_of_csv(file: SteadyFile, form: Form) -> Rows:
    """The rows of a CSV file; every cell stays text, so '007' keeps its zeros, and an empty one is no value.

    Columns without a name, as spreadsheets leave them, are left out.
    """
    need_text(file)
    reader = _Reader(file, encoding_of(file, form.encoding), form.delimiter)
    with file.opened() as opened, closing(reader.records(opened)) as records:
        head = head_of(records)
    header = header_of(str(file.path), head, form.header)
    body = Body(name=str(file.path), header=header)
    with file.opened() as opened:
        count = sum(1 for _ in body.rows(_under(header, reader.records(opened))))

    def read() -> Iterator[JsonObject]:
        with file.opened() as opened:
            yield from Body(name=str(file.path), header=header, is_first=False).rows(
                _under(header, reader.records(opened))
            )

    return Rows(
        name=str(file.path),
        columns=body.columns,
        count=count,
        read=read,
        is_written=True,
        remarks=(*reader.remarks(), *header.remarks, *body.remarks()),
    )


def _under(header: Header, records: Iterator[Record]) -> Iterator[Record]:
    return (one for one in records if one[0] > header.line)


class _Reader:
    """Reads the records of one file, in its encoding and with its separator."""

    def __init__(self, file: SteadyFile, encoding: str, delimiter: str | None) -> None:
        self._file, self._encoding = file, encoding
        try:
            with file.opened() as opened, self._text(opened) as text:
                head = text.read(_HEAD_TEXT)
        except UnicodeDecodeError as error:
            raise self._other_encoding(1) from error
        said = _SEPARATOR_LINE.fullmatch(head.split("\n", 1)[0])
        self._skips = bool(said)
        self._delimiter = delimiter or (said[1] if said else _delimiter(head))
        self._has_spaces = f'{self._delimiter} "' in head

    def remarks(self) -> tuple[str, ...]:
        """Sentences on what the file showed, for its owner."""
        name = NAMES.get(self._encoding)
        return (f"{self._file.path} is read as {name}; --encoding says otherwise.",) if name else ()

    def records(self, opened: IO[bytes]) -> Generator[Record, None, None]:
        """Each record with the number of its first line, empty ones included."""
        csv.field_size_limit(MOST_OF_ROW)
        with self._text(opened) as text:
            lines = Lines(text)
            try:
                if self._skips:
                    next(lines)
                yield from self._records(lines)
            except csv.Error as error:
                raise WrongUsage(f"{self._file.path}, line {lines.begins}: {_damage(str(error))}") from error
            except UnicodeDecodeError as error:
                raise self._other_encoding(lines.begins) from error

    def _records(self, lines: Lines) -> Generator[Record, None, None]:
        while not lines.are_over:
            reader = csv.reader(
                lines, delimiter=self._delimiter, strict=True, skipinitialspace=self._has_spaces
            )
            lines.begin()
            try:
                for record in reader:
                    yield lines.begins, record
                    lines.begin()
            except RecordTooLongError:
                lines.skip_record()
                yield lines.begins, Lost((f"Line {lines.begins} {_TOO_LONG}.",))

    def _other_encoding(self, line: int) -> WrongUsage:
        return WrongUsage(
            f"{self._file.path}, line {line}: not text in {NAMES.get(self._encoding, self._encoding)}. "
            "Name the encoding with --encoding, as windows-1252, or save the file as 'CSV UTF-8'."
        )

    def _text(self, opened: IO[bytes]) -> io.TextIOWrapper:
        encoding = "utf-8-sig" if self._encoding == "utf-8" else self._encoding
        return io.TextIOWrapper(opened, encoding=encoding, newline="")


def _delimiter(head: str) -> str:
    """The separator that gives most of the first records equally many cells, and the most cells."""
    lines = head.splitlines(keepends=True)
    whole = lines[:-1] if len(head) >= _HEAD_TEXT and len(lines) > 1 else lines
    return max(_SEPARATORS, key=lambda one: _parted(whole, one))


def _parted(lines: list[str], delimiter: str) -> tuple[int, int]:
    records = list(islice(csv.reader(lines, delimiter=delimiter), HEAD))
    widths = Counter(len(one) for one in records if len(one) > 1)
    if not widths:
        return 0, 0
    width, count = max(widths.items(), key=lambda one: (one[1], one[0]))
    return count, width


def _damage(reason: str) -> str:
    if "expected after" in reason:
        return "a quotation mark inside a value has to be doubled."
    return "a quotation mark opens a value here, and none closes it."
