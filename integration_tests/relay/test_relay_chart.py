"""The Helm chart: rendered by Helm, held against the schemas of Kubernetes and against the relay itself."""

import json
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from attio_relay.config import parse
from integration_tests.peers.helm import helm, violations

CHART = Path(__file__).resolve().parents[2] / "charts/attio-relay"
SECRET = "existingSecret=relay"
SECRETS = {"ATTIO_RELAY_ADMIN_TOKEN": "a" * 32, "ATTIO_RELAY_FEED_TOKEN": "f" * 32}
CHOICES = {
    "one relay on SQLite": [],
    "an existing volume": ["persistence.existingClaim=mine"],
    "replicas on Postgres": ["replicas=3", "postgres=true"],
    "an ingress": ["ingress.enabled=true", "ingress.host=relay.example.com", "ingress.tlsSecret=tls"],
}

pytestmark = pytest.mark.peers


@pytest.fixture(scope="module")
def program() -> Path:
    found = helm()
    if found is None:
        pytest.skip("needs Helm on the PATH (none can be had from PyPI for this machine)")
    return found


def rendered(program: Path, *values: str) -> subprocess.CompletedProcess[str]:
    chosen = [part for value in values for part in ("--set", value)]
    return subprocess.run(
        [program, "template", "r", CHART, *chosen], capture_output=True, text=True, check=False
    )


def manifests(program: Path, *values: str) -> dict[str, Any]:
    run = rendered(program, SECRET, *values)
    assert 0 == run.returncode, run.stderr
    return {found["kind"]: found for found in yaml.safe_load_all(run.stdout)}


def test_helm_finds_nothing_to_complain_about(program: Path) -> None:
    """`helm lint --strict` passes."""
    run = subprocess.run(
        [program, "lint", "--strict", CHART, "--set", SECRET], capture_output=True, text=True, check=False
    )

    assert 0 == run.returncode, run.stdout


@pytest.mark.parametrize("choice", CHOICES)
def test_kubernetes_takes_what_is_rendered(program: Path, choice: str) -> None:
    """Each manifest fits the strict schema of its kind."""
    run = rendered(program, SECRET, *CHOICES[choice])

    assert 0 == run.returncode, run.stderr
    assert "" == violations(run.stdout)


def test_the_relay_takes_the_configuration_of_the_chart(program: Path, tmp_path: Path) -> None:
    """The default relay.toml can be read, listens for the cluster, and stores on the volume."""
    found = manifests(program)
    text = found["ConfigMap"]["data"]["relay.toml"]
    config = parse(tomllib.loads(text), SECRETS, folder=tmp_path)
    (container,) = found["Deployment"]["spec"]["template"]["spec"]["containers"]
    mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    (port,) = container["ports"]

    every_interface = "0.0.0.0"  # noqa: S104 (the pod's own)
    assert (every_interface, port["containerPort"]) == (config.server.host, config.server.port)
    assert config.storage.path.is_relative_to(mounts["store"])
    assert ["/healthz", "/healthz", "/readyz"] == [
        container[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")
    ]


def test_a_store_on_a_volume_has_one_relay_at_a_time(program: Path) -> None:
    """On SQLite the old relay ends before the new one begins; on Postgres they take turns."""
    alone, several = manifests(program), manifests(program, "replicas=2", "postgres=true")

    assert {"type": "Recreate"} == alone["Deployment"]["spec"]["strategy"]
    assert "PersistentVolumeClaim" in alone
    assert "strategy" not in several["Deployment"]["spec"]
    assert {"minAvailable": 1} == {
        key: value for key, value in several["PodDisruptionBudget"]["spec"].items() if key != "selector"
    }


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (["replicas=2", SECRET], "replicas > 1 needs a Postgres"),
        ([], "existingSecret is missing"),
        (["ingress.enabled=true", SECRET], "ingress.enabled needs ingress.host"),
        (["replica=2", SECRET], "additional properties 'replica' not allowed"),
        (["replicas=0", SECRET], "replicas"),
    ],
)
def test_values_that_cannot_work_are_refused(program: Path, values: list[str], sentence: str) -> None:
    """Helm stops with a sentence before anything reaches the cluster."""
    run = rendered(program, *values)

    assert 0 != run.returncode
    assert sentence in run.stderr


def test_every_value_is_in_the_schema() -> None:
    """`values.yaml` and `values.schema.json` name the same values."""
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    schema = json.loads((CHART / "values.schema.json").read_text())

    assert set(values) == set(schema["properties"]) - {"global"}
