"""Measures how soon commands answer: their processor time as a ratio to that of `python -c pass`.

Run by `python -m benchmarks` or alone by `python -m benchmarks.start`. Processor time does not count what
other programs of the machine take; each figure is the median of turns in which every command runs once.
"""

import statistics
import subprocess
import sys

from benchmarks.running import BIN, Bar, ended, judge

TURNS = 15
NOTHING = (sys.executable, "-c", "pass")
BARS = {
    ("attio-sync", "--help"): 1.2,
    ("attio-sync", "plan", "--help"): 2.5,
    ("source-attio", "spec"): 6.0,
    ("destination-attio", "spec"): 6.0,
}


def run() -> None:
    """Measure every command and print its bar; raises AssertionError when one is missed."""
    commands = {words: (str(BIN / words[0]), *words[1:]) for words in BARS}
    taken: dict[tuple[str, ...], list[float]] = {words: [] for words in (NOTHING, *commands)}
    for turn in range(TURNS + 1):
        for words, command in {NOTHING: NOTHING, **commands}.items():
            with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
                cpu = ended(process).cpu
            # The first turn is not counted, since it reads files from the disk.
            if turn:
                taken[words].append(cpu)
    least = statistics.median(taken[NOTHING])
    judge(
        Bar(name=" ".join(words), figure=statistics.median(taken[words]) / least, most=bar)
        for words, bar in BARS.items()
    )


if __name__ == "__main__":
    run()
