"""What the relay signs, verified by the reference library of Standard Webhooks for Node.js, from npm."""

import json
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from attio_relay.alerting.sending import message
from attio_relay.peers import signed
from attio_relay.store.alerts import Alert
from attio_relay.targets.signed_http import message as call
from attio_relay.targets.target import Intent

PACKAGE = "standardwebhooks@1.1.1"
SECRET = "whsec_" + "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
VERIFY = """
const { Webhook } = require("standardwebhooks");
const [secret, body, headers] = JSON.parse(require("fs").readFileSync(0));
console.log(JSON.stringify(new Webhook(secret).verify(body, headers)));
"""
ALERT = Alert(
    name="gap", subject="acme", sentence="Events may be missing — é.", since=1.0, told=False, ended_at=None
)
INTENT = Intent(run_id="run-1", connection="crm", route="acme", changes=3, baseline=None, at=0.0)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("node")
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("Node.js and npm are not installed, so their library of Standard Webhooks was not asked.")
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent", PACKAGE]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        pytest.skip(f"npm cannot fetch {PACKAGE} (no network?), so it was not asked.")
    return folder


def verified(library: Path, body: bytes, headers: dict[str, str]) -> subprocess.CompletedProcess[str]:
    given = json.dumps([SECRET, body.decode(), headers])
    command = ["node", "-e", VERIFY]
    return subprocess.run(
        command, cwd=library, input=given, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    "body",
    [json.dumps(call(INTENT)).encode(), json.dumps(message(ALERT, "began", at=1.0)).encode()],
    ids=["target", "alert"],
)
def test_the_library_from_npm_verifies_what_the_relay_sends(library: Path, body: bytes) -> None:
    """Target and alert alike; it refuses the same message with one letter more."""
    headers = signed(SECRET, "run-1", body, now=time.time())
    good, bad = verified(library, body, headers), verified(library, body + b" ", headers)

    assert json.loads(body) == json.loads(good.stdout)
    assert (0, True) == (good.returncode, bad.returncode != 0)
    assert "No matching signature found" in bad.stderr
