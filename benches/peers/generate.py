"""Writes evidence bundles with seeded defects, and the truth about them.

Bundle number i depends on the seed and i only, so that the first 100 of 1,000 bundles are the 100 bundles.
A defect of one check never changes the outcome of another: each check reads fields that no other defect touches.
"""

import datetime
import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

CHECKS: tuple[str, ...] = tuple(f"CHK-{number:02}" for number in range(1, 11))

Bundle = dict[str, Any]

_KST = datetime.timezone(datetime.timedelta(hours=9))
_FIRST = datetime.datetime(2024, 3, 1, 14, 0, tzinfo=_KST)
_SERVICES = ("messenger", "payments", "maps")
_PEOPLE = ("김하늘", "이서준", "박지우", "최민서", "정도윤", "강예린", "조현우", "윤서아")
_SITES = ("안산", "판교", "가산", "부산")
_FUNCTIONS = ("login", "message relay", "push", "profile", "file transfer", "search")
_MEASURES = (
    "A pre-test on a like environment precedes every major work",
    "작업 착수 전 작업자가 아닌 자의 승인을 시스템에서 강제함",
    "The emergency manual names who decides, and within what time",
    "Alerts on error rates of each core function reach the duty officer",
    "장애별 원인분석 회의를 5영업일 이내에 개최함",
    "Users are told of a failure in the application within ten minutes",
)


def write_bundles(folder: Path, count: int, seed: int) -> dict[str, list[str]]:
    """Writes `count` bundles into the folder and returns the failing checks of each file name."""
    folder.mkdir(parents=True, exist_ok=True)
    truth: dict[str, list[str]] = {}
    for index in range(count):
        bundle, failing = make_bundle(index, seed)
        name = f"b{index:05}.yaml"
        lines = [f"# Evidence of an invented operator, number {index}.", *_lines(bundle, 0)]
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        truth[name] = failing
    return truth


def make_bundle(index: int, seed: int) -> tuple[Bundle, list[str]]:
    """Returns bundle number `index` and the checks that fail on it; one bundle in four has no defect."""
    rng = random.Random(f"{seed}/{index}")
    bundle = _complete(rng)
    failing = [] if rng.random() < 0.25 else [check for check in CHECKS if rng.random() < 0.2]
    for check in failing:
        _DEFECTS[check](bundle, rng)
    return bundle, failing


# --- a bundle without defects --------------------------------------------------------------------------------------


def _complete(rng: random.Random) -> Bundle:
    changes = [_change(number, rng) for number in range(13)]
    incidents = [_incident(number, changes[2 * number], rng) for number in range(7)]
    return {
        "operator": {"name": "가나 메신저", "officer": rng.choice(_PEOPLE)},
        "submission": {"stage": "plan", "order_id": "ORDER-1", "submitted_on": datetime.date(2024, 6, 28)},
        "services": [{"id": name, "name": f"{name} service", "core": True} for name in _SERVICES],
        "changes": changes,
        "incidents": incidents,
        "analyses": [_analysis(incident, rng) for incident in incidents],
        "notices": [_notice(incident, minutes) for incident in incidents for minutes in (8, 95)],
        "redundancy": {"functions": [_function(name, rng) for name in _FUNCTIONS]},
        "plan": {"items": [_plan_item(number, rng) for number in range(1, 7)]},
    }


def _change(number: int, rng: random.Random) -> dict[str, Any]:
    start = _FIRST + datetime.timedelta(days=2 * number, minutes=rng.randrange(60))
    approver, *workers = rng.sample(_PEOPLE, 3)
    major = number % 2 == 0 or rng.random() < 0.5
    change: dict[str, Any] = {
        "id": f"W{number + 1}",
        "title": f"Update of the {rng.choice(_FUNCTIONS)} servers, step {number + 1}",
        "service": _SERVICES[number % 3],
        "kind": rng.choice(("software_update", "configuration", "network")),
        "major": major,
        "started_at": start,
        "ended_at": start + datetime.timedelta(minutes=rng.randrange(20, 200)),
        "workers": workers,
        "approval": {
            "by": approver,
            "at": start - datetime.timedelta(minutes=rng.randrange(0, 600)),
            "reference": f"APR-2024-{rng.randrange(10_000):04}",
        },
    }
    if major:
        change["pretest"] = {
            "performed": True,
            "finished_at": start - datetime.timedelta(minutes=rng.randrange(0, 3_000)),
            "result": "pass",
            "environment": "staging with a copy of the production configuration",
        }
    return change


def _incident(number: int, change: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    start = change["started_at"] + datetime.timedelta(minutes=rng.randrange(5, 60))
    restored = start + datetime.timedelta(minutes=rng.randrange(15, 240))
    return {
        "id": f"I{number + 1}",
        "service": change["service"],
        "summary": "메시지 수발신 지연 및 로그인 실패: some users could not send or receive messages",
        "started_at": start,
        "detected_at": start + datetime.timedelta(seconds=rng.choice((20, 75, 140, 300))),
        "detected_by": "monitoring",
        "restored_at": restored,
        "cause_fixed_at": start + datetime.timedelta(hours=6),
        "closed_at": restored + datetime.timedelta(hours=rng.randrange(1, 20)),
        "users_percent": rng.randrange(1, 90),
        "caused_by": change["id"],
    }


def _analysis(incident: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    return {
        "id": f"A-{incident['id']}",
        "incident": incident["id"],
        "direct_cause": "A cache node was restarted with the parameters of another group",
        "root_cause": f"변경 대상 서버 목록을 수기로 작성함, case {rng.randrange(1_000)}",
        "actions": [
            {"text": "Derive the list of servers from the inventory", "owner": rng.choice(_PEOPLE)},
            {"text": "Refuse work outside the approved list", "owner": rng.choice(_PEOPLE)},
        ],
    }


def _notice(incident: dict[str, Any], minutes: int) -> dict[str, Any]:
    return {
        "incident": incident["id"],
        "channel": "app_screen",
        "sent_at": incident["started_at"] + datetime.timedelta(minutes=minutes),
        "content": {
            "fact": f"Messages of the service {incident['service']} are delayed",
            "cause": "시스템 작업 중 오류",
            "response": "작업을 중단하고 이전 상태로 복구하고 있습니다",
            "contact": "help@example.com",
        },
    }


def _function(name: str, rng: random.Random) -> dict[str, Any]:
    return {"name": name, "core": True, "mode": "active_active", "sites": rng.sample(_SITES, rng.choice((2, 3)))}


def _plan_item(number: int, rng: random.Random) -> dict[str, Any]:
    due = datetime.date(2024, 9, 1) + datetime.timedelta(days=rng.randrange(60))
    return {"item": number, "measure": _MEASURES[number - 1], "owner": rng.choice(_PEOPLE), "due_on": due}


# --- defects -------------------------------------------------------------------------------------------------------


def _break_pretest(bundle: Bundle, rng: random.Random) -> None:
    change = rng.choice([change for change in bundle["changes"] if change["major"]])
    match rng.randrange(4):
        case 0:
            del change["pretest"]
        case 1:
            change["pretest"]["performed"] = False
        case 2:
            change["pretest"]["result"] = "fail"
        case _:
            change["pretest"]["finished_at"] = change["started_at"] + datetime.timedelta(minutes=1)


def _break_approval(bundle: Bundle, rng: random.Random) -> None:
    change = rng.choice(bundle["changes"])
    match rng.randrange(3):
        case 0:
            del change["approval"]
        case 1:
            change["approval"]["by"] = change["workers"][1]
        case _:
            change["approval"]["at"] = change["started_at"] + datetime.timedelta(seconds=1)


def _leave_failure_open(bundle: Bundle, rng: random.Random) -> None:
    number = rng.randrange(5)  # a later work on the same service exists: three works on
    incident = bundle["incidents"][number]
    if rng.random() < 0.3:
        del incident["cause_fixed_at"]
    else:
        later = bundle["changes"][2 * number + 3]
        incident["cause_fixed_at"] = later["started_at"] + datetime.timedelta(minutes=1)


def _detect_late(bundle: Bundle, rng: random.Random) -> None:
    incident = rng.choice(bundle["incidents"])
    if rng.random() < 0.3:
        del incident["detected_at"]
    else:
        incident["detected_at"] = incident["started_at"] + datetime.timedelta(seconds=rng.choice((301, 480, 720)))


def _break_analysis(bundle: Bundle, rng: random.Random) -> None:
    number = rng.randrange(len(bundle["analyses"]))
    match rng.randrange(3):
        case 0:
            del bundle["analyses"][number]
        case 1:
            del bundle["analyses"][number]["root_cause"]
        case _:
            bundle["analyses"][number]["actions"] = []


def _break_notice(bundle: Bundle, rng: random.Random) -> None:
    notice = rng.choice(bundle["notices"])
    if rng.random() < 0.3:
        bundle["notices"] = [other for other in bundle["notices"] if other["incident"] != notice["incident"]]
    else:
        del notice["content"][rng.choice(("fact", "cause", "response", "contact"))]


def _break_redundancy(bundle: Bundle, rng: random.Random) -> None:
    function = rng.choice(bundle["redundancy"]["functions"])
    match rng.randrange(3):
        case 0:
            function["sites"] = function["sites"][:1]
        case 1:
            del function["sites"]
        case _:
            function["mode"] = "single"


def _break_order_of_times(bundle: Bundle, rng: random.Random) -> None:
    match rng.randrange(3):
        case 0:
            change = rng.choice(bundle["changes"])
            change["ended_at"] = change["started_at"] - datetime.timedelta(minutes=1)
        case 1:
            incident = rng.choice(bundle["incidents"])
            incident["closed_at"] = incident["restored_at"] - datetime.timedelta(seconds=30)
        case _:
            incident = rng.choice(bundle["incidents"])
            incident["restored_at"] = incident["started_at"] - datetime.timedelta(hours=1)


def _break_reference(bundle: Bundle, rng: random.Random) -> None:
    match rng.randrange(3):
        case 0:
            rng.choice(bundle["incidents"])["caused_by"] = "W99"
        case 1:
            bundle["analyses"].append(rng.choice(bundle["analyses"]) | {"id": "A-X", "incident": "I99", **_WHOLE})
        case _:
            bundle["notices"].append(_notice({"id": "I99", "service": "maps", "started_at": _FIRST}, 9))


def _break_plan(bundle: Bundle, rng: random.Random) -> None:
    number = rng.randrange(6)
    if rng.random() < 0.5:
        del bundle["plan"]["items"][number]
    else:
        del bundle["plan"]["items"][number][rng.choice(("measure", "owner", "due_on"))]


_WHOLE = {"root_cause": "not known", "actions": [{"text": "Find the incident", "owner": _PEOPLE[0]}]}

_DEFECTS: dict[str, Callable[[Bundle, random.Random], None]] = dict(
    zip(
        CHECKS,
        (
            _break_pretest,
            _break_approval,
            _leave_failure_open,
            _detect_late,
            _break_analysis,
            _break_notice,
            _break_redundancy,
            _break_order_of_times,
            _break_reference,
            _break_plan,
        ),
        strict=True,
    )
)

# --- YAML ----------------------------------------------------------------------------------------------------------

_PLAIN = re.compile(r"[A-Za-z가-힣][A-Za-z0-9가-힣 _./@()-]*(?<! )")


def _lines(mapping: dict[str, Any], indent: int) -> list[str]:
    lines: list[str] = []
    for key, value in mapping.items():
        lines += _entry(f"{' ' * indent}{key}:", value, indent)
    return lines


def _entry(head: str, value: Any, indent: int) -> list[str]:
    if isinstance(value, dict):
        return [head, *_lines(value, indent + 2)]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        lines = [head]
        for item in value:
            first, *rest = _lines(item, indent + 4)
            lines += [f"{' ' * (indent + 2)}- {first.lstrip()}", *rest]
        return lines
    if isinstance(value, list):
        return [f"{head} [{', '.join(_scalar(item) for item in value)}]"]
    return [f"{head} {_scalar(value)}"]


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    if isinstance(value, str) and not _PLAIN.fullmatch(value):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
