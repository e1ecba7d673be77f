"""Configuration of any API as a target: how a job is started, followed and found again."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StrictBool,
    StrictInt,
    ValidationInfo,
    field_validator,
    model_validator,
)

from attio_relay.durations import Seconds, SomeSeconds
from attio_relay.peers import Peer, leads_somewhere, without_user
from attio_relay.reading import NeededSecret, Table, near, origin, written, wrong
from attio_relay.templates import NULL, PLACEHOLDER, placeholders

Method = Literal["GET", "POST", "PUT", "PATCH"]
# A value as text, so that a number in the file equals the API's text: dbt's status 10 is written "10".
Value = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, int) else value)]


def _template(url: str) -> str:
    leads_somewhere(PLACEHOLDER.sub("x", url))
    return url


Template = Annotated[str, AfterValidator(_template)]


class Ask(Peer):
    """One request to an API; its texts may hold placeholders."""

    # The trailing slash stays, since some APIs redirect without it.
    url: Template
    method: Method = "GET"
    headers: Mapping[str, str] = Field(default={}, repr=False)
    body: Any = Field(default=None, repr=False)

    @model_validator(mode="after")
    def _leads_to_one_server(self) -> Self:
        if placeholders(urlsplit(self.url).netloc):
            raise wrong("url must name its server without placeholders.")
        without_user(self.url, 'write a header such as Authorization = "Basic {{ secrets.login }}"')
        return self

    def names(self) -> set[str]:
        """The placeholders in the request's texts."""
        return placeholders(self.url) | placeholders(dict(self.headers)) | placeholders(self.body)


class Accepted(Table):
    """How an answer says that the run was accepted, where its status alone does not."""

    at: str
    values: tuple[Value, ...] = Field(min_length=1)


class Progress(Ask):
    """How to ask how a job stands, and what the answers mean; any other value means that it runs."""

    state: str
    succeeded: tuple[Value, ...] = Field(min_length=1)
    failed: tuple[Value, ...] = Field(min_length=1)
    cancelled: tuple[Value, ...] = ()


class Find(Ask):
    """How to look for the job of a start that had no answer."""

    items: str = ""
    where: str = ""
    contains: str = "{{ run }}"
    job: str


class ApiTarget(Ask):
    """Start a job through any API, and ask how it stands until it has ended."""

    type: Literal["api"] = "api"
    method: Method = "POST"
    secrets: Mapping[str, NeededSecret] = Field(default={}, repr=False)
    job: str = ""
    """Where the answer has the job's id."""
    job_name: str = ""
    """The job's id, when the request chooses it."""
    idempotent: StrictBool = False
    exists: tuple[StrictInt, ...] = ()
    accepted: Accepted | None = None
    progress: Progress
    find: Find | None = None
    timeout: SomeSeconds = written("30s")
    settle: Seconds = written("2m")

    @field_validator("secrets", mode="before")
    @classmethod
    def _secrets_of_the_environment(cls, given: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 (what a file holds)
        if not isinstance(given, dict):
            return given
        found: dict[str, Any] = {}
        for name, value in given.items():
            variable = name.endswith("_env")
            if variable and not origin(info).environment.get(str(value)):
                raise ValueError(f"{name} names {value}, which is not set")
            found[name.removesuffix("_env")] = origin(info).environment[str(value)] if variable else value
        return found

    @model_validator(mode="after")
    def _says_which_job(self) -> Self:
        if bool(self.job) + bool(self.job_name) > 1 or not (self.job or self.job_name or self.find):
            raise wrong("needs one of job, job_name and find, to know which job was started.")
        if self.exists and not self.job_name:
            raise wrong("exists needs job_name: without it an answer of that kind names no job.")
        return self

    @model_validator(mode="after")
    def _known_placeholders(self) -> Self:
        secrets = {f"secrets.{name}" for name in self.secrets}
        run = {"run", "connection", "route", "changes", "at", NULL} | secrets
        used = [("", self.names() | placeholders(self.job_name), run)]
        used.append(("progress: ", self.progress.names(), {"job", NULL} | secrets))
        if self.find is not None:
            used.append(("find: ", self.find.names() | placeholders(self.find.contains), run))
        for place, names, known in used:
            for name in sorted(names - known):
                raise wrong(f"{place}{{{{ {name} }}}} is not a placeholder here.{near(name, known)}")
        return self
