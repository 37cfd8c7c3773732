package casework_test

import (
	"slices"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// The beginnings that the tests share. All cases begin on 2025-01-10, and are
// taken in charge on 2025-01-15.

type facts = []*eventv1.Fact

func and(first facts, more ...*eventv1.Fact) facts { return slices.Concat(first, more) }

func signal(p eventv1.Pathway) *eventv1.Signalled {
	s := &eventv1.Signalled{
		PersonId: id("person"), Pathway: p, Area: eventv1.Area_AREA_POVERTY,
		Service: eventv1.Service_SERVICE_SEVERE_MARGINALITY, Comune: "098031", ManagingBody: "ACSI",
		SignalledBy: "CARITAS", SignalledByKind: eventv1.BodyKind_BODY_KIND_THIRD_SECTOR,
	}
	if p == eventv1.Pathway_PATHWAY_SELF {
		s.Flow = eventv1.Flow_FLOW_DISADVANTAGE
	}
	return s
}

func application() *eventv1.Applied {
	return &eventv1.Applied{
		PersonId: id("person"), Comune: "098031", ManagingBody: "ACSI",
		PadSignedOn: "2025-01-10", TransmittedOn: "2025-01-12",
	}
}

func takenOn(day string) *eventv1.Fact { return on(day, &eventv1.TakenInCharge{}) }

func applied() facts { return facts{on("2025-01-10", application())} }

func signalledTo(p eventv1.Pathway) facts { return facts{on("2025-01-10", signal(p))} }

func generale() facts { return signalledTo(eventv1.Pathway_PATHWAY_GENERALE) }

func self() facts { return signalledTo(eventv1.Pathway_PATHWAY_SELF) }

func adiInCharge() facts { return and(applied(), takenOn("2025-01-15")) }

func generaleInCharge() facts { return and(generale(), takenOn("2025-01-15")) }

func selfInCharge() facts { return and(self(), takenOn("2025-01-15")) }

// closedGenerale ended on 2025-06-30.
func closedGenerale() facts {
	return and(generaleInCharge(), on("2025-06-30", closing(eventv1.ClosingReason_CLOSING_REASON_AUTONOMY)))
}

// refusedGenerale ended on 2025-01-20.
func refusedGenerale() facts {
	return and(generale(), on("2025-01-20", &eventv1.Refused{Reason: eventv1.RefusalReason_REFUSAL_REASON_DECLINED}))
}

func closing(why eventv1.ClosingReason) *eventv1.Closed {
	return &eventv1.Closed{Outcome: eventv1.Outcome_OUTCOME_POSITIVE, Reason: why}
}

func member(name string, o eventv1.Obligation) *eventv1.HouseholdMember {
	return &eventv1.HouseholdMember{PersonId: id(name), Relation: eventv1.Relation_RELATION_OTHER, Obligation: o}
}

func household(members ...*eventv1.HouseholdMember) *eventv1.HouseholdRecorded {
	return &eventv1.HouseholdRecorded{Members: members}
}

// family has the applicant and a partner who works with the CPI.
func family() facts {
	return and(applied(), on("2025-01-10", household(
		member("person", eventv1.Obligation_OBLIGATION_SOCIAL_SERVICES),
		member("partner", eventv1.Obligation_OBLIGATION_EMPLOYMENT_CENTRE))))
}

func firstMeeting(day string) *eventv1.Fact {
	return on(day, &eventv1.FirstMeetingHeld{Mode: eventv1.MeetingMode_MEETING_MODE_SPONTANEOUS})
}

func summons(day, meeting string) *eventv1.Fact {
	return on(day, &eventv1.Summoned{Channel: eventv1.Channel_CHANNEL_PHONE, MeetingOn: meeting})
}

func opening(form eventv1.Form) *eventv1.AssessmentOpened {
	return &eventv1.AssessmentOpened{AssessmentId: id("assessment"), Form: form, FormVersion: "2024"}
}

// assessing has an assessment open since 2025-02-01.
func assessing() facts {
	return and(generaleInCharge(), on("2025-02-01", opening(eventv1.Form_FORM_MULTIDIMENSIONAL)))
}

func health(level int64) *eventv1.DomainAssessed {
	return &eventv1.DomainAssessed{
		AssessmentId: id("assessment"), Domain: eventv1.Domain_DOMAIN_HEALTH, NeedLevel: level,
		Profession: eventv1.Profession_PROFESSION_NURSE,
	}
}

// assessed has an assessment that anna concluded on 2025-02-10.
func assessed() facts {
	return and(assessing(), on("2025-02-05", health(3)),
		on("2025-02-10", &eventv1.AssessmentConcluded{AssessmentId: id("assessment")}))
}

func draft(m eventv1.Measure) *eventv1.ProjectDrafted {
	return &eventv1.ProjectDrafted{ProjectId: id("project"), Measure: m, StartsOn: "2025-03-01", EndsOn: "2026-02-28"}
}

// drafted has a project since 2025-02-20.
func drafted() facts {
	return and(generaleInCharge(), on("2025-02-20", draft(eventv1.Measure_MEASURE_GENERALE)))
}

func signature(by eventv1.Signer) *eventv1.ProjectSigned {
	return &eventv1.ProjectSigned{ProjectId: id("project"), Signer: by, Mode: eventv1.SignatureMode_SIGNATURE_MODE_PAPER}
}

// signed has a project that is signed since 2025-03-02.
func signed() facts {
	return and(drafted(), on("2025-03-01", signature(eventv1.Signer_SIGNER_BENEFICIARY)),
		on("2025-03-02", signature(eventv1.Signer_SIGNER_CASE_MANAGER)))
}

// evaluated has a signed project with the evaluation of the operators and the
// reason why there is none of the beneficiary, of 2025-11-30.
func evaluated() facts {
	return and(signed(), on("2025-11-30", ours(id("project"))), on("2025-11-30", missing(id("project"))))
}

// finished has a project that was concluded on 2025-12-01.
func finished() facts {
	return and(evaluated(), on("2025-12-01", &eventv1.ProjectConcluded{
		ProjectId: id("project"), Outcome: eventv1.Outcome_OUTCOME_POSITIVE,
	}))
}

func proposal(k eventv1.PathKind) *eventv1.PathProposed {
	return &eventv1.PathProposed{
		PathId: id("path"), Kind: k, Host: "FARM", HostKind: eventv1.BodyKind_BODY_KIND_COMPANY,
	}
}

// training has a path of training proposed on 2025-02-01.
func training() facts {
	return and(selfInCharge(), on("2025-02-01", proposal(eventv1.PathKind_PATH_KIND_TRAINING)))
}

// trained has the path started on 2025-02-10, foreseen until 2025-08-31.
func trained() facts {
	return and(training(), on("2025-02-10", &eventv1.PathStarted{PathId: id("path"), EndsOn: "2025-08-31"}))
}

// graduated has the path concluded on 2025-07-31.
func graduated() facts {
	return and(trained(), on("2025-07-31", &eventv1.PathConcluded{
		PathId: id("path"), Outcome: eventv1.Outcome_OUTCOME_POSITIVE, Certificate: true,
	}))
}

func report(line eventv1.DischargeLine) *eventv1.DischargeReported {
	return &eventv1.DischargeReported{
		Line: line, Source: eventv1.DischargeSource_DISCHARGE_SOURCE_WARD, ReportedBy: "ASST-LODI", ExpectedOn: "2025-02-10",
	}
}

// reported has a discharge reported on 2025-02-01.
func reported(line eventv1.DischargeLine) facts {
	return and(signalledTo(eventv1.Pathway_PATHWAY_DISCHARGE), takenOn("2025-01-15"), on("2025-02-01", report(line)))
}

func reportedHome() facts { return reported(eventv1.DischargeLine_DISCHARGE_LINE_HOME) }

func reportedHomeless() facts { return reported(eventv1.DischargeLine_DISCHARGE_LINE_HOMELESS) }

func admission(ok bool) *eventv1.AdmissibilityAssessed {
	return &eventv1.AdmissibilityAssessed{Admissible: ok}
}

func admittedHome() facts { return and(reportedHome(), on("2025-02-03", admission(true))) }

func admittedHomeless() facts { return and(reportedHomeless(), on("2025-02-03", admission(true))) }

func leaving(when string) *eventv1.Discharged { return &eventv1.Discharged{At: at(when)} }

// dischargedHome left hospital on 2025-02-10 at 10.
func dischargedHome() facts {
	return and(admittedHome(), on("2025-02-10", leaving("2025-02-10T10:00Z")))
}

// served had the first access on 2025-02-12.
func served() facts {
	return and(dischargedHome(), on("2025-02-12", &eventv1.FirstAccess{At: at("2025-02-12T09:00Z")}))
}

// housed entered a bed on 2025-02-12.
func housed() facts {
	return and(admittedHomeless(), on("2025-02-10", leaving("2025-02-10T10:00Z")),
		on("2025-02-11", &eventv1.BedAssigned{Bed: "BED-1"}), on("2025-02-12", &eventv1.BedEntered{}))
}
