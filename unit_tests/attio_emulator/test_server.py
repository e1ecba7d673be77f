"""The server of an emulator."""

import http.client
import json
from urllib.parse import urlsplit

from attio_emulator.remote import RemoteEmulator


def test_many_connections_are_kept_open(attio: RemoteEmulator) -> None:
    """Several calls go over one connection, as clients with pools make them."""
    connection = http.client.HTTPConnection(urlsplit(attio.url).netloc, timeout=60)
    for _ in range(5):
        connection.request("GET", "/v2/self", headers={"authorization": f"Bearer {attio.token}"})
        response = connection.getresponse()

        assert json.loads(response.read())["active"]
    connection.close()
