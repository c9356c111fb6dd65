"""Runs audit.py on a small real cluster on one machine and compares it with one run of gamsa.

    python test_local_cluster.py --gamsa target/release/gamsa

The master `local-cluster[2,1,1024]` starts two executors of one core and 1,024 MiB each, every one a Java process of
its own; the driver holds master and workers. It is Spark's own test mode: tasks, shuffles, Python workers and commits
go over sockets and processes as on a cluster; disk and host are shared.

Three runs: undisturbed; one executor killed while it works (SIGKILL); one gamsa process killed while it works. Each
time the set of lines must be that of a single run of gamsa.

What local-cluster needs, found with PySpark 4.3.0:
- bin/spark-submit of the pyspark package. It finds SPARK_HOME and the jars by itself; an SPARK_HOME of the caller would
  lead it elsewhere and is removed. SPARK_TESTING is not needed.
- PYSPARK_PYTHON, or the executors start whatever `python3` is on the path.
- The workers write to `work` inside the package, whatever SPARK_WORKER_DIR says, so the package must be writable. The
  test removes its part afterwards.
- No speculation: Spark starts no second attempt of a task on the host of the first, and here is one host only.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pyspark
from make_bundles import FIXTURES, make

HERE = Path(__file__).resolve().parent

PACKAGE = Path(pyspark.__file__).parent

MASTER = "local-cluster[2,1,1024]"

PARTITIONS = 16

COMMITTED_BEFORE_KILL = 3
"""How many tasks have committed when a process is killed: some work is done and some is not."""

TIME_LIMIT = 300
"""Seconds after which a run counts as hung."""

ORDER = FIXTURES / "rules" / "order.yaml"

OPTIONS = ["--stage", "plan", "--as-of", "2024-07-01", "--lang", "en"]

SLOW = """#!/bin/sh
# Hands paths to gamsa one in a tenth of a second, so that there is a middle to kill in.
while IFS= read -r path; do printf '%s\\n' "$path"; sleep 0.1; done | "{gamsa}" "$@"
"""


class Bench:
    """A folder with bundles, their list, copies of gamsa, and the lines that one run of gamsa gives."""

    def __init__(self, folder: Path, gamsa: Path, count: int, seed: int) -> None:
        self.folder = folder
        self.count = count
        # A copy, so that the processes of this test can be told from others by their program.
        self.gamsa = folder / "gamsa"
        shutil.copy(gamsa, self.gamsa)
        self.slow = folder / "gamsa-slow"
        self.slow.write_text(SLOW.format(gamsa=self.gamsa), encoding="utf-8")
        self.slow.chmod(0o755)
        self.list = folder / "list.txt"
        paths = make(folder / "bundles", count, seed)
        self.list.write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")
        self.expected = self.lines_of_one_run()

    def lines_of_one_run(self) -> Counter[str]:
        """Returns the lines of one run over the whole list, without the summary."""
        command = [str(self.gamsa), "audit", "--files-from", str(self.list), "--format", "ndjson", "--jobs", "1"]
        # In the folder of the order: the lines name the order as the command line names it.
        command += ["--order", ORDER.name, *OPTIONS]
        done = subprocess.run(command, cwd=ORDER.parent, stdout=subprocess.PIPE, check=False)
        *lines, summary, _ = done.stdout.decode().split("\n")
        print(f"one machine: exit status {done.returncode}, {json.loads(summary)['summary']}")
        return Counter(lines)


class Run:
    """One run of audit.py on the cluster."""

    def __init__(self, bench: Bench, name: str, gamsa: Path) -> None:
        self.bench = bench
        self.output = bench.folder / f"{name}.parquet"
        self.events = bench.folder / f"{name}-events"
        self.events.mkdir()
        self.log = bench.folder / f"{name}.log"
        self.started = time.monotonic()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command(gamsa), env=environment(), stdout=subprocess.PIPE, stderr=log
            )

    def command(self, gamsa: Path) -> list[str]:
        """Returns the command line of spark-submit."""
        settings = {
            "spark.ui.enabled": "false",
            "spark.eventLog.enabled": "true",
            "spark.eventLog.dir": self.events.as_uri(),
            "spark.eventLog.compress": "false",
            "spark.eventLog.rolling.enabled": "false",
            "spark.local.dir": str(self.bench.folder / "local"),
        }
        confs = [part for key, value in settings.items() for part in ("--conf", f"{key}={value}")]
        job = ["--list", str(self.bench.list), "--output", str(self.output)]
        job += ["--gamsa", str(gamsa), "--order", str(ORDER)]
        submit = str(PACKAGE / "bin" / "spark-submit")
        program = str(HERE / "audit.py")
        return [submit, "--master", MASTER, *confs, program, *job, *OPTIONS, "--partitions", str(PARTITIONS)]

    def finish(self) -> None:
        """Waits for the end and checks everything that every run must hold."""
        out, _ = self.process.communicate(timeout=TIME_LIMIT)
        self.printed = out.decode()
        if self.process.returncode != 0:
            print(self.log.read_text(errors="replace")[-8000:])
        check(self.process.returncode == 0, "spark-submit ends with 0")
        check(f"listed\t{self.bench.count}\n" in self.printed, f"{self.bench.count} paths listed")
        check(f"written\t{self.bench.count}\n" in self.printed, f"{self.bench.count} rows written")
        found = lines_in(self.output)
        lost, doubled = self.bench.expected - found, found - self.bench.expected
        check(not lost and not doubled, f"same lines as one machine: {len(lost)} lost, {len(doubled)} doubled or other")
        check(not list(self.output.glob("_temporary")), "no unfinished files in the dataset")
        wait(lambda: not processes_of(self.bench.gamsa), "no gamsa process is left over")
        self.remove_work()
        print(f"      {time.monotonic() - self.started:.0f} s; tasks of the audit: {self.tasks()}")

    def committed(self) -> int:
        """Returns how many tasks have committed while the job runs."""
        return len(list(self.output.glob("_temporary/0/task_*")))

    def tasks(self) -> dict[str, int]:
        """Returns how the tasks that wrote the dataset ended, from the log of Spark's events."""
        ends = self.read_events("SparkListenerTaskEnd")
        wrote = {end["Stage ID"] for end in ends if has_output(end)}
        return dict(Counter(end["Task End Reason"]["Reason"] for end in ends if end["Stage ID"] in wrote))

    def remove_work(self) -> None:
        """Removes what the workers wrote inside the package of pyspark."""
        for start in self.read_events("SparkListenerApplicationStart"):
            shutil.rmtree(PACKAGE / "work" / start["App ID"], ignore_errors=True)

    def read_events(self, kind: str) -> list[dict]:
        """Returns the events of one kind from Spark's log of the run."""
        events = [json.loads(line) for file in self.events.iterdir() for line in file.open(encoding="utf-8")]
        return [event for event in events if event["Event"] == kind]


def has_output(end: dict) -> bool:
    """Tells whether a task wrote rows of the dataset."""
    return ((end.get("Task Metrics") or {}).get("Output Metrics") or {}).get("Records Written", 0) > 0


def environment() -> dict[str, str]:
    """Returns the environment of spark-submit; see the top of this file."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SPARK_", "PYSPARK_"))}
    ours = {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    return kept | ours


def lines_in(dataset: Path) -> Counter[str]:
    """Returns the lines that a dataset holds, read without the cluster."""
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    return Counter(row["json"] for row in spark.read.parquet(str(dataset)).select("json").toLocalIterator())


def executors(driver: int) -> list[int]:
    """Returns the executor processes that a driver started, oldest first."""
    found = [pid for pid in pids() if b"CoarseGrainedExecutorBackend" in read(pid, "cmdline") and parent(pid) == driver]
    return sorted(found)


def processes_of(program: Path) -> list[int]:
    """Returns the processes that run a program."""
    found = []
    for pid in pids():
        try:
            if os.readlink(f"/proc/{pid}/exe") == str(program):
                found.append(pid)
        except OSError:
            continue  # it has ended, or belongs to another user
    return found


def pids() -> Iterable[int]:
    """Returns the processes of this machine."""
    return (int(name) for name in os.listdir("/proc") if name.isdigit())


def parent(pid: int) -> int:
    """Returns the parent of a process, or 0 if it has ended."""
    fields = read(pid, "stat").rpartition(b")")[2].split()
    return int(fields[1]) if fields else 0


def read(pid: int, name: str) -> bytes:
    """Returns what the system says about a process; nothing if it has ended."""
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""


def check(holds: bool, what: str) -> None:
    """Prints what was checked; ends the test if it does not hold."""
    print(f"  {'ok  ' if holds else 'FAIL'}  {what}", flush=True)
    if not holds:
        sys.exit(1)


def wait(condition: Callable[[], bool], what: str) -> None:
    """Waits until a condition holds."""
    end = time.monotonic() + TIME_LIMIT
    while not condition() and time.monotonic() < end:
        time.sleep(0.1)
    check(condition(), what)


def undisturbed(bench: Bench) -> None:
    """Runs the audit and lets it be."""
    print("run 1: undisturbed")
    run = Run(bench, "undisturbed", bench.gamsa)
    run.finish()
    print("      what audit.py printed, to the first rule:")
    print("        " + run.printed.partition("\nDLN-02")[0].replace("\n", "\n        "))


def executor_killed(bench: Bench) -> None:
    """Kills one of the two executors while both work."""
    print("run 2: an executor is killed")
    run = Run(bench, "executor-killed", bench.slow)
    wait(lambda: run.committed() >= COMMITTED_BEFORE_KILL, f"{COMMITTED_BEFORE_KILL} tasks have committed")
    before = executors(run.process.pid)
    check(len(before) == 2, f"two executors run: {before}")
    os.kill(before[0], signal.SIGKILL)
    print(f"      killed {before[0]} with {run.committed()} of {PARTITIONS} tasks committed")
    wait(lambda: bool(set(executors(run.process.pid)) - set(before)), "another executor was started")
    run.finish()
    check(run.tasks().get("ExecutorLostFailure", 0) > 0, "the executor had a task, which was run again")


def gamsa_killed(bench: Bench) -> None:
    """Kills one gamsa process while it works; its executor lives on."""
    print("run 3: a gamsa process is killed")
    run = Run(bench, "gamsa-killed", bench.slow)
    wait(lambda: run.committed() >= COMMITTED_BEFORE_KILL, f"{COMMITTED_BEFORE_KILL} tasks have committed")
    wait(lambda: bool(processes_of(bench.gamsa)), "a gamsa process runs")
    victim = processes_of(bench.gamsa)[0]
    os.kill(victim, signal.SIGKILL)
    print(f"      killed {victim} with {run.committed()} of {PARTITIONS} tasks committed")
    run.finish()
    check(run.tasks().get("ExceptionFailure", 0) == 1, "its task failed once and was run again")
    check("gamsa ended with 137" in run.log.read_text(errors="replace"), "the log says how gamsa ended")


def main() -> None:
    """Runs the three runs."""
    parser = argparse.ArgumentParser(description="Runs audit.py on a small real cluster on one machine.")
    parser.add_argument("--gamsa", type=Path, default=HERE.parents[1] / "target" / "release" / "gamsa")
    parser.add_argument("--bundles", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder).resolve(), given.gamsa.resolve(), given.bundles, given.seed)
        undisturbed(bench)
        executor_killed(bench)
        gamsa_killed(bench)
    print("all checks hold")


if __name__ == "__main__":
    main()
