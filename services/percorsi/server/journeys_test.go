package server_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/services/percorsi/server/servertest"
)

// The words that people write in these journeys. Who may not read them must
// never meet them.
const (
	wordsOfIntake  = "teme lo sfratto dopo la malattia del fratello"
	wordsOfGoal    = "vuole riprendere il corso serale di cucina"
	wordsOfPact    = "porta la figlia dal logopedista ogni giovedi"
	wordsOfMeeting = "la psicologa propone colloqui quindicinali"
	wordsOfDecided = "accompagna la nonna dal fabbro"
	wordsOfAbsence = "ha il turno in ambulatorio"
	wordsOfDone    = "il fabbro la richiama giovedi"
	wordsOfContact = "risponde soltanto la vicina di pianerottolo"
)

func plain(words string) *eventv1.Text {
	return &eventv1.Text{Form: &eventv1.Text_Plain{Plain: words}}
}

// at gives a moment of a day at home.
func at(t *testing.T, moment string) *timestamppb.Timestamp {
	t.Helper()
	m, err := time.Parse(time.RFC3339, moment)
	if err != nil {
		t.Fatal(err)
	}
	return timestamppb.New(m)
}

func application(person string) *eventv1.Applied {
	return &eventv1.Applied{
		PersonId: person, Comune: comune, ManagingBody: body, Channel: eventv1.Channel_CHANNEL_PATRONATO,
		PadSignedOn: "2025-01-10", Note: plain(wordsOfIntake),
	}
}

func toSELF(person string) *eventv1.Signalled {
	return &eventv1.Signalled{
		PersonId: person, Pathway: eventv1.Pathway_PATHWAY_SELF, Area: eventv1.Area_AREA_WORK, Service: eventv1.Service_SERVICE_SELF,
		Comune: comune, ManagingBody: body, SignalledBy: "COMUNE-LODI", Note: plain(wordsOfIntake),
		SignalledByKind: eventv1.BodyKind_BODY_KIND_MUNICIPAL_SERVICES, Flow: eventv1.Flow_FLOW_DISADVANTAGE,
	}
}

func toDischarge(person string, area eventv1.Area) *eventv1.Signalled {
	return &eventv1.Signalled{
		PersonId: person, Pathway: eventv1.Pathway_PATHWAY_DISCHARGE, Area: area, Service: eventv1.Service_SERVICE_PROTECTED_DISCHARGE,
		Comune: comune, ManagingBody: body, SignalledBy: "COT-LODI", Note: plain(wordsOfIntake),
		SignalledByKind: eventv1.BodyKind_BODY_KIND_TERRITORIAL_CENTRE,
	}
}

func assigned() *eventv1.CaseManagerAssigned {
	return &eventv1.CaseManagerAssigned{CaseManager: "op.1", Body: body}
}

// sign drafts a project and has both sides sign it.
func sign(j *servertest.Journey, day string, m eventv1.Measure) (project string) {
	project = j.Do(day, &eventv1.ProjectDrafted{Measure: m, StartsOn: day, EndsOn: "2026-03-31"})
	j.Do(day, &eventv1.GoalSet{ProjectId: project, General: true, Wording: plain(wordsOfGoal)})
	for _, s := range []eventv1.Signer{eventv1.Signer_SIGNER_BENEFICIARY, eventv1.Signer_SIGNER_CASE_MANAGER} {
		j.Do(day, &eventv1.ProjectSigned{ProjectId: project, Signer: s, Mode: eventv1.SignatureMode_SIGNATURE_MODE_PAPER})
	}
	return project
}

// finish has both sides evaluate a project, concludes it and closes the case.
func finish(j *servertest.Journey, day, project string, reason eventv1.ClosingReason) {
	const overall, positive = eventv1.Aspect_ASPECT_OVERALL, eventv1.Judgement_JUDGEMENT_POSITIVE
	if project != "" {
		j.Do(day, &eventv1.BeneficiaryEvaluated{ProjectId: project, Aspect: overall, Judgement: positive, Score: proto.Int64(9)})
		j.Do(day, &eventv1.OperatorsEvaluated{ProjectId: project, Aspect: overall, Judgement: positive, Score: proto.Int64(8)})
		j.Do(day, &eventv1.ProjectConcluded{ProjectId: project, Outcome: eventv1.Outcome_OUTCOME_POSITIVE})
	}
	j.Do(day, &eventv1.Closed{Outcome: eventv1.Outcome_OUTCOME_POSITIVE, Reason: reason})
}

// throughADI takes a household from the application for ADI to closure.
func throughADI(t *testing.T, o *office, surname string) *servertest.Journey {
	t.Helper()
	person := servertest.Register(t, o.manager, surname)
	j := servertest.NewJourney(t, o.manager)
	j.Do("2025-01-10", application(person))
	j.Do("2025-02-01", &eventv1.MeasureDecided{Decision: eventv1.MeasureDecision_MEASURE_DECISION_ACCEPTED})
	j.As(o.coordinator).Do("2025-02-05", assigned())
	j.Do("2025-02-06", &eventv1.HouseholdRecorded{Members: []*eventv1.HouseholdMember{{
		PersonId: person, Relation: eventv1.Relation_RELATION_APPLICANT, Obligation: eventv1.Obligation_OBLIGATION_SOCIAL_SERVICES,
	}}})
	j.As(o.member).Do("2025-02-06", &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need_NEED_ECONOMIC}})
	j.As(o.member).Do("2025-02-10", &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE, Note: plain(wordsOfContact)})
	j.Do("2025-02-12", &eventv1.Summoned{Channel: eventv1.Channel_CHANNEL_LETTER, MeetingOn: "2025-03-10"})
	j.Do("2025-03-10", &eventv1.FirstMeetingHeld{Mode: eventv1.MeetingMode_MEETING_MODE_SUMMONED})
	j.Do("2025-03-10", &eventv1.TakenInCharge{})
	analysis := j.Do("2025-03-15", &eventv1.AssessmentOpened{Form: eventv1.Form_FORM_PRELIMINARY_ANALYSIS, FormVersion: "DM-72-2024"})
	j.Do("2025-03-20", &eventv1.PreliminaryAnalysisConcluded{
		AssessmentId: analysis, Result: eventv1.AnalysisResult_ANALYSIS_RESULT_TEAM_AND_FRAMEWORK,
	})
	j.As(o.coordinator).Do("2025-03-21", &eventv1.AssessmentApproved{AssessmentId: analysis})
	meet(j)
	j.Do("2025-04-02", &eventv1.AssessmentOpened{Form: eventv1.Form_FORM_ANALYSIS_FRAMEWORK, FormVersion: "DM-72-2024"})
	pact := sign(j, "2025-04-05", eventv1.Measure_MEASURE_PAIS)
	commitment := j.Do("2025-04-06", &eventv1.CommitmentAgreed{
		ProjectId: pact, By: eventv1.Voice_VOICE_BENEFICIARY, Wording: plain(wordsOfPact),
	})
	j.Do("2025-04-06", &eventv1.BudgetSet{ProjectId: pact, Lines: []*eventv1.BudgetLine{
		{Fund: eventv1.Fund_FUND_QSFP, AmountCents: 120_000, Share: 80}, {Fund: eventv1.Fund_FUND_COMUNE, AmountCents: 30_000, Share: 20},
	}})
	j.Do("2025-06-20", &eventv1.PeriodicMeetingHeld{PersonId: person})
	j.Do("2025-06-20", &eventv1.ProjectMonitored{ProjectId: pact})
	j.Do("2025-10-01", &eventv1.CommitmentChecked{
		ProjectId: pact, CommitmentId: commitment, Activation: eventv1.Activation_ACTIVATION_KEPT, Says: eventv1.Voice_VOICE_OPERATORS,
	})
	finish(j, "2025-11-28", pact, eventv1.ClosingReason_CLOSING_REASON_GOALS_REACHED)
	return j
}

// meet calls the multidisciplinary team, and one of the two professions that
// were expected comes. What it decides is done the day after.
func meet(j *servertest.Journey) {
	meeting := j.Do("2025-03-22", &eventv1.MeetingCalled{
		Team: eventv1.TeamKind_TEAM_KIND_POVERTY, MeetingOn: "2025-04-01",
		ProfessionsExpected: []eventv1.Profession{eventv1.Profession_PROFESSION_SOCIAL_WORKER, eventv1.Profession_PROFESSION_PSYCHOLOGIST},
		Bodies:              []string{body, "ASST-LODI"},
	})
	j.Do("2025-03-25", &eventv1.AttendanceConfirmed{
		MeetingId: meeting, Profession: eventv1.Profession_PROFESSION_PSYCHOLOGIST, Body: "ASST-LODI", Note: plain(wordsOfAbsence),
	})
	j.Do("2025-04-01", &eventv1.MeetingHeld{
		MeetingId: meeting, Decisions: plain(wordsOfMeeting),
		Present:   []*eventv1.Presence{{Profession: eventv1.Profession_PROFESSION_SOCIAL_WORKER, Body: body, User: "op.1"}},
		FollowUps: []*eventv1.FollowUp{{What: plain(wordsOfDecided), User: "op.1", DueOn: "2025-04-03"}},
	})
	j.Do("2025-04-02", &eventv1.FollowUpSettled{MeetingId: meeting, Result: eventv1.Settlement_SETTLEMENT_DONE, Note: plain(wordsOfDone)})
}

// throughSELF takes a person from the signal to SELF to closure, with a
// training and a tirocinio.
func throughSELF(t *testing.T, o *office, surname string) *servertest.Journey {
	t.Helper()
	j := servertest.NewJourney(t, o.manager)
	j.Do("2025-01-15", toSELF(servertest.Register(t, o.manager, surname)))
	j.Do("2025-02-01", &eventv1.TakenInCharge{})
	j.As(o.coordinator).Do("2025-02-02", assigned())
	j.Do("2025-02-10", &eventv1.TeamMemberAdded{
		User: "op.8", Profession: eventv1.Profession_PROFESSION_TUTOR, Body: "ASFOL", Role: eventv1.TeamRole_TEAM_ROLE_MEMBER,
	})
	kit := j.Do("2025-02-15", &eventv1.AssessmentOpened{Form: eventv1.Form_FORM_COMPETENCE_BALANCE, FormVersion: "KIT-2"})
	j.Do("2025-02-20", &eventv1.DomainAssessed{
		AssessmentId: kit, Domain: eventv1.Domain_DOMAIN_WORK, NeedLevel: 2, Profession: eventv1.Profession_PROFESSION_TUTOR,
	})
	j.Do("2025-02-21", &eventv1.AssessmentConcluded{AssessmentId: kit})
	project := sign(j, "2025-03-01", eventv1.Measure_MEASURE_SELF)
	train(j)
	work(j)
	finish(j, "2025-11-28", project, eventv1.ClosingReason_CLOSING_REASON_EMPLOYED)
	return j
}

func train(j *servertest.Journey) {
	course := j.Do("2025-03-05", &eventv1.PathProposed{
		Kind: eventv1.PathKind_PATH_KIND_TRAINING, Host: "ASFOL", HostKind: eventv1.BodyKind_BODY_KIND_PUBLIC_BODY,
	})
	j.Do("2025-03-15", &eventv1.PathStarted{PathId: course, EndsOn: "2025-05-31"})
	j.Do("2025-05-31", &eventv1.PathConcluded{PathId: course, Outcome: eventv1.Outcome_OUTCOME_POSITIVE, Certificate: true})
}

func work(j *servertest.Journey) {
	path := j.Do("2025-06-01", &eventv1.PathProposed{
		Kind: eventv1.PathKind_PATH_KIND_TIROCINIO, Host: "FIRM-UNO", HostKind: eventv1.BodyKind_BODY_KIND_COMPANY,
	})
	j.Do("2025-06-05", &eventv1.PathAgreementSigned{PathId: path, Promoter: "ASFOL"})
	j.Do("2025-06-10", &eventv1.PathStarted{PathId: path, EndsOn: "2025-09-10"})
	j.Do("2025-07-01", &eventv1.PathAttended{PathId: path, Month: "2025-06", Minutes: 4_800})
	j.Do("2025-07-10", &eventv1.PathPaid{PathId: path, Month: "2025-06", AmountCents: 45_000, Shares: []*eventv1.FundShare{
		{Fund: eventv1.Fund_FUND_AMBITO, Share: 60}, {Fund: eventv1.Fund_FUND_COMPANY, Share: 40},
	}})
	j.Do("2025-09-10", &eventv1.PathConcluded{PathId: path, Outcome: eventv1.Outcome_OUTCOME_POSITIVE})
	j.Do("2025-10-10", &eventv1.PathFollowedUp{PathId: path, Result: eventv1.FollowUpResult_FOLLOW_UP_RESULT_EMPLOYED})
}

// reported begins a discharge: the ward signals and reports, the case manager
// admits and takes in charge.
func reported(t *testing.T, o *office, surname string, area eventv1.Area, line eventv1.DischargeLine) *servertest.Journey {
	t.Helper()
	j := servertest.NewJourney(t, o.ward)
	j.Do("2025-03-01", toDischarge(servertest.Register(t, o.ward, surname), area))
	j.Do("2025-03-01", &eventv1.DischargeReported{
		Line: line, Source: eventv1.DischargeSource_DISCHARGE_SOURCE_TERRITORIAL_CENTRE, ReportedBy: "COT-LODI", ExpectedOn: "2025-03-05",
	})
	j = j.As(o.manager)
	j.Do("2025-03-02", &eventv1.AdmissibilityAssessed{Admissible: true})
	j.Do("2025-03-02", &eventv1.TakenInCharge{})
	j.As(o.coordinator).Do("2025-03-02", assigned())
	return j
}

// throughHome takes a discharge of the home line from the report to closure.
func throughHome(t *testing.T, o *office, surname string) *servertest.Journey {
	t.Helper()
	j := reported(t, o, surname, eventv1.Area_AREA_ELDERLY, eventv1.DischargeLine_DISCHARGE_LINE_HOME)
	plan := sign(j, "2025-03-03", eventv1.Measure_MEASURE_PAI)
	j.Do("2025-03-03", &eventv1.ProviderChosen{Provider: "COOP-AURORA"})
	j.As(o.ward).Do("2025-03-05", &eventv1.Discharged{At: at(t, "2025-03-05T10:00:00+01:00")})
	j.As(o.provider).Do("2025-03-07", &eventv1.FirstAccess{At: at(t, "2025-03-07T09:00:00+01:00")})
	j.As(o.provider).Do("2025-03-08", &eventv1.AccessDelivered{Kind: eventv1.AccessKind_ACCESS_KIND_NURSING, Minutes: 45})
	j.Do("2025-04-05", &eventv1.ServiceConcluded{Outcome: eventv1.DischargeOutcome_DISCHARGE_OUTCOME_AUTONOMY})
	j.Do("2025-09-05", &eventv1.SixMonthResult{Result: eventv1.Readmission_READMISSION_NOT_READMITTED})
	finish(j, "2025-09-10", plan, eventv1.ClosingReason_CLOSING_REASON_AUTONOMY)
	return j
}

// throughShelter takes a discharge of the homeless line from the report to
// closure.
func throughShelter(t *testing.T, o *office, surname string) *servertest.Journey {
	t.Helper()
	j := reported(t, o, surname, eventv1.Area_AREA_POVERTY, eventv1.DischargeLine_DISCHARGE_LINE_HOMELESS)
	j.Do("2025-03-04", &eventv1.BedAssigned{Bed: "DONNE-1"})
	j.As(o.ward).Do("2025-03-05", &eventv1.Discharged{At: at(t, "2025-03-05T10:00:00+01:00")})
	j.As(o.member).Do("2025-03-05", &eventv1.BedEntered{})
	j.As(o.member).Do("2025-05-20", &eventv1.BedLeft{Destination: eventv1.HousingStatus_HOUSING_STATUS_INDEPENDENT})
	j.Do("2025-05-20", &eventv1.ServiceConcluded{Outcome: eventv1.DischargeOutcome_DISCHARGE_OUTCOME_AUTONOMY})
	finish(j, "2025-05-21", "", eventv1.ClosingReason_CLOSING_REASON_AUTONOMY)
	return j
}
