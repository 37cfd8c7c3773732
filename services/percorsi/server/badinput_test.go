package server_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/access"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	intakev1 "percorsi/internal/gen/percorsi/intake/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	"percorsi/services/percorsi/server/servertest"
)

// desk is what a wrong call is made on: a case with one of each part, another
// one like it, and a discharge that was only signalled.
type desk struct {
	*office
	t      *testing.T
	person string
	// sister is linked with the person, stranger told apart from the person.
	sister, stranger string
	// toldApart is the revision at which the stranger was.
	toldApart              uint64
	mine, other, discharge file
	anonymous              grpc.ClientConnInterface
	elsewhere, abroad      grpc.ClientConnInterface // a case manager and a coordinator of another body
}

// file is a case and what is in it.
type file struct{ id, project, goal, commitment, support, referral, meeting, path, assessment, member string }

func openDesk(t *testing.T) *desk {
	t.Helper()
	o := openOffice(t)
	anonymous, err := grpc.NewClient(o.Addr(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = anonymous.Close() })
	d := &desk{
		office: o, t: t, anonymous: anonymous,
		elsewhere: o.As(access.CaseManager, "op.60", "ASSC"), abroad: o.As(access.Coordinator, "op.61", "ASSC"),
	}
	d.person = servertest.Register(t, o.manager, "Quaini")
	d.sister, d.stranger = servertest.Register(t, o.manager, "Quainini"), servertest.Register(t, o.manager, "Altrini")
	d.settle(t)
	d.bind()
	d.mine, d.other = d.file(), d.file()
	j := servertest.NewJourney(t, o.manager)
	j.Do("2025-03-01", toDischarge(d.person, eventv1.Area_AREA_ELDERLY))
	d.discharge = file{id: j.Case}
	d.settle(t)
	return d
}

// file makes a case of SELF with one of each part.
func (d *desk) file() file {
	j := d.open(d.t, toSELF(d.person))
	f := file{id: j.Case}
	f.project = j.Do("2025-02-02", &eventv1.ProjectDrafted{Measure: eventv1.Measure_MEASURE_SELF, StartsOn: "2025-02-02"})
	f.goal = j.Do("2025-02-02", &eventv1.GoalSet{ProjectId: f.project, General: true})
	f.commitment = j.Do("2025-02-02", &eventv1.CommitmentAgreed{ProjectId: f.project, By: eventv1.Voice_VOICE_BENEFICIARY})
	f.support = j.Do("2025-02-02", &eventv1.SupportArranged{Kind: eventv1.SupportKind_SUPPORT_KIND_TUTORING})
	f.referral = j.Do("2025-02-02", &eventv1.Referred{Kind: eventv1.ReferralKind_REFERRAL_KIND_REFERRAL, ToBody: "ASFOL"})
	f.meeting = j.Do("2025-02-02", &eventv1.MeetingCalled{
		Team: eventv1.TeamKind_TEAM_KIND_SELF, MeetingOn: "2025-02-20", ProfessionsExpected: []eventv1.Profession{eventv1.Profession_PROFESSION_TUTOR},
	})
	f.path = j.Do("2025-02-02", &eventv1.PathProposed{Kind: eventv1.PathKind_PATH_KIND_TRAINING})
	j.Do("2025-02-03", &eventv1.PathStarted{PathId: f.path})
	f.assessment = j.Do("2025-02-02", &eventv1.AssessmentOpened{Form: eventv1.Form_FORM_COMPETENCE_BALANCE, FormVersion: "KIT-2"})
	f.member = j.Do("2025-02-02", &eventv1.TeamMemberAdded{
		User: "op.8", Profession: eventv1.Profession_PROFESSION_TUTOR, Body: "ASFOL", Role: eventv1.TeamRole_TEAM_ROLE_MEMBER,
	})
	j.Do("2025-02-02", &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need_NEED_ECONOMIC}})
	return f
}

// send records a fact as the coordinator, on a day that is right.
func (d *desk) send(f file, content proto.Message) error {
	return d.sendOn(d.coordinator, f, "2025-03-01", 0, content)
}

func (d *desk) sendOn(conn grpc.ClientConnInterface, f file, day string, revision uint64, content proto.Message) error {
	_, err := servertest.Send(d.t, conn, &casefilev1.Command{
		CommandId: uuid.NewString(), CaseId: f.id, Revision: revision, OccurredOn: day,
	}, content)
	return err
}

// register registers somebody with one thing wrong.
func (d *desk) register(kind eventv1.IdentifierKind, change func(*personv1.RegisterPersonRequest)) error {
	r := &personv1.RegisterPersonRequest{
		CommandId: uuid.NewString(), OccurredOn: "2025-01-02", IdentifierKind: kind,
		Identity: &eventv1.Identity{Surname: "Quaini", Name: "Persona"}, Demographics: &eventv1.Demographics{},
	}
	change(r)
	_, err := personv1.NewPersonServiceClient(d.manager).RegisterPerson(d.t.Context(), r)
	return err
}

// signal sends a signal with one thing wrong.
func (d *desk) signal(change func(*intakev1.SignalRequest)) error {
	r := &intakev1.SignalRequest{
		Command: &casefilev1.Command{CommandId: uuid.NewString(), OccurredOn: "2025-01-15"}, Fact: toSELF(d.person),
	}
	change(r)
	_, err := intakev1.NewIntakeServiceClient(d.manager).Signal(d.t.Context(), r)
	return err
}

// wrong is a call that must be refused.
type wrong struct {
	name  string
	call  func(d *desk) error
	code  codes.Code
	field string // that the refusal names; empty where it is no matter of input
}

func TestWrongInputIsRefusedByNameAndLeavesNoTrace(t *testing.T) {
	d := openDesk(t)
	asked := noteCalls(&d.manager, &d.member, &d.coordinator, &d.planner, &d.administrator, &d.ward, &d.elsewhere, &d.abroad)
	for _, w := range slices.Concat(wrongPeople, wrongBonds, wrongRecords, wrongSignals, wrongDays, wrongParts, wrongWatches, wrongWork, wrongAttendance, wrongCorrections, wrongProjects, wrongApprovals, foreignParts, wrongCallers, wrongPlans, wrongReaders, intruders()) {
		t.Run(w.name, func(t *testing.T) {
			before := d.last(t)
			err := w.call(d)
			if status.Code(err) != w.code {
				t.Errorf("answered %v, not %v", err, w.code)
			}
			if w.field != "" && !slices.Contains(fieldsOf(err), w.field) {
				t.Errorf("the refusal names %q, not %q: %v", fieldsOf(err), w.field, err)
			}
			if after := d.last(t); after != before {
				t.Errorf("the log moved from %d to %d", before, after)
			}
		})
	}
	asked.wantEveryMethod(t)
	verify(t, d.administrator)
}

// fieldsOf gives the fields that a refusal names.
func fieldsOf(err error) (out []string) {
	for _, detail := range status.Convert(err).Details() {
		if b, ok := detail.(*errdetails.BadRequest); ok {
			for _, v := range b.GetFieldViolations() {
				out = append(out, v.GetField())
			}
		}
	}
	return out
}

const codice = eventv1.IdentifierKind_IDENTIFIER_KIND_CODICE_FISCALE

var wrongPeople = []wrong{
	{"a codice fiscale whose last character does not fit", func(d *desk) error {
		return d.register(codice, func(r *personv1.RegisterPersonRequest) { r.Identity.Identifier = "RSSMRA80A01H501X" })
	}, codes.InvalidArgument, "identity.identifier"},
	{"a codice fiscale that is too short", func(d *desk) error {
		return d.register(codice, func(r *personv1.RegisterPersonRequest) { r.Identity.Identifier = "RSSMRA80A01" })
	}, codes.InvalidArgument, "identity.identifier"},
	{"no kind of identifier", func(d *desk) error {
		return d.register(0, func(*personv1.RegisterPersonRequest) {})
	}, codes.InvalidArgument, "identifier_kind"},
	{"a birth in the future", func(d *desk) error {
		return d.register(eventv1.IdentifierKind_IDENTIFIER_KIND_NONE, func(r *personv1.RegisterPersonRequest) { r.Identity.BirthDate = "2999-01-01" })
	}, codes.InvalidArgument, "identity.birth_date"},
	{"a birth on a day that does not exist", func(d *desk) error {
		return d.register(eventv1.IdentifierKind_IDENTIFIER_KIND_NONE, func(r *personv1.RegisterPersonRequest) { r.Identity.BirthDate = "1980-02-30" })
	}, codes.InvalidArgument, "identity.birth_date"},
	{"a residence in an unknown Comune", func(d *desk) error {
		return d.register(eventv1.IdentifierKind_IDENTIFIER_KIND_NONE, func(r *personv1.RegisterPersonRequest) { r.Demographics.Comune = "015146" })
	}, codes.InvalidArgument, "demographics.comune"},
	{"somebody registered tomorrow", func(d *desk) error {
		return d.register(eventv1.IdentifierKind_IDENTIFIER_KIND_NONE, func(r *personv1.RegisterPersonRequest) { r.OccurredOn = "2999-01-01" })
	}, codes.InvalidArgument, "occurred_on"},
	{"a search for nobody", func(d *desk) error {
		_, err := personv1.NewPersonServiceClient(d.manager).FindPersons(d.t.Context(), &personv1.FindPersonsRequest{})
		return err
	}, codes.InvalidArgument, "surname"},
}

var wrongSignals = []wrong{
	{"an unknown Comune", func(d *desk) error {
		return d.signal(func(r *intakev1.SignalRequest) { r.Fact.Comune = "015146" })
	}, codes.InvalidArgument, "fact.comune"},
	{"a Comune by its name", func(d *desk) error {
		return d.signal(func(r *intakev1.SignalRequest) { r.Fact.Comune = "Lodi" })
	}, codes.InvalidArgument, "fact.comune"},
	{"a pathway that this version does not know", func(d *desk) error {
		return d.signal(func(r *intakev1.SignalRequest) { r.Fact.Pathway = 99 })
	}, codes.InvalidArgument, "fact.pathway"},
	{"no pathway", func(d *desk) error {
		return d.signal(func(r *intakev1.SignalRequest) { r.Fact.Pathway = 0 })
	}, codes.InvalidArgument, "fact.pathway"},
	{"SELF without its flow", func(d *desk) error {
		return d.signal(func(r *intakev1.SignalRequest) { r.Fact.Flow = 0 })
	}, codes.InvalidArgument, "fact.flow"},
	{"a field that this version does not know", func(d *desk) error {
		return d.signal(func(r *intakev1.SignalRequest) {
			r.GetFact().ProtoReflect().SetUnknown(protowire.AppendVarint(protowire.AppendTag(nil, 999, protowire.VarintType), 1))
		})
	}, codes.InvalidArgument, "fact"},
	{"no command", func(d *desk) error {
		return d.signal(func(r *intakev1.SignalRequest) { r.Command = nil })
	}, codes.InvalidArgument, "command"},
	{"no fact", func(d *desk) error {
		return d.signal(func(r *intakev1.SignalRequest) { r.Fact = nil })
	}, codes.InvalidArgument, "fact"},
	{"no id of the command", func(d *desk) error {
		return d.signal(func(r *intakev1.SignalRequest) { r.Command.CommandId = "" })
	}, codes.InvalidArgument, "command.command_id"},
	{"an id of the command that is none", func(d *desk) error {
		return d.signal(func(r *intakev1.SignalRequest) { r.Command.CommandId = "42" })
	}, codes.InvalidArgument, "command.command_id"},
	{"a new case under an id that is not the command's", func(d *desk) error {
		return d.signal(func(r *intakev1.SignalRequest) { r.Command.CaseId = uuid.NewString() })
	}, codes.InvalidArgument, "command.case_id"},
	{"no person", func(d *desk) error {
		return d.signal(func(r *intakev1.SignalRequest) { r.Fact.PersonId = "" })
	}, codes.InvalidArgument, "fact.person_id"},
	{"a person who is not registered", func(d *desk) error {
		return d.signal(func(r *intakev1.SignalRequest) { r.Fact.PersonId = uuid.NewString() })
	}, codes.InvalidArgument, "fact.person_id"},
	{"words beyond all measure", func(d *desk) error {
		return d.signal(func(r *intakev1.SignalRequest) { r.Fact.Note = plain(strings.Repeat("a", 8001)) })
	}, codes.InvalidArgument, "fact.note.plain"},
	{"words that claim to be sealed", func(d *desk) error {
		return d.signal(func(r *intakev1.SignalRequest) {
			r.Fact.Note = &eventv1.Text{Form: &eventv1.Text_Sealed{Sealed: []byte("in the clear")}}
		})
	}, codes.InvalidArgument, "fact.note.sealed"},
	{"a body of 10 MB", func(d *desk) error {
		return d.signal(func(r *intakev1.SignalRequest) { r.Fact.Note = plain(strings.Repeat("a", 10<<20)) })
	}, codes.ResourceExhausted, ""},
	{"the same id with another content", func(d *desk) error {
		command := &casefilev1.Command{CommandId: d.mine.id, OccurredOn: "2025-01-15"}
		_, err := servertest.Send(d.t, d.coordinator, command, toDischarge(d.person, eventv1.Area_AREA_ELDERLY))
		return err
	}, codes.AlreadyExists, ""},
}

var wrongDays = []wrong{
	{"a fact of tomorrow", func(d *desk) error {
		return d.sendOn(d.coordinator, d.mine, "2999-01-01", 0, &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE})
	}, codes.InvalidArgument, "command.occurred_on"},
	{"a day that does not exist", func(d *desk) error {
		return d.sendOn(d.coordinator, d.mine, "2025-02-30", 0, &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE})
	}, codes.InvalidArgument, "command.occurred_on"},
	{"no day", func(d *desk) error {
		return d.sendOn(d.coordinator, d.mine, "", 0, &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE})
	}, codes.InvalidArgument, "command.occurred_on"},
	{"a fact from before the case began", func(d *desk) error {
		return d.sendOn(d.coordinator, d.mine, "2024-12-31", 0, &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE})
	}, codes.InvalidArgument, "command.occurred_on"},
	{"a project that ends before it starts", func(d *desk) error {
		return d.send(d.mine, &eventv1.ProjectDrafted{Measure: eventv1.Measure_MEASURE_SELF, StartsOn: "2025-06-01", EndsOn: "2025-05-31"})
	}, codes.InvalidArgument, "fact.ends_on"},
	{"a summons to a meeting that is past", func(d *desk) error {
		return d.send(d.mine, &eventv1.Summoned{Channel: eventv1.Channel_CHANNEL_LETTER, MeetingOn: "2025-02-01"})
	}, codes.InvalidArgument, "fact.meeting_on"},
	{"a discharge before its report", func(d *desk) error {
		return d.send(d.discharge, &eventv1.Discharged{At: timestamppb.Now()})
	}, codes.FailedPrecondition, ""},
	{"a discharge in a case of SELF", func(d *desk) error {
		return d.send(d.mine, &eventv1.DischargeReported{
			Line: eventv1.DischargeLine_DISCHARGE_LINE_HOME, Source: eventv1.DischargeSource_DISCHARGE_SOURCE_WARD, ReportedBy: "COT-LODI",
		})
	}, codes.FailedPrecondition, ""},
	{"a case closed with a path still open", func(d *desk) error {
		err := d.sendOn(d.coordinator, d.mine, "2025-03-01", d.revision(d.mine, "intake"),
			&eventv1.Closed{Outcome: eventv1.Outcome_OUTCOME_POSITIVE, Reason: eventv1.ClosingReason_CLOSING_REASON_AUTONOMY})
		return err
	}, codes.FailedPrecondition, ""},
}

// revision reads the revision of a part.
func (d *desk) revision(f file, part string) uint64 {
	for _, p := range d.get(d.t, d.coordinator, f.id).GetParts() {
		if p.GetPart() == part {
			return p.GetRevision()
		}
	}
	d.t.Fatalf("there is no part %s", part)
	return 0
}

var needs = &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need_NEED_WORK_INCLUSION}}

var wrongParts = []wrong{
	{"shares of a budget that sum to 90", func(d *desk) error {
		return d.send(d.mine, &eventv1.BudgetSet{ProjectId: d.mine.project, Lines: []*eventv1.BudgetLine{
			{Fund: eventv1.Fund_FUND_QSFP, AmountCents: 100, Share: 60}, {Fund: eventv1.Fund_FUND_COMUNE, AmountCents: 100, Share: 30},
		}})
	}, codes.InvalidArgument, "fact.lines"},
	{"shares of an allowance that sum to 110", func(d *desk) error {
		return d.send(d.mine, &eventv1.PathPaid{PathId: d.mine.path, Month: "2025-02", AmountCents: 100, Shares: []*eventv1.FundShare{
			{Fund: eventv1.Fund_FUND_AMBITO, Share: 60}, {Fund: eventv1.Fund_FUND_COMPANY, Share: 50},
		}})
	}, codes.InvalidArgument, "fact.shares"},
	{"a household with a member who is not registered", func(d *desk) error {
		return d.send(d.mine, &eventv1.HouseholdRecorded{Members: []*eventv1.HouseholdMember{
			{PersonId: d.person, Relation: eventv1.Relation_RELATION_APPLICANT},
			{PersonId: uuid.NewString(), Relation: eventv1.Relation_RELATION_CHILD},
		}})
	}, codes.InvalidArgument, "fact.members"},
	{"a form in a version that is not in use", func(d *desk) error {
		return d.send(d.mine, &eventv1.AssessmentOpened{Form: eventv1.Form_FORM_MULTIDIMENSIONAL, FormVersion: "1999"})
	}, codes.InvalidArgument, "fact.form_version"},
	{"a score beyond its scale", func(d *desk) error {
		return d.send(d.mine, &eventv1.DomainAssessed{
			AssessmentId: d.mine.assessment, Domain: eventv1.Domain_DOMAIN_HEALTH, Profession: eventv1.Profession_PROFESSION_NURSE,
			Scale: "BRASS", ScaleVersion: "1992", Score: 41,
		})
	}, codes.InvalidArgument, "fact.score"},
	{"a change that states no revision", func(d *desk) error {
		return d.sendOn(d.coordinator, d.mine, "2025-03-01", 0, needs)
	}, codes.Aborted, ""},
	{"a change that states a revision to come", func(d *desk) error {
		return d.sendOn(d.coordinator, d.mine, "2025-03-01", 1<<40, needs)
	}, codes.Aborted, ""},
	{"a case id that is none", func(d *desk) error {
		return d.send(file{id: "42"}, needs)
	}, codes.InvalidArgument, "command.case_id"},
	{"no case", func(d *desk) error { return d.send(file{}, needs) }, codes.NotFound, ""},
	{"a case that does not exist", func(d *desk) error { return d.send(file{id: uuid.NewString()}, needs) }, codes.NotFound, ""},
	{"a page token of nowhere", func(d *desk) error {
		_, err := casefilev1.NewCaseFileServiceClient(d.manager).GetHistory(d.t.Context(),
			&casefilev1.GetHistoryRequest{CaseId: d.mine.id, PageToken: "somewhere"})
		return err
	}, codes.InvalidArgument, "page_token"},
	{"a page without end", func(d *desk) error {
		_, err := casefilev1.NewCaseFileServiceClient(d.manager).ListCases(d.t.Context(), &casefilev1.ListCasesRequest{PageSize: 501})
		return err
	}, codes.InvalidArgument, "page_size"},
	{"cases that lack nothing in particular", func(d *desk) error {
		_, err := casefilev1.NewCaseFileServiceClient(d.manager).ListCases(d.t.Context(), &casefilev1.ListCasesRequest{Lacks: []casefilev1.Lack{0}})
		return err
	}, codes.InvalidArgument, "lacks[0]"},
	{"figures of teams that end before they begin", func(d *desk) error {
		_, err := casefilev1.NewCaseFileServiceClient(d.manager).ListTeamFigures(d.t.Context(), &casefilev1.ListTeamFiguresRequest{From: "2025-03-01", To: "2025-02-01"})
		return err
	}, codes.InvalidArgument, "to"},
	{"figures of teams from a day that there is not", func(d *desk) error {
		_, err := casefilev1.NewCaseFileServiceClient(d.manager).ListTeamFigures(d.t.Context(), &casefilev1.ListTeamFiguresRequest{From: "2025-02-30"})
		return err
	}, codes.InvalidArgument, "from"},
	{"what a meeting did not decide", func(d *desk) error {
		return d.send(d.mine, &eventv1.FollowUpSettled{MeetingId: d.mine.meeting, FollowUp: 3, Result: eventv1.Settlement_SETTLEMENT_DONE})
	}, codes.InvalidArgument, "fact.follow_up"},
	{"more than a meeting can decide", func(d *desk) error {
		return d.send(d.mine, &eventv1.FollowUpSettled{MeetingId: d.mine.meeting, FollowUp: 50, Result: eventv1.Settlement_SETTLEMENT_DONE})
	}, codes.InvalidArgument, "fact.follow_up"},
	{"what was due earlier than yesterday", func(d *desk) error {
		days := int32(-2)
		_, err := casefilev1.NewCaseFileServiceClient(d.manager).ListClocks(d.t.Context(), &casefilev1.ListClocksRequest{DueWithinDays: &days})
		return err
	}, codes.InvalidArgument, "due_within_days"},
}
