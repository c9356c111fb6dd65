"""Tests what one task of audit.py does, without Spark: `python test_audit_paths.py`.

A script stands in for gamsa and does one thing wrong in each test.
"""

from __future__ import annotations

import json
import sys
import unittest
from collections.abc import Iterator

import audit

HEAD = {"schema": "gamsa.report/v2", "as_of": "2024-07-01"}

STAND_IN = """
import json, os, signal, sys
def line(path):
    print(json.dumps({{"path": path, "digest": None, "operator": None, "service": None, "stage": None,
        "verdict": "pass", "counts": {{}}, "results": [{{"rule": "PRE-01", "result": "pass"}}], "error": None}}))
def last(**more):
    print(json.dumps({{"schema": "gamsa.report/v2", "as_of": "2024-07-01", "summary": {{}}, **more}}))
paths = (path.rstrip("\\n") for path in sys.stdin)
{body}
"""

PATHS = ["a.yaml", "b c.yaml", "증거.yaml", "b c.yaml"]


def rows(body: str, paths: Iterator[str] | None = None) -> list[audit.Row]:
    """Returns the rows of a task whose gamsa is the stand-in with this body."""
    command = [sys.executable, "-c", STAND_IN.format(body=body)]
    return list(audit.audit_paths(command, ".", json.dumps(HEAD), iter(PATHS) if paths is None else paths))


class Task(unittest.TestCase):
    """What a task accepts and refuses."""

    def refuses(self, body: str, why: str, paths: Iterator[str] | None = None) -> None:
        """Checks that the task ends with an error that says why."""
        with self.assertRaisesRegex(audit.AuditError, why):
            rows(body, paths)

    def test_every_path_has_a_row_also_one_that_is_listed_twice(self) -> None:
        for status in audit.JUDGED:
            found = rows(f"for path in paths: line(path)\nlast()\nsys.exit({status})")
            self.assertEqual([row[0] for row in found], PATHS)
            self.assertEqual(found[0][7], [("PRE-01", "pass")])

    def test_a_path_that_is_no_bundle_has_a_row_with_its_state(self) -> None:
        entry = "print(json.dumps({'entry': {'path': %r, 'state': 'not-audited', 'reason': 'an empty folder'}}))" % PATHS[1]
        body = f"line(next(paths)); next(paths); {entry.replace('{', '{{').replace('}', '}}')}\nfor path in paths: line(path)\nlast()"
        found = rows(body.replace("{{", "{").replace("}}", "}"))
        self.assertEqual([row[0] for row in found], PATHS)
        self.assertEqual((found[1][5], found[1][8]), ("not-audited", "an empty folder"))

    def test_an_empty_partition_runs_nothing(self) -> None:
        self.assertEqual(rows("sys.exit(9)", iter([])), [])

    def test_more_paths_than_a_pipe_holds(self) -> None:
        many = [f"{number:0200}" for number in range(20_000)]
        found = rows("for path in paths: line(path)\nlast()", iter(many))
        self.assertEqual([row[0] for row in found], many)

    def test_a_status_that_is_not_a_judgement(self) -> None:
        self.refuses("for path in paths: line(path)\nlast()\nsys.exit(130)", "ended with 130")

    def test_a_process_that_was_killed(self) -> None:
        self.refuses("line(next(paths))\nsys.stdout.flush()\nos.kill(os.getpid(), signal.SIGKILL)", "ended with -9")

    def test_no_summary_though_the_status_is_2(self) -> None:
        self.refuses("print('error: no such stage', file=sys.stderr)\nsys.exit(2)", "ended with 2: error: no such")

    def test_a_line_that_is_lost(self) -> None:
        self.refuses("line(next(paths)); next(paths)\nfor path in paths: line(path)\nlast()", "the line of 'b c")

    def test_the_last_line_lost(self) -> None:
        self.refuses("line(next(paths)); list(paths)\nlast()", "3 paths have no line, the first is 'b c.yaml'")

    def test_a_line_that_is_doubled(self) -> None:
        self.refuses("for path in paths: line(path); line(path)\nlast()", "got that of 'a.yaml'")

    def test_a_line_that_nobody_asked_for(self) -> None:
        self.refuses("for path in paths: line(path)\nline('d.yaml')\nlast()", "expected the line of None")

    def test_a_line_after_the_summary(self) -> None:
        self.refuses("last()\nfor path in paths: line(path)", "after the summary")

    def test_a_line_that_is_cut_off(self) -> None:
        with self.assertRaises(json.JSONDecodeError):
            rows("""print('{"path": "a.y', end='')""")

    def test_another_date_or_pack_than_the_driver_has(self) -> None:
        self.refuses("for path in paths: line(path)\nlast(as_of='2024-07-02')", "this worker ran")

    def test_an_input_that_breaks_is_not_an_end(self) -> None:
        def broken() -> Iterator[str]:
            yield "a.yaml"
            raise ConnectionError("shuffle block lost")

        self.refuses("for path in paths: line(path)\nlast()", "could not be handed over", broken())


if __name__ == "__main__":
    unittest.main()
