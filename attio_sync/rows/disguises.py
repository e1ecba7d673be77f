"""What a file is, whatever its name says: programs name web pages .xls, and people name texts .xlsx."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final
from zipfile import BadZipFile, ZipFile

from attio_sync.failures import WrongUsage

if TYPE_CHECKING:
    from typing import IO

    from attio_sync.rows.rows import SteadyFile

_HEAD: Final = 4096
_ZIP: Final = b"PK\x03\x04"
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_GZIP: Final = b"\x1f\x8b"
_PARQUET: Final = b"PAR1"
_SQLITE: Final = b"SQLite format 3\0"
_PDF: Final = b"%pdf-"
_PAGE: Final = (
    b"<!doctype html",
    b"<html",
    b"<head",
    b"<body",
    b"<meta",
    b"<style",
    b"<table",
    b"mime-version:",
)
_XML_OF_OFFICE: Final = b"urn:schemas-microsoft-com:office:spreadsheet"
_OFFICE_PARTS: Final = frozenset({"[Content_Types].xml", "content.xml"})
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
"""The name of the part that holds an .xlsx file under its password."""
_MARKS: Final = b"\xef\xbb\xbf\xff\xfe \t\r\n"


def need_text(file: SteadyFile) -> None:
    """Raise WrongUsage, saying what to do, for a file that is named like a text and is not one."""
    with file.opened() as opened:
        head = opened.read(_HEAD)
        is_office = head.startswith(_ZIP) and _is_office(opened)
    if head.startswith(_OLD_OFFICE) or is_office:
        raise _other(file, "a spreadsheet, not text", ".xls" if head.startswith(_OLD_OFFICE) else ".xlsx")
    if head.startswith(_ZIP):
        raise WrongUsage(f"{file.path} is a zip archive. Unpack it, and import what is in it.")
    if head.startswith(_GZIP):
        raise WrongUsage(f"{file.path} is packed by gzip. Rename it to '{file.path.name}.gz' and try again.")
    if head and not head.strip(b"\0"):
        raise WrongUsage(f"{file.path} begins with NULs alone, as damaged files do. Export it anew.")
    if head.startswith(_PARQUET):
        raise _other(file, "a Parquet file, not text", ".parquet")
    if head.startswith(_SQLITE):
        raise WrongUsage(f"{file.path} is a database of SQLite. Export the table as CSV.")
    start = _start(head)
    if start.startswith((b'{"', b"[{")):
        raise _other(file, "JSON, not CSV", ".json" if start.startswith(b"[") else ".jsonl")
    _need_table(file, start)


def need_sheet(file: SteadyFile) -> None:
    """Raise WrongUsage, saying what to do, for a file that is named like a spreadsheet and is not one."""
    with file.opened() as opened:
        head = opened.read(_HEAD)
        is_locked = head.startswith(_OLD_OFFICE) and _ENCRYPTED in head + opened.read()
    if is_locked:
        raise locked(file)
    if head.startswith((_ZIP, _OLD_OFFICE)):
        return
    if not head:
        raise WrongUsage(f"{file.path} is empty.")
    _need_table(file, _start(head))
    if _is_text(head):
        raise _other(file, "text, no spreadsheet", ".csv")


def locked(file: SteadyFile) -> WrongUsage:
    """The refusal of a file with a password."""
    return WrongUsage(f"{file.path} has a password. Open it, save it without one, and try again.")


def _need_table(file: SteadyFile, start: bytes) -> None:
    """Raise WrongUsage for a page, and for other documents that hold no rows."""
    if start.startswith(_PAGE) or (start.startswith(b"<?xml") and b"<html" in start):
        raise WrongUsage(
            f"{file.path} is a web page, whatever its name says. If a browser shows your table in it, open "
            "it in a spreadsheet program and save it as .xlsx; else export it anew."
        )
    if start.startswith(b"<?xml") and _XML_OF_OFFICE in start:
        raise WrongUsage(
            f"{file.path} is a spreadsheet in XML of 2003. Open it in a spreadsheet program, and save it as "
            ".xlsx."
        )
    if start.startswith(_PDF):
        raise WrongUsage(f"{file.path} is a PDF. Export the table as CSV or .xlsx.")


def _other(file: SteadyFile, what: str, ending: str) -> WrongUsage:
    """The refusal of a file whose ending should be another."""
    name = file.path.name.removesuffix(".gz") if file.is_packed else file.path.name
    right = Path(name).with_suffix(ending).name + (".gz" if file.is_packed else "")
    return WrongUsage(f"{file.path} is {what}. Rename it to '{right}' and try again.")


def _start(head: bytes) -> bytes:
    """The beginning as it can be compared: small letters, without marks and blanks, UTF-16 as ASCII."""
    return head.replace(b"\0", b"").lstrip(_MARKS).lower()


def _is_text(head: bytes) -> bool:
    """Whether these are the bytes of a text: no control characters but blanks, in any encoding."""
    plain = head.replace(b"\0", b"") if head.startswith((b"\xff\xfe", b"\xfe\xff")) else head
    return not any(one < ord(" ") and one not in _MARKS for one in plain)


def _is_office(opened: IO[bytes]) -> bool:
    """Whether a zip file is a document of an office program."""
    opened.seek(0)
    try:
        with ZipFile(opened) as packed:
            return not _OFFICE_PARTS.isdisjoint(packed.namelist())
    except BadZipFile:
        return False
