package access_test

import (
	"strings"
	"testing"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

var (
	signalledBy = func(body string) *eventv1.Fact {
		return &eventv1.Fact{Fact: &eventv1.Fact_Signalled{Signalled: &eventv1.Signalled{SignalledBy: body}}}
	}
	reportedBy = func(body string) *eventv1.Fact {
		return &eventv1.Fact{Fact: &eventv1.Fact_DischargeReported{DischargeReported: &eventv1.DischargeReported{ReportedBy: body}}}
	}
	referral = func(kind eventv1.ReferralKind) *eventv1.Fact {
		return &eventv1.Fact{Fact: &eventv1.Fact_Referred{Referred: &eventv1.Referred{Kind: kind}}}
	}
	answerTo = func(id string) *eventv1.Fact { return answerOf(id, eventv1.AnswerKind_ANSWER_KIND_ACCEPTED) }
	takeBack = func(id string) *eventv1.Fact { return answerOf(id, eventv1.AnswerKind_ANSWER_KIND_REVOKED) }
	answerOf = func(id string, a eventv1.AnswerKind) *eventv1.Fact {
		return &eventv1.Fact{Fact: &eventv1.Fact_ReferralAnswered{ReferralAnswered: &eventv1.ReferralAnswered{ReferralId: id, Answer: a}}}
	}
	closed      = &eventv1.Fact{Fact: &eventv1.Fact_Closed{Closed: &eventv1.Closed{}}}
	discharged  = &eventv1.Fact{Fact: &eventv1.Fact_Discharged{Discharged: &eventv1.Discharged{}}}
	firstAccess = &eventv1.Fact{Fact: &eventv1.Fact_FirstAccess{FirstAccess: &eventv1.FirstAccess{}}}
	delivered   = &eventv1.Fact{Fact: &eventv1.Fact_AccessDelivered{AccessDelivered: &eventv1.AccessDelivered{}}}
)

const allowed fault.Kind = -1

// handed is aCase, which op.7 asks op.9 to take over.
func handed() *casework.Case {
	k := aCase()
	k.Referrals = append(k.Referrals, &casework.Referral{
		ID: "h1", Kind: eventv1.ReferralKind_REFERRAL_KIND_HANDOVER, ToBody: "ACSI", ToUser: "op.9",
	})
	return k
}

func TestWhoMayRecordWhatInACase(t *testing.T) {
	const (
		transfer = eventv1.ReferralKind_REFERRAL_KIND_TRANSFER
		joint    = eventv1.ReferralKind_REFERRAL_KIND_REFERRAL
		handover = eventv1.ReferralKind_REFERRAL_KIND_HANDOVER
	)
	acsi := func(r access.Role) access.Caller { return staff(r, "op.1", "ACSI") }
	for _, c := range []struct {
		sentence string
		caller   access.Caller
		on       *casework.Case
		fact     *eventv1.Fact
		want     fault.Kind
	}{
		{"a case manager opens a case", acsi(access.CaseManager), nil, signalledBy("HOSPITAL"), allowed},
		{"a case manager closes a case of the body", acsi(access.CaseManager), aCase(), closed, allowed},
		{"a case manager of elsewhere is told of no case", staff(access.CaseManager, "op.1", "ELSEWHERE"), aCase(), closed, fault.NotFound},
		{"a case manager asks another body to join", acsi(access.CaseManager), aCase(), referral(joint), allowed},
		{"a case manager does not hand a case over", acsi(access.CaseManager), aCase(), referral(transfer), fault.Denied},
		{"a coordinator hands a case over", acsi(access.Coordinator), aCase(), referral(transfer), allowed},
		{"the coordinator who is asked takes it", staff(access.Coordinator, "op.1", "ASSC"), aCase(), answerTo("r1"), allowed},
		{"a case manager who is asked does not", staff(access.CaseManager, "op.1", "ASSC"), aCase(), answerTo("r1"), fault.Denied},
		{"a coordinator of the sender does not answer for who is asked", acsi(access.Coordinator), aCase(), answerTo("r1"), fault.Denied},
		{"a coordinator of the sender takes a transfer back", acsi(access.Coordinator), aCase(), takeBack("r1"), allowed},
		{"a case manager does not take it back", acsi(access.CaseManager), aCase(), takeBack("r1"), fault.Denied},
		{"who is asked does not take it back", staff(access.Coordinator, "op.1", "ASSC"), aCase(), takeBack("r1"), fault.Denied},
		{"the body that asked enters an answer that came on paper", acsi(access.CaseManager), aCase(), answerTo("r3"), allowed},
		{"a body that only works on the case does not", staff(access.CaseManager, "op.1", "ASSC"), aCase(), answerTo("r3"), fault.Denied},
		{"the case manager hands the case to a colleague", staff(access.CaseManager, "op.7", "ACSI"), aCase(), referral(handover), allowed},
		{"another case manager does not", acsi(access.CaseManager), aCase(), referral(handover), fault.Denied},
		{"a coordinator does for them", acsi(access.Coordinator), aCase(), referral(handover), allowed},
		{"the colleague who is asked takes it", staff(access.CaseManager, "op.9", "ACSI"), handed(), answerTo("h1"), allowed},
		{"another colleague does not", acsi(access.CaseManager), handed(), answerTo("h1"), fault.Denied},
		{"the coordinator answers for the colleague", acsi(access.Coordinator), handed(), answerTo("h1"), allowed},
		{"the case manager takes a hand-over back", staff(access.CaseManager, "op.7", "ACSI"), handed(), takeBack("h1"), allowed},
		{"the colleague does not take it back", staff(access.CaseManager, "op.9", "ACSI"), handed(), takeBack("h1"), fault.Denied},
		{"a case manager answers a referral", staff(access.CaseManager, "op.1", "CARITAS"), aCase(), answerTo("r3"), allowed},
		{"a ward signals in its own name", reporter("HOSPITAL"), nil, signalledBy("HOSPITAL"), allowed},
		{"a ward does not signal for another", reporter("HOSPITAL"), nil, signalledBy("WARD"), fault.Denied},
		{"a ward does not signal for a citizen", reporter("HOSPITAL"), nil, signalledBy(""), fault.Denied},
		{"a ward reports a discharge of its own", reporter("HOSPITAL"), aCase(), reportedBy("HOSPITAL"), allowed},
		{"a ward does not report for another", reporter("HOSPITAL"), aCase(), reportedBy("WARD"), fault.Denied},
		{"a ward does not report on a case of others", reporter("ELSEWHERE"), aCase(), reportedBy("ELSEWHERE"), fault.NotFound},
		{"the ward that reported tells the discharge", reporter("WARD"), aCase(), discharged, allowed},
		{"the provider does not tell the discharge", reporter("CAREGIVER"), aCase(), discharged, fault.Denied},
		{"the provider tells the first access", reporter("CAREGIVER"), aCase(), firstAccess, allowed},
		{"the provider tells its accesses", reporter("CAREGIVER"), aCase(), delivered, allowed},
		{"the ward does not tell accesses", reporter("WARD"), aCase(), delivered, fault.Denied},
		{"a discharge needs a case", reporter("WARD"), nil, discharged, fault.Denied},
		{"an access needs a case", reporter("CAREGIVER"), nil, firstAccess, fault.Denied},
		{"a reporting body closes nothing", reporter("WARD"), aCase(), closed, fault.Denied},
		{"a reporting body records no empty fact", reporter("WARD"), aCase(), nil, fault.Denied},
		{"a planner records nothing in cases", access.Caller{User: "op.1", Role: access.Planner}, aCase(), closed, fault.Denied},
		{"an administrator records nothing in cases", access.Caller{User: "op.1", Role: access.Administrator}, aCase(), closed, fault.Denied},
		{"nobody records nothing", access.Caller{}, nil, signalledBy("HOSPITAL"), fault.Denied},
	} {
		err := access.MayRecord(c.caller, c.on, c.fact)
		if err == nil && c.want == allowed {
			continue
		}
		if err == nil || fault.KindOf(err) != c.want {
			t.Errorf("%s: got %v", c.sentence, err)
		}
	}
}

func TestACaseNotSeenIsAsOneThatIsNotThere(t *testing.T) {
	err := access.MayRecord(staff(access.CaseManager, "op.1", "ELSEWHERE"), aCase(), closed)
	if err.Error() != access.NoSuchCase().Error() {
		t.Errorf("got %v", err)
	}
}

func TestAReportingBodySpeaksForItself(t *testing.T) {
	if err := access.MaySpeakFor(reporter("HOSPITAL"), "HOSPITAL"); err != nil {
		t.Error(err)
	}
	err := access.MaySpeakFor(reporter("HOSPITAL"), "WARD")
	if fault.KindOf(err) != fault.Denied || !strings.Contains(err.Error(), "HOSPITAL") {
		t.Errorf("got %v", err)
	}
	if err := access.MaySpeakFor(access.Caller{User: "op.1", Role: access.Planner}, "WARD"); err != nil {
		t.Errorf("a planner enters what came on paper: %v", err)
	}
}

func TestAPersonOnlyInSealedCasesIsFoundByNobodyOutside(t *testing.T) {
	sealed := aCase()
	sealed.Service = eventv1.Service_SERVICE_ANTI_VIOLENCE_CENTRE
	inside, outside := staff(access.CaseManager, "op.1", "ACSI"), staff(access.CaseManager, "op.1", "ELSEWHERE")
	for _, c := range []struct {
		sentence string
		caller   access.Caller
		cases    []*casework.Case
		want     bool
	}{
		{"staff find who is in no case yet", outside, nil, true},
		{"staff find who is in a case of another body", outside, []*casework.Case{aCase()}, true},
		{"staff outside do not find the victim", outside, []*casework.Case{sealed}, false},
		{"staff inside do", inside, []*casework.Case{sealed}, true},
		{"an open case beside the sealed one is enough", outside, []*casework.Case{sealed, aCase()}, true},
		{"a reporting body reads nobody", reporter("HOSPITAL"), []*casework.Case{aCase()}, false},
		{"a planner reads nobody", access.Caller{User: "op.1", Role: access.Planner}, nil, false},
		{"an administrator reads nobody", access.Caller{User: "op.1", Role: access.Administrator}, nil, false},
	} {
		if got := access.ReadsPerson(c.caller, c.cases); got != c.want {
			t.Errorf("%s: got %v", c.sentence, got)
		}
	}
}

func TestOnlyACoordinatorExportsPersonalFields(t *testing.T) {
	for _, role := range access.Roles() {
		err := access.MayExportPersonal(access.Caller{User: "op.1", Role: role, Body: "ACSI"})
		if (err == nil) != (role == access.Coordinator) {
			t.Errorf("%s: got %v", role, err)
		}
		if err != nil && fault.KindOf(err) != fault.Denied {
			t.Errorf("%s: got %v", role, err)
		}
	}
}
