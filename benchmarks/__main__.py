"""`make bench`: run every benchmark, or those named: `python -m benchmarks source relay`.

With `--write`, the figures of a benchmark that kept its bars are written into the documentation (see
`measured`).
"""

import importlib
import sys

from benchmarks import measured

BENCHMARKS = ("start", "emulator", "source", "destination", "sync", "relay")


def main(names: list[str]) -> int:
    """Run the benchmarks named, all of them by default.

    Returns:
        0 when every bar was kept, 1 when one was missed, 2 when a name is unknown.

    """
    writes = "--write" in names
    names = [name for name in names if name != "--write"]
    unknown = sorted(set(names) - set(BENCHMARKS))
    if unknown:
        print(
            f"no benchmark is called {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}", file=sys.stderr
        )
        return 2
    missed = []
    for name in names or BENCHMARKS:
        print(f"\n## {name}\n", flush=True)
        try:
            figures = importlib.import_module(f"benchmarks.{name}").run()
        except AssertionError as bar:  # the other benchmarks still run
            missed.append(f"{name}: {bar}")
            print(f"\nMISSED {bar}", flush=True)
            continue
        if writes and figures:
            measured.write(name, figures)
    print(*missed, sep="\n", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
