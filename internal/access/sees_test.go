package access_test

import (
	"testing"

	"pgregory.net/rapid"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// level puts what a caller reads of a case in one word.
func level(c access.Caller, k *casework.Case) string {
	switch {
	case access.ReadsWords(c, k):
		return "words"
	case access.ReadsFile(c, k):
		return "file"
	case access.Sees(c, k):
		return "outline"
	default:
		return "nothing"
	}
}

// aCase is a protected discharge that ACSI manages: HOSPITAL signalled and
// reported it, CAREGIVER was chosen, MEALS supports, KITCHEN hosts a path,
// SCHOOL was called to a meeting, ASSC is asked to take over, PARISH said no,
// op.7 is case manager, op.8 in the team and op.9 was.
func aCase() *casework.Case {
	return &casework.Case{
		Service:      eventv1.Service_SERVICE_PROTECTED_DISCHARGE,
		ManagingBody: "ACSI",
		SignalledBy:  "HOSPITAL",
		CaseManager:  "op.7",
		Team: []*casework.TeamMember{
			{User: "op.8", Body: "SERD"},
			{User: "op.9", Body: "SERD", To: 20000},
		},
		Referrals: []*casework.Referral{
			{ID: "r1", Kind: eventv1.ReferralKind_REFERRAL_KIND_TRANSFER, ToBody: "ASSC"},
			{ID: "r2", Kind: eventv1.ReferralKind_REFERRAL_KIND_REFERRAL, ToBody: "PARISH", Answer: eventv1.AnswerKind_ANSWER_KIND_REFUSED},
			{ID: "r3", Kind: eventv1.ReferralKind_REFERRAL_KIND_REFERRAL, ToBody: "CARITAS", Answer: eventv1.AnswerKind_ANSWER_KIND_ACCEPTED},
			{ID: "r4", Kind: eventv1.ReferralKind_REFERRAL_KIND_REFERRAL, ToBody: "CPS", Answer: eventv1.AnswerKind_ANSWER_KIND_REVOKED},
		},
		Supports:  []*casework.Support{{Provider: "MEALS"}},
		Discharge: &casework.Discharge{ReportedBy: "WARD", Provider: "CAREGIVER"},
		Bodies:    []string{"ACSI", "HOSPITAL", "WARD", "CAREGIVER", "MEALS", "KITCHEN", "SCHOOL"},
	}
}

func TestWhatEachCallerReadsOfACase(t *testing.T) {
	for _, c := range []struct {
		sentence string
		caller   access.Caller
		open     string
		sealed   string
	}{
		{"a case manager of the managing body", staff(access.CaseManager, "op.1", "ACSI"), "words", "words"},
		{"a coordinator of the managing body", staff(access.Coordinator, "op.1", "ACSI"), "words", "words"},
		{"a team member of the managing body", staff(access.TeamMember, "op.1", "ACSI"), "words", "words"},
		{"the case manager, whatever the body", staff(access.CaseManager, "op.7", "ELSEWHERE"), "words", "words"},
		{"a professional of the team", staff(access.TeamMember, "op.8", "ELSEWHERE"), "words", "words"},
		{"a professional who left the team", staff(access.TeamMember, "op.9", "ELSEWHERE"), "nothing", "nothing"},
		{"a colleague of who left the team", staff(access.TeamMember, "op.1", "SERD"), "nothing", "nothing"},
		{"staff of a body that was called", staff(access.CaseManager, "op.1", "SCHOOL"), "words", "nothing"},
		{"staff of a body that is asked to take over", staff(access.Coordinator, "op.1", "ASSC"), "words", "nothing"},
		{"staff of a body that joined", staff(access.CaseManager, "op.1", "CARITAS"), "words", "nothing"},
		{"staff of a body that said no", staff(access.CaseManager, "op.1", "PARISH"), "nothing", "nothing"},
		{"staff of a body that is no longer asked", staff(access.CaseManager, "op.1", "CPS"), "nothing", "nothing"},
		{"staff of a body that has no part", staff(access.Coordinator, "op.1", "ELSEWHERE"), "nothing", "nothing"},
		{"staff without a body", staff(access.Coordinator, "op.1", ""), "nothing", "nothing"},
		{"a planner", access.Caller{User: "op.1", Role: access.Planner, Body: "ACSI"}, "file", "nothing"},
		{"a planner who is the case manager elsewhere", access.Caller{User: "op.7", Role: access.Planner}, "file", "nothing"},
		{"an administrator", access.Caller{User: "op.1", Role: access.Administrator, Body: "ACSI"}, "file", "nothing"},
		{"the body that signalled", reporter("HOSPITAL"), "outline", "nothing"},
		{"the body that reported", reporter("WARD"), "outline", "nothing"},
		{"the provider that was chosen", reporter("CAREGIVER"), "outline", "nothing"},
		{"the provider of a support", reporter("MEALS"), "outline", "nothing"},
		{"a body that was only called", reporter("SCHOOL"), "nothing", "nothing"},
		{"a firm that hosts a path", reporter("KITCHEN"), "nothing", "nothing"},
		{"a reporting body without a part", reporter("ELSEWHERE"), "nothing", "nothing"},
		{"a reporting body without a name", reporter(""), "nothing", "nothing"},
		{"the managing body itself, reporting", reporter("ACSI"), "nothing", "nothing"},
		{"nobody", access.Caller{}, "nothing", "nothing"},
		{"an unknown role", access.Caller{User: "op.7", Role: "director", Body: "ACSI"}, "nothing", "nothing"},
	} {
		k := aCase()
		if got := level(c.caller, k); got != c.open {
			t.Errorf("%s reads %s, want %s", c.sentence, got, c.open)
		}
		for _, service := range []eventv1.Service{eventv1.Service_SERVICE_ANTI_VIOLENCE_CENTRE, eventv1.Service_SERVICE_ANTI_TRAFFICKING} {
			k.Service = service
			if got := level(c.caller, k); got != c.sealed {
				t.Errorf("%s reads %s of a sealed case, want %s", c.sentence, got, c.sealed)
			}
		}
	}
}

// A citizen who signalled is an empty body, and so is a case nobody has yet.
func TestAnEmptyNameOpensNoCase(t *testing.T) {
	blank := &casework.Case{
		Team:      []*casework.TeamMember{{}},
		Referrals: []*casework.Referral{{}},
		Supports:  []*casework.Support{{}},
		Discharge: &casework.Discharge{},
		Bodies:    []string{""},
	}
	for _, role := range []access.Role{access.CaseManager, access.TeamMember, access.Coordinator, access.ReportingBody} {
		if access.Sees(access.Caller{Role: role}, blank) {
			t.Errorf("%s sees a case that belongs to nobody", role)
		}
	}
}

func TestNobodySeesACaseThatIsNotThere(t *testing.T) {
	for _, role := range access.Roles() {
		if access.Sees(access.Caller{User: "op.1", Role: role, Body: "ACSI"}, nil) {
			t.Errorf("%s sees it", role)
		}
	}
}

func TestSealingACaseNeverShowsMoreOfIt(t *testing.T) {
	bodies := rapid.SampledFrom([]string{"", "ACSI", "HOSPITAL", "WARD", "SCHOOL", "ASSC", "SERD"})
	users := rapid.SampledFrom([]string{"", "op.1", "op.7", "op.8", "op.9"})
	rapid.Check(t, func(t *rapid.T) {
		c := access.Caller{
			User: users.Draw(t, "user"),
			Role: rapid.SampledFrom(access.Roles()).Draw(t, "role"),
			Body: bodies.Draw(t, "body"),
		}
		k := aCase()
		k.ManagingBody = bodies.Draw(t, "managing body")
		k.SignalledBy = bodies.Draw(t, "signalled by")
		k.CaseManager = users.Draw(t, "case manager")
		sealed := *k
		sealed.Service = eventv1.Service_SERVICE_ANTI_VIOLENCE_CENTRE
		if access.Sees(c, &sealed) && !access.ReadsWords(c, k) {
			t.Fatal("the seal opened the case")
		}
		if access.ReadsWords(c, k) && !isStaff(c.Role) {
			t.Fatal("words are for staff")
		}
		if access.Sees(c, &sealed) && c.Body != k.ManagingBody && c.User != k.CaseManager && c.User != "op.8" {
			t.Fatal("somebody from outside sees a sealed case")
		}
	})
}

func isStaff(r access.Role) bool {
	return r == access.CaseManager || r == access.TeamMember || r == access.Coordinator
}

func staff(role access.Role, user, body string) access.Caller {
	return access.Caller{User: user, Role: role, Body: body}
}

func reporter(body string) access.Caller {
	return access.Caller{User: "op.1", Role: access.ReportingBody, Body: body}
}

func BenchmarkSees(b *testing.B) {
	k := aCase()
	c := staff(access.CaseManager, "op.1", "ELSEWHERE")
	for b.Loop() {
		if access.Sees(c, k) {
			b.Fatal("sees a case of others")
		}
	}
}
