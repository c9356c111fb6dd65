"""Installs the peers from their registries into a cache folder.

    python install.py CACHE [--peer python --peer opa --peer regorus --peer cfn-guard]

PyYAML and the OPA library are wheels. regorus and cfn-guard are compiled, one file at a time
(set CARGO_BUILD_JOBS for more); that takes minutes.
"""

import argparse
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent

PYYAML = "pyyaml==6.0.3"
OPA = "opa-golib-python-bindings==0.4.4"  # ships OPA 1.20.2; asks for Python 3.14, runs on 3.11
CFN_GUARD = "3.2.1"


def install_python(cache: Path) -> None:
    """Installs PyYAML into the virtual environment of the cache."""
    _pip(cache, PYYAML)


def install_opa(cache: Path) -> None:
    """Installs the OPA library into the virtual environment of the cache."""
    _pip(cache, "--ignore-requires-python", OPA)


def install_regorus(cache: Path) -> None:
    """Builds the driver in `regorus/`; the version of the crate stands in its Cargo.toml."""
    source = cache / "regorus-src"
    shutil.copytree(HERE / "regorus", source, dirs_exist_ok=True)
    _cargo(["build", "--release", "--manifest-path", str(source / "Cargo.toml")], cache / "regorus-target")


def install_cfn_guard(cache: Path) -> None:
    """Builds cfn-guard."""
    root = ["--root", str(cache / "cfn-guard")]
    _cargo(["install", "cfn-guard", "--version", CFN_GUARD, "--locked", *root], cache / "cfn-guard-target")


PEERS: dict[str, Callable[[Path], None]] = {
    "python": install_python,
    "opa": install_opa,
    "regorus": install_regorus,
    "cfn-guard": install_cfn_guard,
}


def _pip(cache: Path, *what: str) -> None:
    folder = cache / "venv"
    if not folder.exists():
        venv.create(folder, with_pip=True)
    subprocess.run([folder / "bin/python", "-m", "pip", "install", "--only-binary", ":all:", *what], check=True)


def _cargo(arguments: list[str], target: Path) -> None:
    environment = {"CARGO_BUILD_JOBS": "1", **os.environ, "CARGO_TARGET_DIR": str(target)}
    subprocess.run(["cargo", *arguments], check=True, env=environment)


def main() -> int:
    """Installs the peers that are named, or all; returns how many could not be had."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--peer", action="append", choices=PEERS)
    options = parser.parse_args()
    cache: Path = options.cache.resolve()
    if cache.is_relative_to(HERE.parent.parent):
        parser.error("the cache may not lie in the repository")
    cache.mkdir(parents=True, exist_ok=True)
    failed = 0
    for peer in options.peer or PEERS:
        try:
            PEERS[peer](cache)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"{peer}: not installed: {error}", file=sys.stderr)
            failed += 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
