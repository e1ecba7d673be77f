"""The catalogue of refusals: how one is declared, and those that concern values, tokens and settings; pure.

A refusal is declared once and raised by calling it with the facts of the case. What a row of the destination
is refused for besides is in `destination_attio/rows/rejections.py`, and what stops a run in
`destination_attio/rows/refused_runs.py` and `source_attio/refusals.py`. What Attio refuses is in `verdicts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar

from attio_api.errors import AttioError, BadToken, InvalidValue, Misconfigured, MissingScope, Rejected

E = TypeVar("E", bound=AttioError)


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal(Generic[E]):
    """One way in which a row or a run can end; `{names}` in the texts are facts of the case."""

    kind: type[E]
    sentence: str
    remedy: str | None = None
    """None for the remedy of its kind; the same holds for `code`."""
    code: str | None = None

    @property
    def ends(self) -> Literal["row", "run"]:
        """Whether the row alone is refused, or the whole run stops."""
        return "row" if issubclass(self.kind, Rejected) else "run"

    def __call__(
        self,
        attribute: str | None = None,
        *,
        code: str | None = None,
        status: int | None = None,
        details: Mapping[str, object] | None = None,
        **facts: object,
    ) -> E:
        """The error to raise; `code` is Attio's own if it gave one, `details` may quote values of the row."""
        told = {"attribute": attribute, "status": status, **facts}
        return self.kind(
            self.sentence.format(**told),
            attribute=attribute,
            status=status,
            code=code or self.code,
            remedy=self.remedy and self.remedy.format(**told),
            details=details,
        )


def misfit(reason: str, remedy: str | None = None) -> Refusal[InvalidValue]:
    """The refusal of a value that its attribute cannot take; its sentence never quotes the value."""
    return Refusal(kind=InvalidValue, sentence=f"The value for '{{attribute}}' {reason}.", remedy=remedy)


# --- tokens and settings: the run ends --------------------------------------------------------------

DEAD_TOKEN: Final = Refusal(
    kind=BadToken, sentence="Attio does not accept the access token: it is wrong, or it was revoked."
)
EMPTY_TOKEN: Final = Refusal(kind=BadToken, sentence="The access token is empty.")
ODD_TOKEN: Final = Refusal(
    kind=BadToken,
    sentence="The access token holds spaces or other characters that no token of Attio's has.",
)
NO_TOKEN: Final = Refusal(
    kind=BadToken,
    sentence="The access token is not an Attio token: {why} (HTTP {told}).",
    remedy="Copy the whole token again from Attio (Workspace settings > Developers), without anything "
    "before or after it.",
)
SIGN_IN_REFUSED: Final = Refusal(
    kind=BadToken,
    sentence="Attio did not accept the sign-in (HTTP {status}).",
    remedy="Check client id and secret, and sign in again: a code works once and not for long.",
)
LACKING_SCOPES: Final = Refusal(
    kind=MissingScope,
    sentence="The access token lacks {scopes}{so}.",
    remedy="Grant what it lacks to the token in Attio (Workspace settings > Developers) and try again.",
)
REDIRECTED: Final = Refusal(
    kind=Misconfigured,
    sentence="{request} was redirected elsewhere, and the token is only sent to Attio.",
    remedy="Set `api_url` to an address of Attio, or of your proxy, that does not redirect.",
)
NO_WEB_ADDRESS: Final = Refusal(
    kind=Misconfigured,
    sentence="The `api_url` is not a web address.",
    remedy="Use https://api.attio.com or the emulator's address.",
)
MALFORMED_ADDRESS: Final = Refusal(
    kind=Misconfigured,
    sentence="One of these is malformed: {url}, the address of the proxy to it, or one that it redirects to.",
    remedy="Correct the address in the settings, or HTTPS_PROXY, HTTP_PROXY or ALL_PROXY of the environment.",
)
ODD_PROXY: Final = Refusal(
    kind=Misconfigured,
    sentence="The proxy on the way to {url} is of a kind that is not supported, or its address has no host.",
    remedy="Name a proxy that speaks HTTP in HTTPS_PROXY, HTTP_PROXY and ALL_PROXY of the environment.",
)
NO_CERTIFICATES: Final = Refusal(
    kind=Misconfigured,
    sentence="The certificates by which {url} would be verified cannot be read.",
    remedy="Let REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE of the environment name a file in PEM format.",
)
WRONG_SETTING: Final = Refusal(
    kind=Misconfigured,
    sentence="The setting `{where}` is wrong: {problem}.",
    remedy="Correct the configuration and try again.",
)
WRONG_SETTINGS: Final = Refusal(
    kind=Misconfigured,
    sentence="The configuration is not valid: {problems}.",
)

# --- values: the row ends ---------------------------------------------------------------------------

NO_JSON: Final = Refusal(
    kind=InvalidValue,
    sentence="A value cannot be written as JSON.",
)
UNKNOWN_TYPE: Final = misfit("cannot be written: its type '{type}' is not known")
KEPT_BY_ATTIO: Final = misfit("cannot be written: Attio keeps it itself", "Leave it out.")
NEVER_EMPTY: Final = misfit("is empty, but this type is never empty", "Use false, or leave it out.")
ONE_VALUE: Final = misfit("is a list, but the attribute holds one value")
HALF_A_CHARACTER: Final = misfit(
    "has half a character (an unpaired surrogate)", "Cut the text between characters."
)

NO_TEXT: Final = misfit("is {what}, not text", "Map a column that holds one value.")
TOO_LONG: Final = misfit("is longer than the ten megabytes that Attio keeps", "Shorten it.")

NO_NUMBER: Final = misfit("is {what}, not a number")
NO_NUMBER_IN_TEXT: Final = misfit(
    "is text that is not a number",
    "Write it like 1234.5, without thousands separators, units or currency signs.",
)
NOT_FINITE: Final = misfit("is not a finite number")
TOO_LARGE: Final = misfit("is larger than Attio can keep exactly", "Use a text attribute for long numbers.")
MORE_DECIMALS: Final = misfit(
    "has more than four decimals, and Attio keeps four",
    "Round it at its origin, or have it rounded here: `read: {{more_decimals: round}}`.",
)
NO_RATING: Final = misfit("is not a whole number from 0 to 5")
OTHER_CURRENCY: Final = misfit(
    "is in another currency than the attribute, which holds {currency}",
    "Convert the amount, or map it to an attribute of its currency.",
)

NO_YES_OR_NO: Final = misfit("is neither true nor false", "Use true/false, yes/no or 1/0.")
NO_DATE: Final = misfit("is not a date", "Use YYYY-MM-DD: day and month in another order would be a guess.")
NO_TIME: Final = misfit("is not a point in time", "Use ISO 8601, like 2026-05-01T10:00:00Z.")

NO_DOMAIN: Final = misfit("is not a domain", "Use a domain like example.com, or a URL.")
NO_EMAIL: Final = misfit("is not an e-mail address", "Use one address like ada@example.com.")
RESERVED_NAME: Final = misfit(
    "ends in .{ending}, which is reserved, and Attio takes no such name",
    "Use a name of the public internet; for trials, one under example.com.",
)
_PHONE: Final = "Write it like +44 117 234 5678, or set a default country."
NO_COUNTRY_CODE: Final = misfit("is not an international phone number", _PHONE)
NO_PHONE: Final = misfit("is not a phone number", _PHONE)
TWO_NUMBERS: Final = misfit(
    "can be read as two numbers: with the code of {country} in front, and without it",
    "Write it with + in front, or with the 0 that is dialled at home.",
)
MORE_THAN_A_NUMBER: Final = misfit(
    "has a phone number with more beside it, which may be another number, an extension or a word",
    "Write the number alone; several are separated by commas or semicolons.",
)
NOT_IN_NUMBERING_PLAN: Final = misfit(
    "is outside the numbering plan{where}, and Attio takes no such number",
    "Correct it at its origin, or leave such values out.",
)
HAS_EXTENSION: Final = misfit(
    "has an extension, and Attio keeps the number alone",
    "Take the extension out, and write it to a text attribute where it is needed.",
)

NO_NAME: Final = misfit("is not a name", "Use text, or an object with first_name and last_name.")
_LOCATION: Final = (
    "Give an object with any of line_1 to line_4, locality, region, postcode, country_code (two letters), "
    "latitude and longitude, or the country's two letters alone."
)
NO_LOCATION: Final = misfit("is not a location", _LOCATION)
NO_PART_OF_A_LOCATION: Final = misfit("has members that no location has ({members})", _LOCATION)
NO_COUNTRY: Final = misfit("has a country that is not a two-letter code", _LOCATION)
NO_COORDINATE: Final = misfit("has a {member} that is not between -{limit} and {limit}")

_RECORD: Final = "Use a record id, or an object with `object` and `record_id` or a unique attribute."
NO_OBJECT: Final = misfit("does not say which object it points at", _RECORD)
NO_RECORD: Final = misfit("does not name one record", _RECORD)
NO_MEMBER: Final = misfit("is not a workspace member", "Use a member's id or e-mail address.")
NO_TITLE: Final = misfit("names no {member}", "Use the title as it stands in Attio.")
