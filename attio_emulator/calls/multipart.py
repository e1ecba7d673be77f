"""Reads a form with several parts: its fields, and the one file in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO

import python_multipart
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File

from attio_emulator.contract.refusals import bad_value


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """The content of a form; `content` is None when it holds no file."""

    fields: Mapping[str, str]
    content: bytes | None = field(default=None, repr=False)
    name: str = ""
    content_type: str | None = None


class Parts:
    """The fields and files of a form that have been parsed so far."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.files: list[Upload] = []

    def keep_field(self, part: Field) -> None:
        """Keep a parsed field."""
        self.fields[(part.field_name or b"").decode()] = (part.value or b"").decode()

    def keep_file(self, part: File) -> None:
        """Keep a parsed file; its type is None where an older version of the library does not give it."""
        part.file_object.seek(0)
        kind = getattr(part, "content_type", None)
        upload = Upload(
            fields=self.fields,
            content=part.file_object.read(),
            name=(part.file_name or b"").decode(),
            content_type=kind.decode() if isinstance(kind, bytes) else kind,
        )
        self.files.append(upload)
        part.close()


def read_upload(content_type: str, raw: bytes) -> Upload:
    """Parse a multipart body; refuse anything else with 400."""
    parts = Parts()
    headers = {"Content-Type": content_type.encode(), "Content-Length": str(len(raw)).encode()}
    try:
        python_multipart.parse_form(headers, BytesIO(raw), parts.keep_field, parts.keep_file)
    except (FormParserError, ValueError):
        raise bad_value("The body is not a valid multipart form.", []) from None
    return parts.files[0] if parts.files else Upload(fields=parts.fields)
