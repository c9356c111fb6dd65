"""Runs one command and tells what it cost: CPU time, wall time, peak memory."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_STARTER = Path(__file__).with_name("start.py")


@dataclass(frozen=True)
class Cost:
    """What one run cost."""

    status: int
    cpu: float
    """User and system time of all its threads, in seconds."""
    wall: float
    """Seconds from start to end."""
    peak: float
    """Largest resident memory, in MiB; never less than that of the starter."""


def measure(command: list[str], output: Path) -> Cost:
    """Runs the command (a path and its arguments) with its output in a file, and returns what it cost."""
    starter = [sys.executable, "-I", "-S", str(_STARTER), str(output), *command]
    status, cpu, wall, peak = subprocess.run(starter, check=True, capture_output=True, text=True).stdout.split()
    return Cost(int(status), float(cpu), float(wall), float(peak))
