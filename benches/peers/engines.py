"""The tools that are compared: where each is installed, how it is called, how its answer is read."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from generate import CHECKS

HERE = Path(__file__).parent
AS_OF = "2024-07-01"

Answer = dict[str, list[str]]
"""The failing checks of each file name."""


@dataclass(frozen=True)
class Engine:
    """One tool, or one way to call it."""

    name: str
    needs: Path
    """The file without which the tool is not installed."""
    command: Callable[[Path], list[str]]
    """Returns the command that judges the bundles of a folder."""
    read: Callable[[str], Answer]
    """Reads what the command wrote."""
    checks: tuple[str, ...] = CHECKS
    """The checks that can be written for this tool."""
    statuses: tuple[int, ...] = field(default=(0,))
    """Exit statuses of a run that judged everything."""


def engines(gamsa: Path, cache: Path) -> Iterator[Engine]:
    """Yields every way of every tool, gamsa first; the ratios of the table are to the first."""
    yield _gamsa("gamsa --jobs 1", gamsa, "--jobs", "1")
    yield _gamsa("gamsa --jobs 2", gamsa, "--jobs", "2")
    only = _gamsa("gamsa, one rule only", gamsa, "--jobs", "1", "--only", "CHK-10")
    yield Engine(only.name, only.needs, only.command, only.read, ("CHK-10",), only.statuses)
    regorus = cache / "regorus-target/release/peers-regorus"
    yield Engine("regorus", regorus, lambda folder: [str(regorus), str(HERE / "checks.rego"), str(folder)], _lines)
    guard = cache / "cfn-guard/bin/cfn-guard"
    nine = tuple(check for check in CHECKS if check != "CHK-04")
    yield Engine("cfn-guard (nine checks)", guard, _guard(guard), _guard_report, nine, (0, 19))
    python = cache / "venv/bin/python"
    packages = cache / "venv/lib"
    opa = next(packages.glob("python*/site-packages/opa_bindings"), packages / "opa_bindings")
    yield Engine("OPA", opa, lambda folder: [str(python), str(HERE / "checks_opa.py"), str(folder)], _lines)
    pyyaml = next(packages.glob("python*/site-packages/yaml"), packages / "yaml")
    yield Engine(
        "Python, PyYAML (C)", pyyaml, lambda folder: [str(python), str(HERE / "checks_python.py"), str(folder)], _lines
    )


def bundle_list(folder: Path) -> Path:
    """Returns the file that lists the bundles of a folder, for gamsa."""
    return folder.with_suffix(".list")


def _gamsa(name: str, program: Path, *options: str) -> Engine:
    fixed = ["--pack", str(HERE / "pack"), "--as-of", AS_OF, "--lang", "en", "--format", "ndjson", *options]

    def command(folder: Path) -> list[str]:
        return [str(program), "audit", "--files-from", str(bundle_list(folder)), *fixed]

    return Engine(name, program, command, _gamsa_report, CHECKS, (0, 1))


def _gamsa_report(text: str) -> Answer:
    answer: Answer = {}
    for line in text.splitlines():
        bundle = json.loads(line)
        if "results" not in bundle:
            continue  # the summary
        unexpected = {result["result"] for result in bundle["results"]} - {"pass", "fail", "missing"}
        if unexpected:
            raise ValueError(f"{bundle['path']}: {unexpected}")
        failing = [result["rule"] for result in bundle["results"] if result["result"] != "pass"]
        answer[Path(bundle["path"]).name] = failing
    return answer


def _lines(text: str) -> Answer:
    return {line["bundle"]: line["failing"] for line in map(json.loads, text.splitlines())}


def _guard(program: Path) -> Callable[[Path], list[str]]:
    def command(folder: Path) -> list[str]:
        rules = ["--rules", str(HERE / "checks.guard"), "--data", str(folder)]
        return [str(program), "validate", *rules, "--structured", "--output-format", "json", "--show-summary", "none"]

    return command


def _guard_report(text: str) -> Answer:
    answer: Answer = {}
    for bundle in json.loads(text):
        failing = {rule["Rule"]["name"] for rule in bundle["not_compliant"]}
        answer[Path(bundle["name"]).name] = sorted(re.sub("_", "-", name) for name in failing)
    return answer
