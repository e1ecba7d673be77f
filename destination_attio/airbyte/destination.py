"""The destination as a class of Airbyte's CDK, for callers in Python and for the CDK's own tests.

`commands` implements what the commands do.
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
    """Reverse ETL into Attio, as a CDK destination."""

    VALID_CMDS = {"spec", "check", "discover", "write"}  # noqa: RUF012 (the CDK's own attribute)

    def spec(self, logger: logging.Logger) -> ConnectorSpecification:  # noqa: ARG002 (the CDK's signature)
        """The specification of the settings."""
        return ConnectorSpecificationSerializer.load(specification())

    def check(self, logger: logging.Logger, config: Mapping[str, Any]) -> AirbyteConnectionStatus:  # noqa: ARG002 (the CDK's signature)
        """Whether the token is valid and may do what the configured streams need."""
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
        """Write CDK messages; the command takes raw lines, which keep members that the CDK does not know."""
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
