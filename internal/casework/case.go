package casework

import (
	"github.com/google/uuid"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Position is the place of a commit in the log, from 1.
type Position uint64

// Revision is the position of the commit that last changed a part of a case.
// Being a position it leads straight to who changed the part and when. The
// zero Revision means that the part is not there yet.
type Revision uint64

// CaseID names a case. It is the id of the command that opened the case.
type CaseID = uuid.UUID

// Status is where a case stands, the same for every pathway.
type Status int32

// The statuses, in the order a case passes them. The numbers are those of the
// API.
const (
	Signalled Status = iota + 1
	Waiting
	InCharge
	Suspended
	Closed
	Refused
	// Voided is a case that was entered in error: its opening was voided. It
	// keeps its person and its bodies, so that who saw it still does; it has no
	// clocks and counts nowhere.
	Voided
)

// Case is one case, whole: everything Decide asks about, clocks are counted
// from and indicators are computed of. Days are zero where a thing did not
// happen. A Case is never changed; Evolve gives a new one.
//
// The names in the cel tags are those that definitions of indicators use.
type Case struct {
	ID      CaseID          `cel:"id"`
	Pathway eventv1.Pathway `cel:"pathway"`
	Area    eventv1.Area    `cel:"area"`
	Service eventv1.Service `cel:"service"`
	Status  Status          `cel:"status"`
	// Person is the pseudonym of the person, or of the applicant.
	Person string `cel:"person"`
	// Comune is the ISTAT code of the Comune responsible for the case.
	Comune string `cel:"comune"`
	// ManagingBody is the titolare; a transfer changes it. It and the case
	// manager are those of the newest day in Responsible.
	ManagingBody    string           `cel:"managing_body"`
	SignalledBy     string           `cel:"signalled_by"`
	SignalledByKind eventv1.BodyKind `cel:"signalled_by_kind"`
	Flow            eventv1.Flow     `cel:"flow"`
	CaseManager     string           `cel:"case_manager"`
	CaseManagerBody string           `cel:"case_manager_body"`

	// OpenedOn is the day of the signal or of the application.
	OpenedOn      Day                     `cel:"opened_on"`
	PadSignedOn   Day                     `cel:"pad_signed_on"`
	TransmittedOn Day                     `cel:"transmitted_on"`
	AcceptedOn    Day                     `cel:"accepted_on"`
	Decision      eventv1.MeasureDecision `cel:"decision"`
	EligibleOn    Day                     `cel:"eligible_on"`
	Eligible      bool                    `cel:"eligible"`
	InChargeOn    Day                     `cel:"in_charge_on"`
	AssignedOn    Day                     `cel:"assigned_on"`
	SummonedOn    Day                     `cel:"summoned_on"`
	// The days from which the newest decision, needs and household are true:
	// what is older and recorded later does not replace them.
	DecidedOn, NeedsOn, HouseholdOn Day
	// FirstMeetingOn is the first meeting with the service.
	FirstMeetingOn Day `cel:"first_meeting_on"`
	// ClosedOn is the day of the closure or of the refusal.
	ClosedOn      Day                   `cel:"closed_on"`
	Outcome       eventv1.Outcome       `cel:"outcome"`
	ClosingReason eventv1.ClosingReason `cel:"closing_reason"`
	// RefusalReason is set for a refused case.
	RefusalReason eventv1.RefusalReason `cel:"refusal_reason"`

	Needs []eventv1.Need `cel:"needs"`
	// Housing is every situation recorded, oldest first.
	Housing   []*Housing `cel:"housing"`
	Household []*Member  `cel:"household"`
	// Composition is every household recorded, oldest first, see Memberships.
	Composition []*Composition
	Contacts    []*Contact  `cel:"contacts"`
	Referrals   []*Referral `cel:"referrals"`
	// Responsible is every change of who is responsible, oldest first, see
	// Tenures.
	Responsible []*Charge
	Assessments []*Assessment `cel:"assessments"`
	Team        []*TeamMember `cel:"team"`
	Meetings    []*Meeting    `cel:"meetings"`
	Projects    []*Project    `cel:"projects"`
	Supports    []*Support    `cel:"supports"`
	Evaluations []*Evaluation `cel:"evaluations"`
	Paths       []*Path       `cel:"paths"`
	// Closure is nil until one is proposed.
	Closure *Closure
	// Discharge is nil until one is reported.
	Discharge *Discharge `cel:"discharge"`
	// Bodies is every body that worked on the case: managing, signalling,
	// called, present, providing, hosting; each once, in order of appearance.
	Bodies []string `cel:"bodies"`

	// Parts holds the revision of every part that is there.
	Parts []PartRevision
	// Timeline is every fact in the order it was recorded.
	Timeline []Moment
	// Commands is every command that was recorded, for the life of the case.
	Commands []Answered
	// Opened is the position of the commit that opened the case.
	Opened Position
	// Corrections is every correction of a fact, the oldest first.
	Corrections []*Correction
	// Last is the position of the newest commit.
	Last Position
}

// PartRevision is a part of a case with its revision.
type PartRevision struct {
	Part     Part
	Revision Revision
}

// Answered remembers a command, so that a retry gets the first answer.
type Answered struct {
	ID       uuid.UUID
	Digest   [16]byte
	Position Position
}

// Moment is one fact as clocks and histories need it.
type Moment struct {
	Position Position
	// Kind is the number of the fact in the event schema.
	Kind int32
	// Day it was true.
	Day Day
	// At is the moment in Unix seconds, for facts that state one; else 0.
	At int64
	// About is the member, path or other thing the fact is about, or the mark
	// that tells it from others of its kind (see FactRef); else empty.
	About string
}

// Housing is a housing situation from a day on.
type Housing struct {
	Status eventv1.HousingStatus `cel:"status"`
	On     Day                   `cel:"on"`
}

// Member is one member of the household.
type Member struct {
	Person     string             `cel:"person"`
	Relation   eventv1.Relation   `cel:"relation"`
	Obligation eventv1.Obligation `cel:"obligation"`
	// SentOn is the day the member was sent to the CPI.
	SentOn Day `cel:"sent_on"`
	// PactOn is the day of the patto di servizio personalizzato.
	PactOn Day `cel:"pact_on"`
}

// Contact is an attempt to reach the person.
type Contact struct {
	On      Day             `cel:"on"`
	Channel eventv1.Channel `cel:"channel"`
	Reached bool            `cel:"reached"`
}

// Referral is a referral or transfer to another body, or a hand-over to a
// colleague.
type Referral struct {
	ID       string               `cel:"id"`
	Kind     eventv1.ReferralKind `cel:"kind"`
	ToBody   string               `cel:"to_body"`
	Answer   eventv1.AnswerKind   `cel:"answer"`
	SentOn   Day                  `cel:"sent_on"`
	AnswerOn Day                  `cel:"answer_on"`
	// ToUser is the colleague who is asked, for a hand-over.
	ToUser string `cel:"to_user"`
	// Refusal is why it was refused.
	Refusal eventv1.ReferralRefusal `cel:"refusal"`
}

// Assessment is one assessment with what was found in its domains.
type Assessment struct {
	ID          string                 `cel:"id"`
	Form        eventv1.Form           `cel:"form"`
	FormVersion string                 `cel:"form_version"`
	OpenedOn    Day                    `cel:"opened_on"`
	Result      eventv1.AnalysisResult `cel:"result"`
	ConcludedOn Day                    `cel:"concluded_on"`
	ConcludedBy string                 `cel:"concluded_by"`
	// ApprovedOn is that of Approval, by the name that definitions know.
	ApprovedOn Day              `cel:"approved_on"`
	Domains    []*DomainFinding `cel:"domains"`
	Strengths  []*Strength
	Approval   Approval
}

// DomainFinding is what was found in one domain with one scale, or without one.
type DomainFinding struct {
	Domain     eventv1.Domain     `cel:"domain"`
	Scale      string             `cel:"scale"`
	Score      int64              `cel:"score"`
	NeedLevel  int64              `cel:"need_level"`
	Profession eventv1.Profession `cel:"profession"`
	On         Day                `cel:"on"`
	// ScaleVersion and Items are what the score was made of.
	ScaleVersion string
	Items        []*eventv1.ScaleItem
	// By is the pseudonym of who assessed.
	By string
}

// Strength is a strength or resource that was found in a domain; its words are
// in the log.
type Strength struct {
	Domain eventv1.Domain
	// By is the pseudonym of who found it.
	By string
	On Day
}

// Participants gives the pseudonyms of everybody who recorded a finding or a
// strength, in order of appearance, each once.
func (a *Assessment) Participants() []string {
	var out []string
	for _, d := range a.Domains {
		out = involve(out, d.By)
	}
	for _, s := range a.Strengths {
		out = involve(out, s.By)
	}
	return out
}

// TeamMember is one professional of the team.
type TeamMember struct {
	ID         string             `cel:"id"`
	User       string             `cel:"user"`
	Profession eventv1.Profession `cel:"profession"`
	Body       string             `cel:"body"`
	Role       eventv1.TeamRole   `cel:"role"`
	From       Day                `cel:"from"`
	To         Day                `cel:"to"`
}

// Meeting is a meeting of a multidisciplinary team.
type Meeting struct {
	ID        string               `cel:"id"`
	Team      eventv1.TeamKind     `cel:"team"`
	CalledOn  Day                  `cel:"called_on"`
	ForDay    Day                  `cel:"for_day"`
	HeldOn    Day                  `cel:"held_on"`
	Cancelled bool                 `cel:"cancelled"`
	Expected  []eventv1.Profession `cel:"expected"`
	Present   []eventv1.Profession `cel:"present"`
	// ExpectedPresent counts the expected professions that were present.
	ExpectedPresent int64 `cel:"expected_present"`
	// Bodies is every body that was called or present, BodiesPresent those
	// that were present, each once.
	Bodies        []string `cel:"bodies"`
	BodiesPresent []string `cel:"bodies_present"`
	// UsersPresent has the pseudonyms of those present who have one, each once.
	UsersPresent []string
	// FollowUps is what has to be done after it; a follow-up is named by its
	// place from 0.
	FollowUps []*FollowUp
	// Answers is what those who are called said, in the order of their first
	// answers.
	Answers []*Attendance
}

// FollowUp is something that a meeting decided has to be done.
type FollowUp struct {
	// User and Body do it; empty where none was named.
	User, Body string
	// DueOn is the newest day set for it, since MovedOn where it was put off.
	DueOn, MovedOn Day
	// Result is Done or Dropped since SettledOn; zero while it has to be done.
	Result    eventv1.Settlement
	SettledOn Day
	// What is sealed.
	What *eventv1.Text
}

// Attendance is what somebody who is called to a meeting said last.
type Attendance struct {
	Profession eventv1.Profession
	Body, User string
	Coming     bool
	On         Day
}

// Support is a support, in a project or on the case itself.
type Support struct {
	ID         string              `cel:"id"`
	Project    string              `cel:"project"`
	Kind       eventv1.SupportKind `cel:"kind"`
	Provider   string              `cel:"provider"`
	Unit       eventv1.Unit        `cel:"unit"`
	Fund       eventv1.Fund        `cel:"fund"`
	Quantity   int64               `cel:"quantity"`
	ArrangedOn Day                 `cel:"arranged_on"`
	StartedOn  Day                 `cel:"started_on"`
	StoppedOn  Day                 `cel:"stopped_on"`
	Outcome    eventv1.Outcome     `cel:"outcome"`
	// Deliveries is every delivery, oldest first.
	Deliveries []*Delivery `cel:"deliveries"`
}

// Delivery is one delivery of a support.
type Delivery struct {
	On       Day   `cel:"on"`
	Quantity int64 `cel:"quantity"`
}

// Evaluation is an evaluation, or the reason why one is missing.
type Evaluation struct {
	// Project is empty for the case as a whole.
	Project   string                `cel:"project"`
	Voice     eventv1.Voice         `cel:"voice"`
	Aspect    eventv1.Aspect        `cel:"aspect"`
	Judgement eventv1.Judgement     `cel:"judgement"`
	Missing   eventv1.MissingReason `cel:"missing"`
	On        Day                   `cel:"on"`
	// HasScore says whether Score was asked.
	HasScore bool  `cel:"has_score"`
	Score    int64 `cel:"score"`
}

// Path is a path of SELF.
type Path struct {
	ID            string           `cel:"id"`
	Kind          eventv1.PathKind `cel:"kind"`
	Host          string           `cel:"host"`
	HostKind      eventv1.BodyKind `cel:"host_kind"`
	HostSince     Day              `cel:"host_known_since"`
	SocialFarming bool             `cel:"social_farming"`
	ProposedOn    Day              `cel:"proposed_on"`
	AgreedOn      Day              `cel:"agreed_on"`
	StartedOn     Day              `cel:"started_on"`
	// EndsOn is the last day foreseen.
	EndsOn    Day  `cel:"ends_on"`
	Suspended bool `cel:"suspended"`
	// EndedOn is the day of the conclusion or of the interruption.
	EndedOn     Day                    `cel:"ended_on"`
	Interrupted bool                   `cel:"interrupted"`
	Outcome     eventv1.Outcome        `cel:"outcome"`
	Certificate bool                   `cel:"certificate"`
	FollowUp    eventv1.FollowUpResult `cel:"follow_up"`
	Payments    []*Payment             `cel:"payments"`
	Minutes     int64                  `cel:"minutes"`
}

// Payment is the allowance of one month.
type Payment struct {
	Month string `cel:"month"`
	On    Day    `cel:"on"`
	Cents int64  `cel:"cents"`
}

// Discharge is a protected discharge.
type Discharge struct {
	Line         eventv1.DischargeLine   `cel:"line"`
	Source       eventv1.DischargeSource `cel:"source"`
	ReportedBy   string                  `cel:"reported_by"`
	ReportedOn   Day                     `cel:"reported_on"`
	ExpectedOn   Day                     `cel:"expected_on"`
	Admitted     bool                    `cel:"admitted"`
	AdmittedOn   Day                     `cel:"admitted_on"`
	DischargedOn Day                     `cel:"discharged_on"`
	// DischargedAt and FirstAccessAt are Unix seconds; 0 if not yet.
	DischargedAt    int64                    `cel:"discharged_at"`
	FirstAccessAt   int64                    `cel:"first_access_at"`
	FirstAccessOn   Day                      `cel:"first_access_on"`
	Provider        string                   `cel:"provider"`
	ProviderOn      Day                      `cel:"provider_on"`
	HomeCareMinutes int64                    `cel:"home_care_minutes"`
	NursingMinutes  int64                    `cel:"nursing_minutes"`
	Bed             string                   `cel:"bed"`
	BedAssignedOn   Day                      `cel:"bed_assigned_on"`
	BedEnteredOn    Day                      `cel:"bed_entered_on"`
	BedLeftOn       Day                      `cel:"bed_left_on"`
	Destination     eventv1.HousingStatus    `cel:"destination"`
	ConcludedOn     Day                      `cel:"concluded_on"`
	Outcome         eventv1.DischargeOutcome `cel:"outcome"`
	SixMonth        eventv1.Readmission      `cel:"six_month"`
	SixMonthOn      Day                      `cel:"six_month_on"`
}
