"""Audits a list of bundles with gamsa on a Spark cluster.

Takes a text file with one path of a bundle a line and the gamsa program. Gives a Parquet dataset with one row a
bundle, and prints how many bundles have each verdict and how many rules each result. Run it with spark-submit;
docs/scale-out.md has the recipe.

Each partition of the list is one task, and each task runs one `gamsa audit --files-from - --jobs 1`. Paths go in and
lines come out as a stream. With `--jobs 1` the lines come in the order of the list, so that each line is compared with
the oldest path that has no line yet: a line that is missing, doubled or not asked for ends the task with an error, and
Spark runs the task again.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from tempfile import TemporaryFile
from threading import Thread
from typing import IO, Any

from pyspark import SparkContext, SparkFiles
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as column
from pyspark.sql.types import ArrayType, IntegerType, MapType, StringType, StructField, StructType

JUDGED = (0, 1, 2, 3)
"""Exit statuses of a run that judged; 2: a bundle could not be read or a rule is broken (docs/exit-codes.md)."""

BUNDLES_IN_A_PARTITION = 10_000
"""How many bundles a task has where `--partitions` is not given and the list is long."""

OPERATORS_SHOWN = 50
"""How many operators the printed table has at most; the dataset has all."""

ERROR_BYTES_SHOWN = 2_000
"""How much of gamsa's error stream a failed task shows."""

ROW = StructType(
    [
        StructField("path", StringType(), nullable=False),
        StructField("digest", StringType()),
        StructField("operator", StringType()),
        StructField("service", StringType()),
        StructField("stage", StringType()),
        StructField("verdict", StringType(), nullable=False),
        StructField("counts", MapType(StringType(), IntegerType()), nullable=False),
        StructField(
            "results",
            ArrayType(StructType([StructField("rule", StringType()), StructField("result", StringType())])),
            nullable=False,
        ),
        StructField("error", StringType()),
        StructField("json", StringType(), nullable=False),
    ]
)

Row = tuple[Any, ...]


class AuditError(RuntimeError):
    """Says that a partition was not judged as a whole; Spark runs the task again."""


@dataclass(frozen=True)
class Audit:
    """What every task runs: the names of the files that Spark carries to it, and the options of gamsa."""

    program: str
    order: str | None
    options: tuple[str, ...]

    def command(self) -> list[str]:
        """Returns the command line; it runs in `folder()`."""
        # The lines name the order as it is named here, and its place differs from worker to worker.
        order = ["--order", self.order] if self.order else []
        stream = ["--files-from", "-", "--format", "ndjson", "--jobs", "1"]
        return [SparkFiles.get(self.program), "audit", *stream, *order, *self.options]

    @staticmethod
    def folder() -> str:
        """Returns the folder on this machine that holds the files that Spark carried here."""
        return SparkFiles.getRootDirectory()


class Feeder(Thread):
    """Writes paths to the standard input of gamsa while another thread reads the lines.

    `sent` holds the paths that have no line yet. It is bounded by what fits into the pipe and into gamsa's hands.
    """

    def __init__(self, stream: IO[bytes], paths: Iterable[str]) -> None:
        super().__init__(daemon=True)
        self.sent: deque[str] = deque()
        self.error: BaseException | None = None
        self._stream = stream
        self._paths = paths

    def run(self) -> None:
        """Writes every path and closes the stream; an error is kept for the thread that reads."""
        try:
            with self._stream:
                for path in self._paths:
                    self.sent.append(path)
                    self._stream.write(path.encode() + b"\n")
        except BaseException as error:  # noqa: BLE001 - an input that broke must not look like its end
            self.error = error


def main(arguments: list[str]) -> int:
    """Runs the audit; returns 0 where the dataset has one row for each path, whatever the verdicts are."""
    given = parse(arguments)
    spark = session()
    try:
        return run(spark, given)
    finally:
        spark.stop()


def parse(arguments: list[str]) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description="Audits a list of bundles with gamsa on a Spark cluster.")
    parser.add_argument("--list", required=True, help="text file with one absolute path of a bundle a line")
    parser.add_argument("--output", required=True, help="Parquet dataset to write; must not exist")
    parser.add_argument("--overwrite", action="store_true", help="delete the dataset first if it exists")
    parser.add_argument("--gamsa", required=True, help="the gamsa program; Spark carries it to the workers")
    parser.add_argument("--order", help="file with the facts of the order; Spark carries it to the workers")
    # Today's date and the locale may differ between tasks, so that neither is left to the worker.
    parser.add_argument("--as-of", required=True, help="date of judgement, as 2024-07-01")
    parser.add_argument("--lang", choices=["en", "ko"], default="en", help="language of the report")
    parser.add_argument("--stage", help="stage to judge at [default: the one that the bundle states]")
    parser.add_argument("--pack", help="id of an embedded pack")
    parser.add_argument("--param", action="append", default=[], help="set a parameter of the pack; may repeat")
    parser.add_argument("--partitions", type=int, help="number of tasks")
    return parser.parse_args(arguments)


def session() -> SparkSession:
    """Starts Spark with a committer that publishes nothing before the job commits."""
    # Version 2 moves files into the dataset when a task commits, so that a job that fails leaves some of them.
    version = "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version"
    return SparkSession.builder.appName("gamsa audit").config(version, "1").getOrCreate()


def run(spark: SparkSession, given: argparse.Namespace) -> int:
    """Audits the list once, writes the dataset once, and counts in what was written."""
    audit = carry(spark.sparkContext, given)
    head = probe(audit.command(), audit.folder())
    paths = read_list(spark, given.list)
    listed = count_list(paths)
    print(f"run\t{head}")
    print(f"listed\t{listed}", flush=True)
    partitions = given.partitions or default_partitions(listed, spark.sparkContext.defaultParallelism)
    write(audit_list(spark, audit, head, paths, partitions), given.output, given.overwrite)
    written = spark.read.parquet(given.output)
    rows = written.count()
    print(f"written\t{rows}")
    if rows != listed:
        print(f"error: {listed} paths are listed and {rows} rows were written", file=sys.stderr)
        return 1
    print_counts(written)
    return 0


def carry(context: SparkContext, given: argparse.Namespace) -> Audit:
    """Hands the program and the order to Spark, which copies them to every worker."""
    for file in filter(None, (given.gamsa, given.order)):
        context.addFile(file)
    options = ["--as-of", given.as_of, "--lang", given.lang]
    for name in ("stage", "pack"):
        if value := getattr(given, name):
            options += [f"--{name}", value]
    for value in given.param:
        options += ["--param", value]
    order = os.path.basename(given.order) if given.order else None
    return Audit(os.path.basename(given.gamsa), order, tuple(options))


def probe(command: list[str], folder: str) -> str:
    """Returns what the last line of a run says about the run: program, pack, order, date, parameters.

    Every task must say the same. A mistake in the options ends the job here, before any task starts.
    """
    # The path need not exist: a bundle that cannot be read has a line, and the run has a summary.
    done = subprocess.run(command, cwd=folder, input=b"probe\n", capture_output=True, check=False)
    if done.returncode not in JUDGED or not done.stdout:
        raise AuditError(f"gamsa ended with {done.returncode}: {done.stderr.decode(errors='replace').strip()}")
    return head_of(json.loads(done.stdout.splitlines()[-1]))


def head_of(last: dict[str, Any]) -> str:
    """Returns the last line of a run without its summary."""
    return json.dumps({key: value for key, value in last.items() if key != "summary"}, ensure_ascii=False)


def read_list(spark: SparkSession, file: str) -> DataFrame:
    """Returns the paths of a list, read as gamsa reads it: a line each, empty lines left out."""
    line = column.rtrim(column.col("value"), column.lit("\r"))
    lines = spark.read.text(file, lineSep="\n").select(line.alias("path"))
    return lines.where(column.col("path") != "")


def count_list(paths: DataFrame) -> int:
    """Returns the number of paths; raises where one would mean something else to a worker than to the driver."""
    # gamsa takes a list with NUL in it for one that is separated by NUL.
    unusable = paths.where(~column.col("path").startswith("/") | column.col("path").contains("\0"))
    if first := unusable.first():
        raise AuditError(f"a path in the list is not absolute or holds NUL: {first['path']!r}")
    return paths.count()


def default_partitions(listed: int, cores: int) -> int:
    """Returns a number of tasks: enough for every core to have several, and short enough to run again."""
    return max(1, min(listed, max(4 * cores, -(-listed // BUNDLES_IN_A_PARTITION))))


def audit_list(spark: SparkSession, audit: Audit, head: str, paths: DataFrame, partitions: int) -> DataFrame:
    """Returns one row for each path; nothing runs until the rows are written."""
    # By the hash of the path: a task that runs again gets the same paths, in whatever order the shuffle delivers them.
    # (Without a column Spark deals the lines out in turn, and a retry may deal differently.)
    parts = paths.repartition(partitions, "path").rdd

    def task(rows: Iterator[Any]) -> Iterator[Row]:
        return audit_paths(audit.command(), audit.folder(), head, (row["path"] for row in rows))

    frame = spark.createDataFrame(parts.mapPartitions(task), ROW, verifySchema=False)
    return frame.withColumn("run", column.lit(head))


def audit_paths(command: list[str], folder: str, head: str, paths: Iterator[str]) -> Iterator[Row]:
    """Runs gamsa on the paths of one partition and yields a row for each, as it is judged.

    Raises AuditError unless gamsa ended as a run that judged, and gave one line for each path in the order given. A path
    that is no bundle has the state of its entry (not-audited, same-as, left-out) where others have a verdict.
    """
    first = next(paths, None)
    if first is None:
        return  # gamsa refuses an empty list
    with TemporaryFile() as errors:
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, cwd=folder, stdin=pipe, stdout=pipe, stderr=errors)
        assert process.stdin and process.stdout
        feeder = Feeder(process.stdin, chain([first], paths))
        feeder.start()
        try:
            last = yield from read_rows(process.stdout, feeder.sent)
            status = process.wait()
            feeder.join()
            if status not in JUDGED or last is None:
                raise AuditError(f"gamsa ended with {status}: {tail(errors)}")
        finally:
            process.kill()  # does nothing to a process that has ended
            process.wait()
            process.stdout.close()
    check_end(feeder, last, head)


def read_rows(lines: Iterable[bytes], sent: deque[str]) -> Generator[Row, None, dict[str, Any] | None]:
    """Yields a row for each line and returns the summary; each line must be that of the oldest path sent."""
    last = None
    for line in lines:
        report = json.loads(line)
        if last is not None:
            raise AuditError("gamsa gave a line after the summary")
        if "summary" in report:
            last = report
            continue
        entry = report.get("entry")
        # What a folder is can be told only at the end of a run.
        if entry and entry["path"] in sent:
            sent.remove(entry["path"])
            yield row_of_entry(entry, line)
            continue
        path = entry["path"] if entry else report["path"]
        expected = sent.popleft() if sent else None
        if path != expected:
            raise AuditError(f"expected the line of {expected!r}, got that of {path!r}")
        yield row_of(report, line)
    return last


def check_end(feeder: Feeder, last: dict[str, Any], head: str) -> None:
    """Raises unless the input came to its end, every path has its line, and the run was the run asked for."""
    if feeder.error is not None:
        raise AuditError("the list of the partition could not be handed over") from feeder.error
    if feeder.sent:
        raise AuditError(f"{len(feeder.sent)} paths have no line, the first is {feeder.sent[0]!r}")
    if head_of(last) != head:
        raise AuditError(f"this worker ran {head_of(last)}, not {head}")


def row_of(report: dict[str, Any], line: bytes) -> Row:
    """Returns the row of one line, in the order of ROW."""
    names = ("path", "digest", "operator", "service", "stage", "verdict", "counts")
    results = [(result["rule"], result["result"]) for result in report["results"]]
    error = report["error"]["message"] if report["error"] else None
    return (*(report[name] for name in names), results, error, line.decode().rstrip("\n"))


def row_of_entry(entry: dict[str, Any], line: bytes) -> Row:
    """Returns the row of a path that is no bundle: its state stands where others have a verdict, its reason as error."""
    nothing: list[Any] = []
    return (entry["path"], None, None, None, None, entry["state"], {}, nothing, entry["reason"], line.decode().rstrip("\n"))


def tail(errors: IO[bytes]) -> str:
    """Returns the end of an error stream."""
    size = errors.seek(0, os.SEEK_END)
    errors.seek(max(0, size - ERROR_BYTES_SHOWN))
    return errors.read().decode(errors="replace").strip()


def write(frame: DataFrame, output: str, overwrite: bool) -> None:
    """Writes the dataset in one job. Of all attempts of a task Spark lets one commit; _SUCCESS is written last."""
    frame.write.mode("overwrite" if overwrite else "errorifexists").parquet(output, compression="zstd")


def print_counts(written: DataFrame) -> None:
    """Prints how many bundles of each operator have each verdict, and how many results each rule has."""
    verdicts = written.groupBy("operator", "verdict").count().orderBy("operator", "verdict")
    print("\noperator\tverdict\tbundles")
    # An operator has at most four verdicts.
    print_table(verdicts, 4 * OPERATORS_SHOWN)
    result = written.select(column.explode("results").alias("of")).select("of.rule", "of.result")
    print("\nrule\tresult\tbundles")
    print_table(result.groupBy("rule", "result").count().orderBy("rule", "result"), None)


def print_table(table: DataFrame, limit: int | None) -> None:
    """Prints the rows of a table, separated by tabs; says so where it leaves some out."""
    rows = table.collect() if limit is None else table.take(limit + 1)
    for row in rows[:limit]:
        print("\t".join("-" if value is None else str(value) for value in row))
    if limit is not None and len(rows) > limit:
        print("… and more: see the dataset")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
