package casework_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"percorsi/internal/casework"
	"percorsi/internal/casework/casetest"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestReferrals(t *testing.T) { decide(t, referralDecisions()) }

// managed is a case in charge whose case manager is anna.
func managed() facts {
	return and(generaleInCharge(), on("2025-01-20", &eventv1.CaseManagerAssigned{CaseManager: anna, Body: "ACSI"}))
}

func handing(body, user string) *eventv1.Referred {
	return &eventv1.Referred{Kind: eventv1.ReferralKind_REFERRAL_KIND_HANDOVER, ToBody: body, ToUser: user}
}

// handingOver is a case that anna asks bruno to take.
func handingOver() facts {
	f := handing("ACSI", bruno)
	f.ReferralId = id("referral")
	return and(managed(), on("2025-02-01", f))
}

func refusal(a eventv1.AnswerKind) *eventv1.ReferralAnswered {
	return &eventv1.ReferralAnswered{
		ReferralId: id("referral"), Answer: a, Refusal: eventv1.ReferralRefusal_REFERRAL_REFUSAL_NO_CAPACITY,
	}
}

func tenure(from, to, body, manager string) casework.Tenure {
	t := casework.Tenure{From: day(from), Body: body, Manager: manager}
	if to != "" {
		t.To = day(to)
	}
	if manager != "" {
		t.ManagedBy = body
	}
	return t
}

func TestWhoWasResponsibleIsKnownForEveryDay(t *testing.T) {
	began := fold(t, generaleInCharge()...).OpenedOn.String()
	accept := &eventv1.ReferralAnswered{ReferralId: id("referral"), Answer: eventv1.AnswerKind_ANSWER_KIND_ACCEPTED}
	moved := &eventv1.ReferralAnswered{ReferralId: id("referral"), Answer: eventv1.AnswerKind_ANSWER_KIND_ACCEPTED, CaseManager: bruno}
	for name, tt := range map[string]struct {
		given facts
		want  []casework.Tenure
	}{
		"a case has a body from the first day and a case manager later": {
			managed(),
			[]casework.Tenure{tenure(began, "2025-01-19", "ACSI", ""), tenure("2025-01-20", "", "ACSI", anna)},
		},
		"a colleague takes over on the day of the answer": {
			and(handingOver(), on("2025-02-10", accept)),
			[]casework.Tenure{
				tenure(began, "2025-01-19", "ACSI", ""), tenure("2025-01-20", "2025-02-09", "ACSI", anna), tenure("2025-02-10", "", "ACSI", bruno),
			},
		},
		"another body takes over with its case manager": {
			and(managed(), on("2025-02-01", &eventv1.Referred{
				ReferralId: id("referral"), Kind: eventv1.ReferralKind_REFERRAL_KIND_TRANSFER, ToBody: "ASP",
			}), on("2025-02-10", moved)),
			[]casework.Tenure{
				tenure(began, "2025-01-19", "ACSI", ""), tenure("2025-01-20", "2025-02-09", "ACSI", anna), tenure("2025-02-10", "", "ASP", bruno),
			},
		},
		"a case manager of earlier days who is recorded late is not the one of today": {
			and(managed(), on("2025-01-18", &eventv1.CaseManagerAssigned{CaseManager: bruno, Body: "ACSI"})),
			[]casework.Tenure{
				tenure(began, "2025-01-17", "ACSI", ""), tenure("2025-01-18", "2025-01-19", "ACSI", bruno), tenure("2025-01-20", "", "ACSI", anna),
			},
		},
		"who takes over twice on a day was it the whole day": {
			and(managed(), on("2025-01-20", &eventv1.CaseManagerAssigned{CaseManager: bruno, Body: "ACSI"})),
			[]casework.Tenure{tenure(began, "2025-01-19", "ACSI", ""), tenure("2025-01-20", "", "ACSI", bruno)},
		},
		"assigned again is no change": {
			and(managed(), on("2025-03-20", &eventv1.CaseManagerAssigned{CaseManager: anna, Body: "ACSI"})),
			[]casework.Tenure{tenure(began, "2025-01-19", "ACSI", ""), tenure("2025-01-20", "", "ACSI", anna)},
		},
	} {
		if diff := cmp.Diff(tt.want, fold(t, tt.given...).Tenures()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestNoDayOfACaseIsWithoutABodyOrInTwoTenures(t *testing.T) {
	for seed := range uint64(60) {
		for _, p := range casetest.Pathways() {
			c, err := casetest.Fold(nil, 1, casetest.Story(seed, p)...)
			if err != nil {
				t.Fatal(err)
			}
			all := c.Tenures()
			last := all[len(all)-1]
			if all[0].From != c.OpenedOn || last.To != 0 || last.Body != c.ManagingBody || last.Manager != c.CaseManager {
				t.Fatalf("seed %d, %s: opened on %s, managed by %s of %s now:\n%+v", seed, p, c.OpenedOn, c.CaseManager, c.ManagingBody, all)
			}
			for i, one := range all {
				if one.Body == "" || i > 0 && (one.From != all[i-1].To+1 || all[i-1].To < all[i-1].From) {
					t.Fatalf("seed %d, %s: tenure %d does not follow the one before:\n%+v", seed, p, i, all)
				}
				if got, ok := c.ResponsibleOn(one.From); !ok || got != one {
					t.Fatalf("seed %d, %s: on %s it is %+v, want %+v", seed, p, one.From, got, one)
				}
			}
			if _, ok := c.ResponsibleOn(all[0].From - 1); ok {
				t.Fatalf("seed %d, %s: somebody is responsible before the case began", seed, p)
			}
		}
	}
}

func referralDecisions() []decision {
	asked := func(k eventv1.ReferralKind) facts {
		return and(generaleInCharge(), on("2025-02-01", &eventv1.Referred{ReferralId: id("referral"), Kind: k, ToBody: "ASP"}))
	}
	answer := func(a eventv1.AnswerKind, manager string) *eventv1.ReferralAnswered {
		return &eventv1.ReferralAnswered{ReferralId: id("referral"), Answer: a, CaseManager: manager}
	}
	transfer, referral := eventv1.ReferralKind_REFERRAL_KIND_TRANSFER, eventv1.ReferralKind_REFERRAL_KIND_REFERRAL
	accepted, declined := eventv1.AnswerKind_ANSWER_KIND_ACCEPTED, eventv1.AnswerKind_ANSWER_KIND_REFUSED
	return []decision{
		{
			name:  "another body is asked to join",
			given: generaleInCharge(), when: on("2025-02-01", &eventv1.Referred{Kind: referral, ToBody: "ASP"}),
			then: func(c *casework.Case) (any, any) {
				r := c.Referrals[0]
				return []any{r.Kind, r.ToBody, r.SentOn, r.Answer}, []any{referral, "ASP", day("2025-02-01"), eventv1.AnswerKind(0)}
			},
		},
		{
			name:  "the body that manages the case is not asked",
			given: generaleInCharge(), when: on("2025-02-01", &eventv1.Referred{Kind: transfer, ToBody: "ACSI"}),
			kind: fault.Invalid, field: "fact.to_body",
		},
		{
			name:  "a body that joins works on the case",
			given: asked(referral), when: on("2025-02-10", answer(accepted, "")),
			then: func(c *casework.Case) (any, any) {
				return []any{c.Bodies, c.ManagingBody, c.Referrals[0].AnswerOn},
					[]any{[]string{"ACSI", "CARITAS", "ASP"}, "ACSI", day("2025-02-10")}
			},
		},
		{
			name:  "a body that declines does not",
			given: asked(referral), when: on("2025-02-10", answer(declined, "")),
			then: func(c *casework.Case) (any, any) { return c.Bodies, []string{"ACSI", "CARITAS"} },
		},
		{
			name:  "an accepted transfer changes the managing body and the case manager",
			given: asked(transfer), when: on("2025-02-10", answer(accepted, bruno)),
			then: func(c *casework.Case) (any, any) {
				return []any{c.ManagingBody, c.CaseManager, c.CaseManagerBody, c.Revision(casework.PartManager)},
					[]any{"ASP", bruno, "ASP", casework.Revision(c.Last)}
			},
		},
		{
			name:  "a declined transfer changes nothing",
			given: asked(transfer), when: on("2025-02-10", answer(declined, "")),
			then: func(c *casework.Case) (any, any) { return []any{c.ManagingBody, c.CaseManager}, []any{"ACSI", ""} },
		},
		{
			name:  "an accepted transfer names the new case manager",
			given: asked(transfer), when: on("2025-02-10", answer(accepted, "")),
			kind: fault.Invalid, field: "fact.case_manager",
		},
		{
			name:  "a referral is answered once",
			given: and(asked(referral), on("2025-02-10", answer(declined, ""))), when: on("2025-02-11", answer(accepted, "")),
			kind: fault.NotNow,
		},
		{
			name:  "a referral that was not sent is not answered",
			given: generaleInCharge(), when: on("2025-02-11", answer(accepted, "")),
			kind: fault.Invalid, field: "fact.referral_id",
		},
		{
			name:  "a referral is not answered before it was sent",
			given: asked(referral), when: on("2025-01-31", answer(accepted, "")),
			kind: fault.Invalid, field: "command.occurred_on",
		},
		{
			name:  "a colleague is asked to take the case over",
			given: managed(), when: on("2025-02-01", handing("ACSI", bruno)),
			then: func(c *casework.Case) (any, any) {
				return []any{c.Referrals[0].ToUser, c.CaseManager}, []any{bruno, anna}
			},
		},
		{
			name:  "a hand-over names the colleague",
			given: managed(), when: on("2025-02-01", handing("ACSI", "")),
			kind: fault.Invalid, field: "fact.to_user",
		},
		{
			name:  "nobody hands a case to themselves",
			given: managed(), when: on("2025-02-01", handing("ACSI", anna)),
			kind: fault.Invalid, field: "fact.to_user",
		},
		{
			name:  "a colleague of another body is no colleague",
			given: managed(), when: on("2025-02-01", handing("ASP", bruno)),
			kind: fault.Invalid, field: "fact.to_body",
		},
		{
			name:  "a case without a case manager is not handed over",
			given: generaleInCharge(), when: on("2025-02-01", handing("ACSI", bruno)),
			kind: fault.NotNow,
		},
		{
			name:  "another body chooses itself who answers",
			given: managed(), when: on("2025-02-01", &eventv1.Referred{Kind: transfer, ToBody: "ASP", ToUser: bruno}),
			kind: fault.Invalid, field: "fact.to_user",
		},
		{
			name:  "a colleague who accepts is responsible from that day",
			given: handingOver(), when: on("2025-02-10", answer(accepted, "")),
			then: func(c *casework.Case) (any, any) {
				return []any{c.ManagingBody, c.CaseManager, c.CaseManagerBody, c.Revision(casework.PartManager)},
					[]any{"ACSI", bruno, "ACSI", casework.Revision(c.Last)}
			},
		},
		{
			name:  "who accepts a hand-over does not send somebody else",
			given: handingOver(), when: on("2025-02-10", answer(accepted, "op-099")),
			kind: fault.Invalid, field: "fact.case_manager",
		},
		{
			name:  "one thing at a time moves a case",
			given: handingOver(), when: on("2025-02-10", &eventv1.Referred{Kind: transfer, ToBody: "ASP"}),
			kind: fault.NotNow,
		},
		{
			name:  "other bodies can be asked to join meanwhile",
			given: handingOver(), when: on("2025-02-10", &eventv1.Referred{Kind: referral, ToBody: "ASP"}),
			then: func(c *casework.Case) (any, any) { return len(c.Referrals), 2 },
		},
		{
			name:  "a refusal has its reason",
			given: asked(transfer), when: on("2025-02-10", refusal(declined)),
			then: func(c *casework.Case) (any, any) {
				return c.Referrals[0].Refusal, eventv1.ReferralRefusal_REFERRAL_REFUSAL_NO_CAPACITY
			},
		},
		{
			name:  "what was accepted has no reason of a refusal",
			given: asked(referral), when: on("2025-02-10", refusal(accepted)),
			kind: fault.Invalid, field: "fact.refusal",
		},
	}
}
