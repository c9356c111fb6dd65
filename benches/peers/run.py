"""Compares gamsa with its peers on generated bundles: checks that all agree with the truth, prints what each costs.

    python run.py --gamsa target/release/gamsa --cache CACHE [--counts 1,100,1000] [--ten-thousand]

Every round runs every tool once, so that a busy machine touches all of them alike.
"""

import argparse
import platform
import sys
from dataclasses import dataclass
from pathlib import Path

from engines import Answer, Engine, bundle_list, engines
from generate import write_bundles
from measure import Cost, measure
from table import print_marginal, print_table

ROUNDS = {1: 11, 100: 5, 1_000: 3, 10_000: 2}
LONG = 1_000
"""The number of bundles from which the caches of the machine no longer matter."""


@dataclass(frozen=True)
class Sample:
    """The bundles of one count, and the truth about them."""

    folder: Path
    truth: Answer


class Disagreement(Exception):
    """A tool did not say what the truth says."""


def prepare(cache: Path, count: int, seed: int) -> Sample:
    """Writes the bundles of one count, and their list."""
    folder = cache / f"bundles-{seed}-{count}"
    truth = write_bundles(folder, count, seed)
    bundle_list(folder).write_text("".join(f"{folder / name}\n" for name in truth), encoding="utf-8")
    return Sample(folder, truth)


def run_once(engine: Engine, sample: Sample, output: Path) -> Cost:
    """Runs a tool on the bundles and holds its answer to the truth."""
    cost = measure(engine.command(sample.folder), output)
    if cost.status not in engine.statuses:
        errors = Path(f"{output}.err").read_text(encoding="utf-8", errors="replace")
        raise Disagreement(f"{engine.name}: exit status {cost.status}\n{errors[-2_000:]}")
    check(engine, sample.truth, engine.read(output.read_text(encoding="utf-8")))
    return cost


def check(engine: Engine, truth: Answer, answer: Answer) -> None:
    """Raises unless the answer holds every bundle, and of each exactly the failing checks."""
    expected = {name: [id for id in failing if id in engine.checks] for name, failing in truth.items()}
    wrong = [name for name in expected.keys() | answer.keys() if answer.get(name) != expected.get(name)]
    if wrong:
        name = min(wrong)
        found = answer.get(name)
        raise Disagreement(f"{engine.name}: {len(wrong)} wrong, first {name}: {found}, not {expected.get(name)}")


def measure_count(chosen: list[Engine], sample: Sample, rounds: int, output: Path) -> dict[str, list[Cost]]:
    """Runs all tools in turn, `rounds` times; a first round of short runs is not counted."""
    uncounted = 1 if len(sample.truth) < LONG else 0
    costs: dict[str, list[Cost]] = {engine.name: [] for engine in chosen}
    for turn in range(rounds + uncounted):
        for engine in chosen:
            cost = run_once(engine, sample, output)
            if turn >= uncounted:
                costs[engine.name].append(cost)
    return costs


def installed(gamsa: Path, cache: Path, named: list[str]) -> list[Engine]:
    """Returns the tools that are wanted and there, and names those that are not there."""
    chosen = []
    for engine in engines(gamsa, cache):
        if named and not any(name in engine.name for name in named):
            continue
        if engine.needs.exists():
            chosen.append(engine)
        else:
            print(f"left out, not installed (see install.py): {engine.name}")
    return chosen


def main() -> int:
    """Runs the comparison; returns 1 if a tool disagrees with the truth."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gamsa", type=Path, required=True, help="the program, a release build")
    parser.add_argument("--cache", type=Path, required=True, help="folder that install.py filled")
    parser.add_argument("--counts", default="1,100,1000", help="numbers of bundles")
    parser.add_argument("--ten-thousand", action="store_true", help="10,000 bundles too (cfn-guard takes 6 GB)")
    parser.add_argument("--tool", action="append", default=[], help="part of the name of a tool; may repeat")
    parser.add_argument("--rounds", type=int, help="rounds of every count")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    gamsa, cache = options.gamsa.resolve(), options.cache.resolve()
    if not gamsa.is_file():
        parser.error(f"{options.gamsa}: no such program")
    chosen = installed(gamsa, cache, options.tool)
    if not chosen:
        parser.error("no tool to run")
    counts = [int(count) for count in options.counts.split(",")] + [10_000] * options.ten_thousand
    output = cache / "output"
    floor = measure(["/bin/true"], output).peak
    print(f"{platform.machine()}, Python {platform.python_version()}; peaks below {floor:.1f} MiB show as that\n")
    minima: dict[int, dict[str, float]] = {}
    for count in counts:
        sample = prepare(cache, count, options.seed)
        size = sum(path.stat().st_size for path in sample.folder.glob("*.yaml")) / count / 1_000
        rounds = options.rounds or ROUNDS.get(count, 3)
        try:
            costs = measure_count(chosen, sample, rounds, output)
        except Disagreement as error:
            print(error, file=sys.stderr)
            return 1
        failing = sum(1 for checks in sample.truth.values() if checks)
        print(f"N = {count:,} of {size:.1f} KB, {failing:,} with defects; {rounds} rounds; all agree with the truth")
        print_table(costs, count)
        sys.stdout.flush()
        minima[count] = {name: min(cost.cpu for cost in rows) for name, rows in costs.items()}
    print_marginal(minima)
    return 0


if __name__ == "__main__":
    sys.exit(main())
