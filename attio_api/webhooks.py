"""The events Attio announces and the signature that proves they are Attio's; pure.

The relay receives, stores and delivers them.
"""

import hashlib
import hmac
from collections.abc import Iterable
from typing import Final

EVENT_TYPES: Final = frozenset(
    {
        "activity-attribute.created",
        "activity-attribute.updated",
        "activity-record.created",
        "activity-record.deleted",
        "activity.created",
        "activity.deleted",
        "activity.updated",
        "call-recording.created",
        "comment.created",
        "comment.deleted",
        "comment.resolved",
        "comment.unresolved",
        "list-attribute.created",
        "list-attribute.updated",
        "list-entry.created",
        "list-entry.deleted",
        "list-entry.updated",
        "list.created",
        "list.deleted",
        "list.updated",
        "note-content.updated",
        "note.created",
        "note.deleted",
        "note.updated",
        "object-attribute.created",
        "object-attribute.updated",
        "record.created",
        "record.deleted",
        "record.merged",
        "record.updated",
        "task.created",
        "task.deleted",
        "task.updated",
        "workspace-member.created",
    }
)


def sign(secret: str, body: bytes) -> str:
    """Return the lower-case hex HMAC-SHA256 of the raw body (docs.attio.com/rest-api/guides/webhooks)."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def verify(secrets: Iterable[str], body: bytes, signature: str) -> bool:
    """Whether any of the secrets signed exactly these bytes, compared in constant time.

    All secrets are tried, so that neither the time taken nor an early exit tells which one fits.
    """
    given = signature.strip().lower().encode("utf-8", "replace")
    matches = [hmac.compare_digest(sign(secret, body).encode(), given) for secret in secrets]
    return any(matches)
