# The ten checks in Rego, for OPA and for regorus. `failing` is the set of the ids of the checks that fail.
package peers

failing contains "CHK-01" if {
	some change in input.changes
	change.major == true
	not pretested(change)
}

failing contains "CHK-02" if {
	some change in input.changes
	not approved(change)
}

failing contains "CHK-03" if {
	some change in input.changes
	some incident in input.incidents
	incident.service == change.service
	ns(incident.started_at) < ns(change.started_at)
	not fixed_before(incident, change)
}

failing contains "CHK-04" if {
	some incident in input.incidents
	not detected_in_time(incident)
}

failing contains "CHK-05" if {
	some incident in input.incidents
	not analysed(incident)
}

failing contains "CHK-06" if {
	told := {notice.incident | some notice in input.notices}
	some incident in input.incidents
	not incident.id in told
}

failing contains "CHK-06" if {
	some notice in input.notices
	some field in ["fact", "cause", "response", "contact"]
	not notice.content[field]
}

failing contains "CHK-07" if {
	some function in input.redundancy.functions
	function.core == true
	not redundant(function)
}

failing contains "CHK-08" if {
	some change in input.changes
	not in_order(change.started_at, change.ended_at)
}

failing contains "CHK-08" if {
	some incident in input.incidents
	not restored_and_closed(incident)
}

failing contains "CHK-09" if {
	some change in input.changes
	not change.service in services
}

failing contains "CHK-09" if {
	some incident in input.incidents
	not incident.service in services
}

failing contains "CHK-09" if {
	changes := {change.id | some change in input.changes}
	some incident in input.incidents
	not incident.caused_by in changes
}

failing contains "CHK-09" if {
	some analysis in input.analyses
	not analysis.incident in incidents
}

failing contains "CHK-09" if {
	some notice in input.notices
	not notice.incident in incidents
}

failing contains "CHK-10" if {
	some number in [1, 2, 3, 4, 5, 6]
	not planned(number)
}

services := {service.id | some service in input.services}

incidents := {incident.id | some incident in input.incidents}

pretested(change) if {
	change.pretest.performed == true
	change.pretest.result == "pass"
	in_order(change.pretest.finished_at, change.started_at)
}

approved(change) if {
	in_order(change.approval.at, change.started_at)
	approver := change.approval.by
	not approver in change.workers
}

fixed_before(incident, change) if in_order(incident.cause_fixed_at, change.started_at)

detected_in_time(incident) if ns(incident.detected_at) - ns(incident.started_at) <= 300000000000

analysed(incident) if {
	some analysis in input.analyses
	analysis.incident == incident.id
	analysis.direct_cause
	analysis.root_cause
	count(analysis.actions) > 0
}

redundant(function) if {
	count(function.sites) >= 2
	function.mode != "single"
}

restored_and_closed(incident) if {
	in_order(incident.started_at, incident.restored_at)
	in_order(incident.restored_at, incident.closed_at)
}

planned(number) if {
	some entry in input.plan.items
	entry.item == number
	entry.measure
	entry.owner
	entry.due_on
}

in_order(earlier, later) if ns(earlier) <= ns(later)

ns(moment) := time.parse_rfc3339_ns(moment)
