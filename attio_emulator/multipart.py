"""Reads a form with several parts: its fields, and the one file in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO

import python_multipart
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File

from attio_emulator.refusals import bad_value


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """What a form carried; `content` is None when no file was among it."""

    fields: Mapping[str, str]
    content: bytes | None = field(default=None, repr=False)
    name: str = ""
    content_type: str | None = None


def read_upload(content_type: str, raw: bytes) -> Upload:
    """Take a multipart body apart; refused with 400 when it is none."""
    fields: dict[str, str] = {}
    files: list[Upload] = []

    def keep_field(part: Field) -> None:
        fields[(part.field_name or b"").decode()] = (part.value or b"").decode()

    def keep_file(part: File) -> None:
        part.file_object.seek(0)
        kind = getattr(part, "content_type", None)
        files.append(
            Upload(
                fields={},
                content=part.file_object.read(),
                name=(part.file_name or b"").decode(),
                content_type=kind.decode() if isinstance(kind, bytes) else kind,
            )
        )
        part.close()

    headers = {"Content-Type": content_type.encode(), "Content-Length": str(len(raw)).encode()}
    try:
        python_multipart.parse_form(headers, BytesIO(raw), keep_field, keep_file)
    except (FormParserError, UnicodeDecodeError, ValueError):
        raise bad_value("The body is not a valid multipart form.", []) from None
    if not files:
        return Upload(fields=fields)
    return Upload(
        fields=fields, content=files[0].content, name=files[0].name, content_type=files[0].content_type
    )
