"""Apps on the control plane."""

from unit_tests.attio_emulator.calling import Api
from unit_tests.attio_emulator.test_oauth import authorize, carried, trade


def test_an_app_can_be_registered(api: Api) -> None:
    """An app made known on the control plane gets tokens with its own scopes, at its own address."""
    back = "https://example.com/back"
    app = {"client_id": "a", "client_secret": "s", "redirect_uris": [back], "scopes": ["note:read"]}
    api("POST", "/_emulator/apps", app)
    location = authorize(api, client_id="a", redirect_uri=back).headers["location"]
    given = trade(api, client_id="a", client_secret="s", code=carried(location)["code"][0])[1]

    assert "note:read" == api("GET", "/v2/self", token=given["access_token"])["scope"]
    assert 400 == authorize(api, client_id="a").status
