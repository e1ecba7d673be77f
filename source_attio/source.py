"""The source as the CDK's low-code framework knows it: what `manifest.yaml` declares, read by the engine.

For Python programs that take a declarative source. The command `source-attio` runs `EngineSource` without it.
"""

from collections.abc import Mapping
from typing import Any

from airbyte_cdk.models import AirbyteStateMessage, ConfiguredAirbyteCatalog
from airbyte_cdk.sources.declarative.yaml_declarative_source import YamlDeclarativeSource

from source_attio import register
from source_attio.config import answered
from source_attio.engine_source import EngineSource


class SourceAttio(EngineSource, YamlDeclarativeSource):
    """Attio as a declarative Airbyte source, whose three commands are the engine's."""

    def __init__(
        self,
        config: Mapping[str, Any] | None = None,
        catalog: ConfiguredAirbyteCatalog | None = None,
        state: list[AirbyteStateMessage] | None = None,  # noqa: ARG002 (the CDK's signature)
    ) -> None:
        """Load the manifest; nothing is sent yet.

        Settings left empty are taken out, since the CDK's check by the spec refuses null and empty objects.
        The CDK gets no states, since `read` takes them up, and says what is wrong with them.
        """
        given = None if config is None else answered(config)
        super().__init__(path_to_yaml=str(register.MANIFEST), config=given, catalog=catalog)
