package casework_test

import (
	"testing"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func TestSignatures(t *testing.T) { decide(t, signatureDecisions()) }

// shared gives a drafted project of somebody who lives with a partner.
func shared() facts {
	return and(drafted(), on("2025-02-21", household(member("person", 0), member("partner", 0))))
}

func signatureOf(signer eventv1.Signer, person, user string) *eventv1.ProjectSigned {
	return &eventv1.ProjectSigned{
		ProjectId: id("project"), Signer: signer, Mode: eventv1.SignatureMode_SIGNATURE_MODE_PAPER, PersonId: person, User: user,
	}
}

// revised gives the project its next version on 2025-09-01.
func revised() *eventv1.Fact {
	return on("2025-09-01", &eventv1.ProjectRevised{ProjectId: id("project")})
}

func signatureDecisions() []decision {
	beneficiary, manager := eventv1.Signer_SIGNER_BENEFICIARY, eventv1.Signer_SIGNER_CASE_MANAGER
	educator := eventv1.Signer_SIGNER_EDUCATOR
	refuse := &eventv1.SignatureRefused{
		ProjectId: id("project"), Signer: beneficiary, Reason: eventv1.RefusedSignature_REFUSED_SIGNATURE_DISAGREES,
	}
	since := func(want string) func(*casework.Case) (any, any) {
		return inProject(func(p *casework.Project) (any, any) { return p.SignedOn, day(want) })
	}
	return []decision{
		{
			name:  "the beneficiary alone does not make a project signed",
			given: drafted(), when: on("2025-03-01", signature(beneficiary)), then: since(""),
		},
		{
			name:  "operators alone do not make a project signed",
			given: and(drafted(), on("2025-03-01", signature(manager))), when: on("2025-03-02", signature(educator)), then: since(""),
		},
		{
			name:  "the beneficiary and an operator do, from the later of their days",
			given: and(drafted(), on("2025-03-05", signature(manager))), when: on("2025-03-07", signature(beneficiary)),
			then: since("2025-03-07"),
		},
		{
			name:  "a signature recorded late does not make the project signed before the other one",
			given: and(drafted(), on("2025-03-07", signature(beneficiary))), when: on("2025-03-05", signature(manager)),
			then: since("2025-03-07"),
		},
		{
			name:  "an older signature of an operator, recorded last, brings the day forward",
			given: and(drafted(), on("2025-03-01", signature(beneficiary)), on("2025-03-20", signature(manager))),
			when:  on("2025-03-02", signature(educator)), then: since("2025-03-02"),
		},
		{
			name:  "more signatures do not change the day",
			given: signed(), when: on("2025-03-20", signature(educator)), then: since("2025-03-02"),
		},
		{
			name: "signatures of a new version do not change the day",
			given: and(signed(), on("2025-09-01", &eventv1.ProjectRevised{ProjectId: id("project")}),
				on("2025-09-02", signature(beneficiary))),
			when: on("2025-09-02", signature(manager)), then: since("2025-03-02"),
		},
		{
			name:  "a signature says how, and who",
			given: shared(), when: on("2025-03-05", signatureOf(beneficiary, id("partner"), "")),
			then: inProject(func(p *casework.Project) (any, any) {
				return p.Signatures, []*casework.Signature{{
					Signer: beneficiary, On: day("2025-03-05"), Mode: eventv1.SignatureMode_SIGNATURE_MODE_PAPER, Person: id("partner"),
				}}
			}),
		},
		{
			name: "two of the household sign, and the signer is named once",
			given: and(shared(), on("2025-03-05", signatureOf(beneficiary, id("partner"), "")),
				on("2025-03-06", signatureOf(manager, "", bruno))),
			when: on("2025-03-04", signatureOf(beneficiary, "", "")),
			then: inProject(func(p *casework.Project) (any, any) {
				return []any{p.Signers, p.SignerDays, len(p.Signatures), p.SignedOn}, []any{
					[]eventv1.Signer{beneficiary, manager}, []casework.Day{day("2025-03-04"), day("2025-03-06")}, 3, day("2025-03-06"),
				}
			}),
		},
		{
			name:  "who signs as beneficiary belongs to the household",
			given: drafted(), when: on("2025-03-05", signatureOf(beneficiary, id("stranger"), "")),
			kind: fault.Invalid, field: "fact.person_id",
		},
		{
			name:  "an operator is not of the household",
			given: shared(), when: on("2025-03-05", signatureOf(manager, id("partner"), "")),
			kind: fault.Invalid, field: "fact.person_id",
		},
		{
			name:  "the beneficiary is no operator",
			given: drafted(), when: on("2025-03-05", signatureOf(beneficiary, "", anna)), kind: fault.Invalid, field: "fact.user",
		},
		{
			name:  "a version is signed once by each",
			given: signed(), when: on("2025-03-03", signature(manager)), kind: fault.NotNow,
		},
		{
			name:  "a signature recorded late belongs to the version of its day",
			given: and(drafted(), on("2025-03-01", signature(beneficiary)), revised()),
			when:  on("2025-03-02", signature(manager)),
			then: inProject(func(p *casework.Project) (any, any) {
				return []any{p.SignedOn, p.Past[0].SignedOn, len(p.Signers)}, []any{day("2025-03-02"), day("2025-03-02"), 0}
			}),
		},
		{
			name:  "the version of its day has the signature already",
			given: and(signed(), revised()), when: on("2025-08-31", signature(manager)), kind: fault.NotNow,
		},
		{
			name:  "a project that is not there is not signed",
			given: generaleInCharge(), when: on("2025-03-03", signature(manager)), kind: fault.Invalid, field: "fact.project_id",
		},
		{
			name:  "a refusal to sign is recorded",
			given: drafted(), when: on("2025-03-03", refuse),
			then: inProject(func(p *casework.Project) (any, any) {
				return []any{p.RefusedOn, p.Signatures}, []any{day("2025-03-03"), []*casework.Signature{{
					Signer: beneficiary, On: day("2025-03-03"), Refused: true, Reason: eventv1.RefusedSignature_REFUSED_SIGNATURE_DISAGREES,
				}}}
			}),
		},
		{
			name:  "who refused may sign after all, and the refusal stays",
			given: and(drafted(), on("2025-03-03", refuse)), when: on("2025-03-10", signature(beneficiary)),
			then: inProject(func(p *casework.Project) (any, any) {
				return []any{p.RefusedOn, len(p.Signatures), len(p.Signers), p.Refusals()}, []any{day("2025-03-03"), 2, 1, 1}
			}),
		},
		{
			name:  "of two refusals the newest day is that of the project",
			given: and(drafted(), on("2025-03-03", refuse)), when: on("2025-03-01", refuse),
			then: inProject(func(p *casework.Project) (any, any) { return p.RefusedOn, day("2025-03-03") }),
		},
		{
			name:  "an operator refuses in their own name",
			given: drafted(), when: on("2025-03-03", &eventv1.SignatureRefused{ProjectId: id("project"), Signer: educator, PersonId: id("partner")}),
			kind: fault.Invalid, field: "fact.person_id",
		},
		{
			name:  "nobody refuses to sign a concluded project",
			given: finished(), when: on("2025-12-03", refuse), kind: fault.NotNow,
		},
	}
}
