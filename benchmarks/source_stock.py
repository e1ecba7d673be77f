"""The programs that the source is compared with: the CDK's stock manifest, and a plain loop."""

import sys
from pathlib import Path

import orjson
import requests
from airbyte_cdk.entrypoint import AirbyteEntrypoint, launch
from airbyte_cdk.sources.declarative.yaml_declarative_source import YamlDeclarativeSource

MANIFEST = Path(__file__).with_suffix(".yaml")
PAGE = 500


def stock(args: list[str]) -> None:
    """Read with the CDK's stock components; `args` are those of an Airbyte source."""
    config = YamlDeclarativeSource.read_config(str(AirbyteEntrypoint.extract_config(args)))
    catalog = YamlDeclarativeSource.read_catalog(str(AirbyteEntrypoint.extract_catalog(args)))
    launch(YamlDeclarativeSource(str(MANIFEST), catalog=catalog, config=config), args)


def bare(args: list[str]) -> None:
    """Read with `requests` and `orjson` in a loop; records are printed unchanged."""
    config = orjson.loads(Path(args[0]).read_bytes())
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {config['token']}"
    offset, got = 0, PAGE
    while got == PAGE:
        body = {"limit": PAGE, "offset": offset, "sorts": [{"attribute": "created_at", "direction": "asc"}]}
        answer = session.post(
            f"{config['api_url']}/v2/objects/companies/records/query", json=body, timeout=60
        )
        answer.raise_for_status()
        records = orjson.loads(answer.content)["data"]
        for record in records:
            message = {"type": "RECORD", "record": {"stream": "companies", "data": record, "emitted_at": 0}}
            sys.stdout.buffer.write(orjson.dumps(message) + b"\n")
        got, offset = len(records), offset + PAGE


if __name__ == "__main__":
    {"stock": stock, "bare": bare}[sys.argv[1]](sys.argv[2:])
