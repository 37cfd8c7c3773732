package casework_test

import (
	"testing"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestTheWayOutOfHospital(t *testing.T) { decide(t, dischargeDecisions()) }

func TestTheServiceAtHome(t *testing.T) { decide(t, homeDecisions()) }

func TestTheBedOfLineB(t *testing.T) { decide(t, bedDecisions()) }

func TestHowADischargeEnds(t *testing.T) { decide(t, outcomeDecisions()) }

// inDischarge gives the discharge as the case has it.
func inDischarge(show func(d *casework.Discharge) (got, want any)) func(c *casework.Case) (got, want any) {
	return func(c *casework.Case) (any, any) { return show(c.Discharge) }
}

func dischargeDecisions() []decision {
	home := report(eventv1.DischargeLine_DISCHARGE_LINE_HOME)
	return []decision{
		{
			name:  "a discharge is reported, and the ward works on the case",
			given: signalledTo(eventv1.Pathway_PATHWAY_DISCHARGE), when: on("2025-02-01", home),
			then: func(c *casework.Case) (any, any) {
				return []any{c.Discharge, c.Bodies}, []any{
					&casework.Discharge{
						Line: eventv1.DischargeLine_DISCHARGE_LINE_HOME, Source: eventv1.DischargeSource_DISCHARGE_SOURCE_WARD,
						ReportedBy: "ASST-LODI", ReportedOn: day("2025-02-01"), ExpectedOn: day("2025-02-10"),
					},
					[]string{"ACSI", "CARITAS", "ASST-LODI"},
				}
			},
		},
		{
			name:  "another pathway has no discharge",
			given: generaleInCharge(), when: on("2025-02-01", home), kind: fault.NotNow,
		},
		{
			name:  "a case has one discharge",
			given: reportedHome(), when: on("2025-03-01", home), kind: fault.NotNow,
		},
		{
			name:  "the person is admitted",
			given: reportedHome(), when: on("2025-02-03", admission(true)),
			then: inDischarge(func(d *casework.Discharge) (any, any) {
				return []any{d.Admitted, d.AdmittedOn}, []any{true, day("2025-02-03")}
			}),
		},
		{
			name:  "without a report nobody is admitted",
			given: signalledTo(eventv1.Pathway_PATHWAY_DISCHARGE), when: on("2025-02-03", admission(true)), kind: fault.NotNow,
		},
		{
			name:  "nobody is admitted before the report",
			given: reportedHome(), when: on("2025-01-31", admission(true)), kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "who has left hospital is not assessed any more",
			given: dischargedHome(), when: on("2025-02-11", admission(false)), kind: fault.NotNow,
		},
		{
			name:  "the person leaves hospital at a moment",
			given: admittedHome(), when: on("2025-02-10", leaving("2025-02-10T10:00Z")),
			then: func(c *casework.Case) (any, any) {
				return []any{c.Discharge.DischargedOn, c.Discharge.DischargedAt, c.Timeline[len(c.Timeline)-1].At},
					[]any{day("2025-02-10"), at("2025-02-10T10:00Z").AsTime().Unix(), at("2025-02-10T10:00Z").AsTime().Unix()}
			},
		},
		{
			name:  "the day of the office may be the one after that of UTC",
			given: admittedHome(), when: on("2025-02-10", leaving("2025-02-09T23:30Z")),
			then: inDischarge(func(d *casework.Discharge) (any, any) { return d.DischargedOn, day("2025-02-10") }),
		},
		{
			name:  "a moment of another day is refused",
			given: admittedHome(), when: on("2025-02-10", leaving("2025-02-12T10:00Z")), kind: fault.Invalid, field: "fact.at",
		},
		{
			name:  "a moment to come is refused",
			given: admittedHome(), when: on("2026-12-31", leaving("2026-12-31T12:01Z")), kind: fault.Invalid, field: "fact.at",
		},
		{
			name:  "who is not admitted does not leave into the service",
			given: and(reportedHome(), on("2025-02-03", admission(false))), when: on("2025-02-10", leaving("2025-02-10T10:00Z")),
			kind: fault.NotNow,
		},
		{
			name:  "a person leaves hospital once",
			given: dischargedHome(), when: on("2025-02-10", leaving("2025-02-10T11:00Z")), kind: fault.NotNow,
		},
	}
}

func homeDecisions() []decision {
	provider := &eventv1.ProviderChosen{Provider: "COOP"}
	access := func(when string) *eventv1.FirstAccess { return &eventv1.FirstAccess{At: at(when)} }
	delivered := func(k eventv1.AccessKind, minutes int64) *eventv1.AccessDelivered {
		return &eventv1.AccessDelivered{Kind: k, Minutes: minutes}
	}
	care, nursing := eventv1.AccessKind_ACCESS_KIND_HOME_CARE, eventv1.AccessKind_ACCESS_KIND_NURSING
	return []decision{
		{
			name:  "the person chooses a provider, who works on the case",
			given: admittedHome(), when: on("2025-02-05", provider),
			then: func(c *casework.Case) (any, any) {
				return []any{c.Discharge.Provider, c.Discharge.ProviderOn, c.Bodies},
					[]any{"COOP", day("2025-02-05"), []string{"ACSI", "CARITAS", "ASST-LODI", "COOP"}}
			},
		},
		{
			name:  "who has no home chooses no provider",
			given: admittedHomeless(), when: on("2025-02-05", provider), kind: fault.NotNow,
		},
		{
			name:  "who is not admitted chooses no provider",
			given: reportedHome(), when: on("2025-02-05", provider), kind: fault.NotNow,
		},
		{
			name:  "the first access is at a moment",
			given: dischargedHome(), when: on("2025-02-12", access("2025-02-12T09:00Z")),
			then: inDischarge(func(d *casework.Discharge) (any, any) {
				return []any{d.FirstAccessOn, d.FirstAccessAt}, []any{day("2025-02-12"), at("2025-02-12T09:00Z").AsTime().Unix()}
			}),
		},
		{
			name:  "nobody comes home before the discharge is recorded",
			given: admittedHome(), when: on("2025-02-12", access("2025-02-12T09:00Z")), kind: fault.NotNow,
		},
		{
			name:  "the first access is not before the discharge",
			given: dischargedHome(), when: on("2025-02-10", access("2025-02-10T09:59Z")), kind: fault.Invalid, field: "fact.at",
		},
		{
			name:  "there is one first access",
			given: served(), when: on("2025-02-13", access("2025-02-13T09:00Z")), kind: fault.NotNow,
		},
		{
			name:  "who has no home has no access at home",
			given: housed(), when: on("2025-02-13", access("2025-02-13T09:00Z")), kind: fault.NotNow,
		},
		{
			name:  "minutes of care and of nursing add up apart",
			given: and(served(), on("2025-02-13", delivered(care, 60)), on("2025-02-14", delivered(nursing, 20))),
			when:  on("2025-02-15", delivered(care, 30)),
			then: inDischarge(func(d *casework.Discharge) (any, any) {
				return []int64{d.HomeCareMinutes, d.NursingMinutes}, []int64{90, 20}
			}),
		},
		{
			name:  "the first access comes before the others",
			given: dischargedHome(), when: on("2025-02-13", delivered(care, 60)), kind: fault.NotNow,
		},
		{
			name:  "the others are not before the first access",
			given: served(), when: on("2025-02-11", delivered(care, 60)), kind: fault.Invalid, field: "command.occurred_on",
		},
	}
}

func bedDecisions() []decision {
	assign, enter := &eventv1.BedAssigned{Bed: "BED-1"}, &eventv1.BedEntered{}
	leave := &eventv1.BedLeft{Destination: eventv1.HousingStatus_HOUSING_STATUS_RENT_LONG}
	assigned := and(admittedHomeless(), on("2025-02-05", assign))
	return []decision{
		{
			name:  "a bed is assigned",
			given: admittedHomeless(), when: on("2025-02-05", assign),
			then: inDischarge(func(d *casework.Discharge) (any, any) {
				return []any{d.Bed, d.BedAssignedOn}, []any{"BED-1", day("2025-02-05")}
			}),
		},
		{
			name:  "who has a home gets no bed",
			given: admittedHome(), when: on("2025-02-05", assign), kind: fault.NotNow,
		},
		{
			name:  "who is not admitted gets no bed",
			given: reportedHomeless(), when: on("2025-02-05", assign), kind: fault.NotNow,
		},
		{
			name:  "the bed is entered",
			given: assigned, when: on("2025-02-12", enter),
			then: inDischarge(func(d *casework.Discharge) (any, any) { return d.BedEnteredOn, day("2025-02-12") }),
		},
		{
			name:  "a bed that is not assigned is not entered",
			given: admittedHomeless(), when: on("2025-02-12", enter), kind: fault.NotNow,
		},
		{
			name:  "a bed is not entered before it is assigned",
			given: assigned, when: on("2025-02-04", enter), kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "a bed is entered once",
			given: housed(), when: on("2025-02-13", enter), kind: fault.NotNow,
		},
		{
			name:  "the bed is left for a home",
			given: housed(), when: on("2025-06-01", leave),
			then: inDischarge(func(d *casework.Discharge) (any, any) {
				return []any{d.BedLeftOn, d.Destination}, []any{day("2025-06-01"), eventv1.HousingStatus_HOUSING_STATUS_RENT_LONG}
			}),
		},
		{
			name:  "a bed that was not entered is not left",
			given: assigned, when: on("2025-06-01", leave), kind: fault.NotNow,
		},
		{
			name:  "a bed is left once",
			given: and(housed(), on("2025-06-01", leave)), when: on("2025-06-02", leave), kind: fault.NotNow,
		},
		{
			name:  "a bed is not left before it was entered",
			given: housed(), when: on("2025-02-11", leave), kind: fault.Invalid, field: "command.occurred_on",
		},
	}
}

func outcomeDecisions() []decision {
	conclude := &eventv1.ServiceConcluded{Outcome: eventv1.DischargeOutcome_DISCHARGE_OUTCOME_AUTONOMY}
	result := func(r eventv1.Readmission) *eventv1.SixMonthResult { return &eventv1.SixMonthResult{Result: r} }
	home, back := eventv1.Readmission_READMISSION_NOT_READMITTED, eventv1.Readmission_READMISSION_READMITTED
	closedServed := and(served(), on("2025-04-30", conclude),
		on("2025-05-01", closing(eventv1.ClosingReason_CLOSING_REASON_AUTONOMY)))
	return []decision{
		{
			name:  "the service is concluded",
			given: served(), when: on("2025-04-30", conclude),
			then: inDischarge(func(d *casework.Discharge) (any, any) {
				return []any{d.ConcludedOn, d.Outcome}, []any{day("2025-04-30"), eventv1.DischargeOutcome_DISCHARGE_OUTCOME_AUTONOMY}
			}),
		},
		{
			name:  "a service that has not begun is not concluded",
			given: admittedHome(), when: on("2025-04-30", conclude), kind: fault.NotNow,
		},
		{
			name:  "a service is concluded once",
			given: and(served(), on("2025-04-30", conclude)), when: on("2025-05-01", conclude), kind: fault.NotNow,
		},
		{
			name:  "a service is not concluded before the discharge",
			given: dischargedHome(), when: on("2025-02-09", conclude), kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "six months after the discharge it is known that the person stayed at home, also on a closed case",
			given: closedServed, when: on("2025-08-10", result(home)),
			then: inDischarge(func(d *casework.Discharge) (any, any) {
				return []any{d.SixMonth, d.SixMonthOn}, []any{home, day("2025-08-10")}
			}),
		},
		{
			name:  "a day before nobody can know",
			given: served(), when: on("2025-08-09", result(home)), kind: fault.Invalid, field: "fact.result",
		},
		{
			name:  "a readmission is known at once",
			given: served(), when: on("2025-03-01", result(back)),
			then: inDischarge(func(d *casework.Discharge) (any, any) { return d.SixMonth, back }),
		},
		{
			name:  "who has not left hospital is not readmitted",
			given: admittedHome(), when: on("2025-03-01", result(back)), kind: fault.NotNow,
		},
		{
			name:  "nobody is readmitted before the discharge",
			given: served(), when: on("2025-02-09", result(back)), kind: fault.Invalid, field: "command.occurred_on",
		},
	}
}
