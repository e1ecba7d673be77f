"""The destination as Airbyte's CDK knows it, for callers inside Python and the CDK's own tests.

What the commands do is in `commands`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from airbyte_cdk.destinations import Destination
from airbyte_cdk.models import (
    AirbyteConnectionStatus,
    AirbyteMessage,
    AirbyteMessageSerializer,
    ConfiguredAirbyteCatalogSerializer,
    ConnectorSpecification,
    ConnectorSpecificationSerializer,
    Status,
)

from destination_attio.airbyte import commands
from destination_attio.airbyte.connection_check import connection_trouble
from destination_attio.airbyte.form import specification
from destination_attio.config import DestinationConfig

if TYPE_CHECKING:
    import argparse
    import logging
    from collections.abc import Iterable, Iterator, Mapping

    from airbyte_cdk.models import ConfiguredAirbyteCatalog

    from attio_api.wire import JsonObject


class DestinationAttio(Destination):
    """Reverse ETL into Attio."""

    VALID_CMDS = {"spec", "check", "discover", "write"}  # noqa: RUF012 (the CDK's own attribute)

    def spec(self, logger: logging.Logger) -> ConnectorSpecification:  # noqa: ARG002 (the CDK's signature)
        """What can be configured."""
        return ConnectorSpecificationSerializer.load(specification())

    def check(self, logger: logging.Logger, config: Mapping[str, Any]) -> AirbyteConnectionStatus:  # noqa: ARG002 (the CDK's signature)
        """Whether the token works and holds what the configured streams need."""
        trouble, told = connection_trouble(lambda: config)
        if trouble:
            return AirbyteConnectionStatus(status=Status.FAILED, message=trouble)
        return AirbyteConnectionStatus(status=Status.SUCCEEDED, message=" ".join(told) or None)

    def write(
        self,
        config: Mapping[str, Any],
        configured_catalog: ConfiguredAirbyteCatalog,
        input_messages: Iterable[AirbyteMessage],
    ) -> Iterator[AirbyteMessage]:
        """For callers inside Python; the command takes raw lines, which lose nothing."""
        out: list[JsonObject] = []
        catalog = ConfiguredAirbyteCatalogSerializer.dump(configured_catalog)
        lines = (orjson.dumps(AirbyteMessageSerializer.dump(one)) for one in input_messages)
        commands.write(DestinationConfig.parse(config), catalog, lines, out.append)
        yield from (AirbyteMessageSerializer.load(one) for one in out)

    def parse_args(self, args: list[str]) -> argparse.Namespace:
        """The CDK's commands and `discover`."""
        return commands.parse_args(args)

    def run(self, args: list[str]) -> None:
        """Run one command as the console entry does."""
        raise SystemExit(commands.main(args))
