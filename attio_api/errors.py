"""Everything that can go wrong with Attio, named by what happens next.

    AttioError
    ├── Transient       worth another try by itself
    │   ├── RateLimited  ConcurrentWrite  ServerTrouble  ConnectionBroken  Unreachable
    │   └── Gatekeeper  Unreadable  MergeInProgress  OutcomeUnknown
    ├── Misconfigured   a person must change something
    │   ├── BadToken  MissingScope  PlanLimit  Untrusted
    │   ├── NotFound  UnknownObject  BadFilter (TooManyValues  UnknownOption)
    │   └── NotUnique  Forbidden
    ├── Rejected        Attio refused one record; the others go on
    │   ├── InvalidValue  ValueNotFound  MissingValue  UniquenessConflict  ImmutableValue
    │   └── Ambiguous  Gone  AlreadyExists  LimitReached
    └── Malformed       another try would bring the same answer

`verdicts` turns an HTTP answer into one of these. A sentence (`str(error)`) never holds a token or a row's
content; Attio's own words, which may quote values, are kept apart in `details["message"]`.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class AttioError(Exception):
    """Attio did not do what was asked."""

    remedy_by_default: ClassVar[str | None] = None
    code_by_default: ClassVar[str | None] = None

    def __init__(
        self,
        message: str | None = None,
        *,
        status: int | None = None,
        code: str | None = None,
        remedy: str | None = None,
        attribute: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Describe one failure; the class's own sentence stands in for a missing message."""
        self.message = message or _first_line(type(self))
        self.status = status
        self.code = code or self.code_by_default
        self.remedy = remedy or self.remedy_by_default
        self.attribute = attribute
        self.details: dict[str, Any] = dict(details or {})
        super().__init__(self.message)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.__dict__)


def _rebuild(kind: type[AttioError], facts: dict[str, Any]) -> AttioError:
    error = kind(facts["message"])
    error.__dict__.update(facts)
    return error


def _first_line(kind: type[AttioError]) -> str:
    return (kind.__doc__ or kind.__name__).strip().splitlines()[0]


class Transient(AttioError):  # noqa: N818 (named by what happens next, as all below)
    """Attio could not answer just now."""

    remedy_by_default = "Try again in a few minutes; if it stays so, look at status.attio.com."


class Misconfigured(AttioError):  # noqa: N818 (as Transient)
    """Attio cannot be used with these settings."""

    remedy_by_default = "Correct the configuration and run the check again."


class Rejected(AttioError):  # noqa: N818 (as Transient)
    """Attio refused this one row."""


class Malformed(AttioError):  # noqa: N818 (as Transient)
    """Attio's answer is complete, but holds something that it cannot hold."""

    remedy_by_default = (
        "Trying again does not help: correct the value in Attio, or leave the stream out and tell Attio's "
        "support of it."
    )


# --- worth another try ---------------------------------------------------------------------------


class RateLimited(Transient):
    """Attio answers that there were too many requests."""

    remedy_by_default = "Lower `requests_per_second`, or run fewer programs against this workspace at once."
    retry_at: float | None = None
    """When Attio wants to be asked again, in seconds since 1970 by Attio's clock."""
    answered_at: float | None = None
    """When Attio said so, by the same clock."""


class ConcurrentWrite(Transient):
    """Something else was writing to the same record at the same moment."""


class ServerTrouble(Transient):
    """Attio had trouble of its own."""


class ConnectionBroken(Transient):
    """The connection to Attio broke before the answer was complete."""


class Unreachable(Transient):
    """Attio cannot be reached."""

    remedy_by_default = "Check the network, the proxy and the `api_url`."


class Gatekeeper(Transient):
    """The answer did not come from Attio, but from a firewall or a proxy on the way."""

    remedy_by_default = (
        "Try again in a few minutes. If it stays so, check the `api_url`, let the network's administrator "
        "allow it, or ask Attio's support why this machine's address is blocked."
    )


class Unreadable(Transient):
    """Attio's answer was cut short, is not JSON, or has an unknown shape."""


class MergeInProgress(Transient):
    """Attio is still merging this record with another one."""


class OutcomeUnknown(Transient):
    """The answer to a create was lost, so the record may or may not exist now."""

    remedy_by_default = "Look for the record before creating it again."


# --- a person must change something --------------------------------------------------------------


class BadToken(Misconfigured):
    """Attio does not accept the access token."""

    remedy_by_default = (
        "Make a new token in Attio (Workspace settings > Developers), or sign in again, "
        "and put it into the configuration."
    )


class MissingScope(Misconfigured):
    """The access token lacks a scope that this call needs."""

    remedy_by_default = (
        "Grant the scope to the token in Attio (Workspace settings > Developers) and run the check again."
    )


class PlanLimit(Misconfigured):
    """The workspace's Attio plan does not include this."""

    remedy_by_default = "Upgrade the plan in Attio, or leave this out of the configuration."


class Untrusted(Misconfigured):
    """The server's TLS certificate cannot be verified."""

    remedy_by_default = (
        "Check the `api_url`, the machine's clock, and the certificates of a proxy in between."
    )


class NotFound(Misconfigured):
    """Attio knows nothing under this address."""

    remedy_by_default = "Check the `api_url` and the spelling of the slug."


class UnknownObject(Misconfigured):
    """The object, list or attribute does not exist in this workspace."""

    remedy_by_default = (
        "Check the slug, and that the object is activated in Attio (Workspace settings > Objects) "
        "and visible to the token."
    )


class BadFilter(Misconfigured):
    """Attio does not understand the filter or the sort."""

    remedy_by_default = "Check the attribute slugs and the operators; not every type allows every operator."


class TooManyValues(BadFilter):
    """The filter holds more values than Attio takes in one request."""

    remedy_by_default = "Ask with fewer values at once."


class UnknownOption(BadFilter):
    """The filter names an option or a status that the attribute does not have."""

    remedy_by_default = "Check the titles of the options and statuses; they may have been renamed in Attio."


class NotUnique(Misconfigured):
    """The matching attribute is not unique in Attio."""

    remedy_by_default = (
        "Match by a unique attribute, by record_id, or let the matching be done by looking records up first."
    )


class Forbidden(Misconfigured):
    """Attio does not allow this to be changed."""

    remedy_by_default = "Leave system attributes, formulas and enriched values out of the mapping."


# --- one row is refused --------------------------------------------------------------------------


class InvalidValue(Rejected):
    """Attio does not accept a value."""

    code_by_default = "validation_type"
    remedy_by_default = "Correct the value at its origin, or map another column to the attribute."


class ValueNotFound(Rejected):
    """A value names something that Attio does not know: an attribute, an option, a status or a record."""

    remedy_by_default = (
        "Create it in Attio first, correct its spelling, or allow unknown options to be created."
    )


class MissingValue(Rejected):
    """A required attribute has no value."""

    code_by_default = "missing_value"
    remedy_by_default = "Map a column or a constant to every required attribute."


class UniquenessConflict(Rejected):
    """Another record already holds a value that must be unique."""

    remedy_by_default = "Merge the two records in Attio, or correct the value in one of them."


class ImmutableValue(Rejected):
    """A value cannot be changed once it is set."""

    remedy_by_default = "Delete the entry and create it anew under the other parent."


class Ambiguous(Rejected):
    """More than one record matches."""

    remedy_by_default = "Match by a value that only one record has, or merge the records in Attio."


class Gone(Rejected):
    """The record no longer exists in Attio."""

    remedy_by_default = "It was deleted or merged meanwhile; run the sync again."


class AlreadyExists(Rejected):
    """Something with the same name exists already."""

    remedy_by_default = "Use the existing one, or choose another name."


class LimitReached(Rejected):
    """A limit of Attio's is reached."""

    remedy_by_default = "Delete what is not needed any more, or ask Attio to raise the limit."
