"""Who the caller is: `GET /v2/self`."""

import pytest

from unit_tests.attio_emulator.calling import Api


def test_a_live_token_says_whose_it_is(api: Api) -> None:
    """Scopes, workspace and the one who made it; never an expiry."""
    shown = api("GET", "/v2/self")

    assert (True, "workspace", None) == (shown["active"], shown["token_level"], shown["exp"])
    assert "record_permission:read-write" in shown["scope"].split()
    assert (shown["client_id"], shown["workspace_id"]) == (shown["aud"], shown["sub"])


def test_dead_tokens_are_inactive_and_refused(api: Api) -> None:
    """/v2/self answers 200 and nothing else; everything else answers 401."""
    api.emulator.add_token("revoked", active=False)
    for token in ("revoked", "0" * 64):
        assert {"active": False} == api("GET", "/v2/self", token=token)
        assert (401, "unauthorized") == api.refusal("GET", "/v2/objects", token=token)


@pytest.mark.parametrize("token", ["", "unknown", '"emulator-token"', "Bearer emulator-token", "0" * 63])
def test_a_text_that_is_no_token_is_not_recognised(api: Api, token: str) -> None:
    """/v2/self refuses it as a missing value; everything else answers 401."""
    assert (400, "missing_value") == api.refusal("GET", "/v2/self", token=token)
    assert (401, "unauthorized") == api.refusal("GET", "/v2/objects", token=token)
