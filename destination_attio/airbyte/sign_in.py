"""`advanced_auth` of the specification: how Airbyte's platform signs a user in with OAuth.

Attio fixes the scopes in the settings of the app, and its access tokens neither expire nor are refreshed
(docs.attio.com/rest-api/guides/authentication).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from attio_api.wire import JsonObject

_CONSENT: Final = (
    "https://app.attio.com/authorize?{{ client_id_param }}&{{ redirect_uri_param }}&response_type=code"
    "&{{ state_param }}"
)
ADVANCED_AUTH: Final[JsonObject] = {
    "auth_flow_type": "oauth2.0",
    "predicate_key": ["credentials", "auth_type"],
    "predicate_value": "oauth2.0",
    "oauth_config_specification": {
        "oauth_connector_input_specification": {
            "consent_url": _CONSENT,
            "access_token_url": "https://app.attio.com/oauth/token",
            "access_token_headers": {"Content-Type": "application/x-www-form-urlencoded"},
            "access_token_params": {
                "grant_type": "authorization_code",
                "code": "{{ auth_code_value }}",
                "client_id": "{{ client_id_value }}",
                "client_secret": "{{ client_secret_value }}",
                "redirect_uri": "{{ redirect_uri_value }}",
            },
            "extract_output": ["access_token"],
            "scopes_join_strategy": "space",
        },
        "complete_oauth_output_specification": {
            "type": "object",
            "required": ["access_token"],
            "properties": {
                "access_token": {
                    "type": "string",
                    "path_in_connector_config": ["credentials", "access_token"],
                    "path_in_oauth_response": ["access_token"],
                }
            },
        },
        "complete_oauth_server_input_specification": {
            "type": "object",
            "required": ["client_id", "client_secret"],
            "properties": {"client_id": {"type": "string"}, "client_secret": {"type": "string"}},
        },
        "complete_oauth_server_output_specification": {
            "type": "object",
            "required": ["client_id", "client_secret"],
            "properties": {
                "client_id": {"type": "string", "path_in_connector_config": ["credentials", "client_id"]},
                "client_secret": {
                    "type": "string",
                    "path_in_connector_config": ["credentials", "client_secret"],
                },
            },
        },
    },
}
