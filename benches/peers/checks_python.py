"""The ten checks in Python with PyYAML; needs the package `pyyaml`, built with libyaml.

Takes bundles as a folder, writes one JSON object a line: the file name and the ids of the failing checks.
"""

import datetime
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

Bundle = dict[str, Any]
_DELAY = datetime.timedelta(minutes=5)


def pretested(bundle: Bundle) -> bool:
    """Every major work was pre-tested with success before it began."""
    for change in bundle["changes"]:
        if change["major"]:
            pretest = change.get("pretest", {})
            if pretest.get("performed") is not True or pretest.get("result") != "pass":
                return False
            if not in_order(pretest.get("finished_at"), change["started_at"]):
                return False
    return True


def approved(bundle: Bundle) -> bool:
    """Every work was approved before it began by someone other than a worker."""
    for change in bundle["changes"]:
        approval = change.get("approval", {})
        if not approval.get("by") or not in_order(approval.get("at"), change["started_at"]):
            return False
        if approval["by"] in change["workers"]:
            return False
    return True


def no_work_on_open_failure(bundle: Bundle) -> bool:
    """No work began on a service while the cause of an earlier failure on it was not fixed."""
    for change in bundle["changes"]:
        for incident in bundle["incidents"]:
            if incident["service"] == change["service"] and incident["started_at"] < change["started_at"]:
                if not in_order(incident.get("cause_fixed_at"), change["started_at"]):
                    return False
    return True


def detected_in_time(bundle: Bundle) -> bool:
    """Every incident was detected within five minutes."""
    return all(
        "detected_at" in incident and incident["detected_at"] - incident["started_at"] <= _DELAY
        for incident in bundle["incidents"]
    )


def analysed(bundle: Bundle) -> bool:
    """Every incident has an analysis with both causes and an action."""
    for incident in bundle["incidents"]:
        analyses = [analysis for analysis in bundle["analyses"] if analysis["incident"] == incident["id"]]
        if not analyses:
            return False
        for analysis in analyses:
            if not (analysis.get("direct_cause") and analysis.get("root_cause") and analysis.get("actions")):
                return False
    return True


def noticed(bundle: Bundle) -> bool:
    """Every incident has a notice, and each notice gives fact, cause, response and contact."""
    told = {notice["incident"] for notice in bundle["notices"]}
    if any(incident["id"] not in told for incident in bundle["incidents"]):
        return False
    fields = ("fact", "cause", "response", "contact")
    return all(notice["content"].get(field) for notice in bundle["notices"] for field in fields)


def redundant(bundle: Bundle) -> bool:
    """Every core function is served from two sites, and not in the mode `single`."""
    return all(
        len(function.get("sites", [])) >= 2 and function["mode"] != "single"
        for function in bundle["redundancy"]["functions"]
        if function["core"]
    )


def times_in_order(bundle: Bundle) -> bool:
    """Works end after they began; incidents are closed after they were restored after they began."""
    if not all(in_order(change["started_at"], change["ended_at"]) for change in bundle["changes"]):
        return False
    return all(
        in_order(incident["started_at"], incident["restored_at"])
        and in_order(incident["restored_at"], incident["closed_at"])
        for incident in bundle["incidents"]
    )


def references_resolve(bundle: Bundle) -> bool:
    """Every id that is referred to exists."""
    services = {service["id"] for service in bundle["services"]}
    changes = {change["id"] for change in bundle["changes"]}
    incidents = {incident["id"] for incident in bundle["incidents"]}
    return (
        all(change["service"] in services for change in bundle["changes"])
        and all(incident["service"] in services for incident in bundle["incidents"])
        and all(incident["caused_by"] in changes for incident in bundle["incidents"])
        and all(analysis["incident"] in incidents for analysis in bundle["analyses"])
        and all(notice["incident"] in incidents for notice in bundle["notices"])
    )


def plan_covers_six_items(bundle: Bundle) -> bool:
    """The plan answers each of the six items with a measure, its owner and its due date."""
    items = bundle["plan"]["items"]
    if {item["item"] for item in items} != set(range(1, 7)):
        return False
    return all(item.get(field) for item in items for field in ("measure", "owner", "due_on"))


def in_order(earlier: datetime.datetime | None, later: datetime.datetime | None) -> bool:
    """Whether both times are given and the first is not after the second."""
    return earlier is not None and later is not None and earlier <= later


CHECKS: dict[str, Callable[[Bundle], bool]] = {
    "CHK-01": pretested,
    "CHK-02": approved,
    "CHK-03": no_work_on_open_failure,
    "CHK-04": detected_in_time,
    "CHK-05": analysed,
    "CHK-06": noticed,
    "CHK-07": redundant,
    "CHK-08": times_in_order,
    "CHK-09": references_resolve,
    "CHK-10": plan_covers_six_items,
}


def main(folder: Path) -> None:
    """Judges every bundle of the folder."""
    for path in sorted(folder.glob("*.yaml")):
        with path.open("rb") as file:
            bundle = yaml.load(file, Loader=yaml.CSafeLoader)
        failing = [name for name, check in CHECKS.items() if not check(bundle)]
        print(json.dumps({"bundle": path.name, "failing": failing}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
