"""Makes small bundles for tests and measurements, and a list of them.

Takes a folder, a number and a seed. The bundles are copies of the one-file fixtures with the name of an invented
operator added; every hundredth is the folder `fixtures/complete`. The same seed gives the same bytes. The last bundle
but one gives a key twice, and the last path of the list does not exist: both cannot be read.
"""

from __future__ import annotations

import argparse
import random
import shutil
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"

OPERATORS = ("Alpha Messenger", "Beta Mobility", "감마 메신저", 'Delta "Talk"', "Epsilon Pay")

NAMES = ("bundle-{:06}.yaml", "bundle {:06}.yaml", "증거-{:06}.yaml")
"""Names of files: plain, with a space, not ASCII."""


def make(folder: Path, count: int, seed: int) -> list[str]:
    """Writes the bundles and returns the list of their paths."""
    chance = random.Random(seed)
    texts = one_file_fixtures()
    paths = [make_one(folder, number, texts, chance) for number in range(count - 2)]
    broken = folder / "key-given-twice.yaml"
    broken.write_text("submission: {stage: plan}\nsubmission: {stage: plan}\n", encoding="utf-8")
    return [*paths, str(broken), str(folder / "not-there.yaml")][:count]


def make_one(folder: Path, number: int, texts: list[str], chance: random.Random) -> str:
    """Writes one bundle below a folder for each thousand and returns its path."""
    parent = folder / f"{number // 1000:04}"
    parent.mkdir(parents=True, exist_ok=True)
    if number % 100 == 0:
        path = parent / f"complete-{number:06}"
        shutil.copytree(FIXTURES / "complete", path)
        return str(path)
    path = parent / chance.choice(NAMES).format(number)
    operator = f"operator: {{name: '{chance.choice(OPERATORS)}'}}\n"
    path.write_text(operator + chance.choice(texts), encoding="utf-8")
    return str(path)


def one_file_fixtures() -> list[str]:
    """Returns the texts of the one-file fixtures of all rules that state no operator."""
    files = sorted((FIXTURES / "rules").glob("*/*.yaml"))
    texts = [file.read_text(encoding="utf-8") for file in files if not file.name.endswith(".order.yaml")]
    return [text for text in texts if "\noperator:" not in f"\n{text}"]


def main() -> None:
    """Writes the bundles into a folder and the list beside them, as list.txt."""
    parser = argparse.ArgumentParser(description="Makes small bundles and a list of them.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    given.folder.mkdir(parents=True)
    paths = make(given.folder.resolve(), given.count, given.seed)
    (given.folder / "list.txt").write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")


if __name__ == "__main__":
    main()
