"""Signs a user in as Airbyte's platform does, from what a connector's spec says in `advanced_auth`.

After `DeclarativeOAuthFlow` of `airbytehq/airbyte-platform`: templates rendered with the values below,
the body a form only when the spec's headers say so (JSON otherwise), the output placed where the spec says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import requests
from jinja2 import Environment, StrictUndefined

TEMPLATES = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 - addresses, no HTML
FORM = "application/x-www-form-urlencoded"
TIMEOUT = 60


@dataclass(frozen=True, kw_only=True)
class Consent:
    """One sign-in: the app's registration, and where the platform listens for the answer."""

    specification: dict[str, Any]
    client_id: str
    client_secret: str
    redirect_uri: str

    def sign_in(self, state: str, *, instead_of: str, host: str) -> dict[str, Any]:
        """The credentials part of a configuration, after the user consented on `host`'s page."""
        url = self._render("consent_url", state=state).replace(instead_of, host)
        landed = requests.get(url, allow_redirects=False, timeout=TIMEOUT).headers["location"]
        answer = parse_qs(urlsplit(landed).query)
        if answer["state"] != [state] or not landed.startswith(self.redirect_uri):
            raise ValueError("the browser came back with another state, or to another place")
        token_url = self._render("access_token_url").replace(instead_of, host)
        return self._placed(self._exchange(token_url, answer["code"][0]))

    @property
    def _flow(self) -> dict[str, Any]:
        return dict(self.specification["oauth_connector_input_specification"])

    def _render(self, setting: str, **more: str) -> str:
        return self._filled(self._flow[setting], **more)

    def _filled(self, template: str, *, code: str = "", state: str = "") -> str:
        values = {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "redirect_uri": self.redirect_uri,
            "auth_code": code,
            "state": state,
        }
        parameters = {f"{name}_param": f"{name}={quote(value, safe='')}" for name, value in values.items()}
        return TEMPLATES.from_string(template).render(
            {f"{name}_value": value for name, value in values.items()} | parameters
        )

    def _exchange(self, url: str, code: str) -> dict[str, Any]:
        headers = self._flow.get("access_token_headers", {})
        templates = self._flow["access_token_params"].items()
        body = {name: self._filled(template, code=code) for name, template in templates}
        if headers.get("Content-Type") == FORM:
            answer = requests.post(url, headers=headers, data=body, timeout=TIMEOUT)
        else:
            answer = requests.post(url, headers=headers, json=body, timeout=TIMEOUT)
        answer.raise_for_status()
        return dict(answer.json())

    def _placed(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Everything where the spec wants it, under `credentials`."""
        outputs = self.specification["complete_oauth_output_specification"]["properties"]
        registered = self.specification["complete_oauth_server_output_specification"]["properties"]
        ours = {"client_id": self.client_id, "client_secret": self.client_secret}
        config: dict[str, Any] = {}
        for given, wanted in ((answer, outputs), (ours, registered)):
            for name, rule in wanted.items():
                (group, member) = rule["path_in_connector_config"]
                config.setdefault(group, {})[member] = given[name]
        return config
