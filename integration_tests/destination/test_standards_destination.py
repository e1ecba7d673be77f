"""Airbyte's standard tests for destinations, run on destination-attio against the local Attio.

They are `check` and the configuration against the spec; the rest of the contract is in
`test_platform_destination_wire.py`. Tests that build an image are left to the images workflow.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from airbyte_cdk.test.standard_tests import DestinationTestSuiteBase

from destination_attio.airbyte.destination import DestinationAttio

if TYPE_CHECKING:
    from airbyte_cdk.test.models import ConnectorTestScenario

ROOT = Path(__file__).resolve().parents[2] / "destination_attio"
IMAGE_TESTS = [name for name in dir(DestinationTestSuiteBase) if name.startswith("test_docker_image")]


class Scenarios(DestinationTestSuiteBase):
    """Where Airbyte's suite finds the connector and its scenarios."""

    __test__ = False
    connector_name = "destination-attio"
    connector = DestinationAttio

    @classmethod
    def get_connector_root_dir(cls) -> Path:
        """The folder with the card and the scenarios."""
        return ROOT


class TestDestination(Scenarios):
    """All of Airbyte's tests that need no container engine."""

    __test__ = True
    locals().update(dict.fromkeys(IMAGE_TESTS))

    @pytest.fixture(autouse=True)
    def _own_files(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Airbyte's runner writes into a folder of fixed name, which belongs to whoever ran it first."""
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    @pytest.fixture(params=Scenarios.get_scenarios(), ids=str)
    def scenario(self, request: pytest.FixtureRequest, attio: Any) -> ConnectorTestScenario:
        """A scenario whose configuration leads to the local Attio."""
        declared: ConnectorTestScenario = request.param
        config = declared.get_config_dict(connector_root=ROOT, empty_if_missing=False)
        return declared.model_copy(update={"config_dict": config | {"api_url": attio.url}})
