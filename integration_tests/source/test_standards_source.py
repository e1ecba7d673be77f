"""Airbyte's standard tests for sources, run on source-attio against the local Attio.

The scenarios are those of `acceptance-test-config.yml`; tests that build an image are the images workflow's.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from airbyte_cdk.test.standard_tests import SourceTestSuiteBase

from source_attio.source import SourceAttio

if TYPE_CHECKING:
    from airbyte_cdk.test.models import ConnectorTestScenario

ROOT = Path(__file__).resolve().parents[2]
IMAGE_TESTS = [name for name in dir(SourceTestSuiteBase) if name.startswith("test_docker_image")]


class Scenarios(SourceTestSuiteBase):
    """Where Airbyte's suite finds the connector and its scenarios."""

    __test__ = False
    connector_name = "source-attio"

    @classmethod
    def get_connector_root_dir(cls) -> Path:
        """The folder with the card and the scenarios."""
        return ROOT

    @classmethod
    def create_connector(cls, scenario: ConnectorTestScenario | None) -> SourceAttio:
        """The source as the command line makes it: it needs its configuration to begin with."""
        config = scenario.get_config_dict(connector_root=ROOT, empty_if_missing=True) if scenario else None
        return SourceAttio(config or None)


class TestSource(Scenarios):
    """All of Airbyte's tests that need no container engine."""

    __test__ = True
    locals().update(dict.fromkeys(IMAGE_TESTS))

    @pytest.fixture(autouse=True)
    def _own_files(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Airbyte's runner writes into a folder of fixed name, which belongs to whoever ran it first."""
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    @pytest.fixture(params=Scenarios.get_scenarios(), ids=str)
    def scenario(self, request: pytest.FixtureRequest, attio: Any) -> ConnectorTestScenario:
        """A scenario whose configuration leads to the local Attio, which holds some of everything."""
        attio.seed("demo", companies=12, people=20, deals=6)
        attio.create_record("users", {"user_id": "u1", "primary_email_address": ["ada@example.com"]})
        attio.create_record("workspaces", {"workspace_id": "w1", "name": "Analytical Engines"})
        meeting = attio.api("GET", "/v2/meetings")["data"][0]["id"]["meeting_id"]
        recording = {"data": {"video_url": "https://example.com/recording.mp4"}}
        attio.api("POST", f"/v2/meetings/{meeting}/call_recordings", recording)
        declared: ConnectorTestScenario = request.param
        config = declared.get_config_dict(connector_root=ROOT, empty_if_missing=False)
        return declared.model_copy(update={"config_dict": config | {"api_url": attio.url}})
