"""`make bench`: run every benchmark, or those named: `python -m benchmarks source relay`."""

import importlib
import sys

BENCHMARKS = ("emulator", "source", "destination", "relay")


def main(names: list[str]) -> int:
    """Run the benchmarks named, all of them by default.

    Returns:
        0 when every figure was measured, 2 when a name is unknown.

    """
    unknown = sorted(set(names) - set(BENCHMARKS))
    if unknown:
        print(
            f"no benchmark is called {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}", file=sys.stderr
        )
        return 2
    for name in names or BENCHMARKS:
        print(f"\n## {name}\n", flush=True)
        importlib.import_module(f"benchmarks.{name}").run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
