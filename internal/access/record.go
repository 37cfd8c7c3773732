package access

import (
	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// NoSuchCase is the one answer about a case that does not exist and about one
// that the caller does not see: which of the two it is must not be told.
func NoSuchCase() error {
	return fault.New(fault.NotFound, "there is no such case among those you see: check the id, or ask the body that manages it")
}

// MayRecord tells whether a caller, whose role may call the method, may record
// this fact in this case. The case is nil for a fact that opens one. The error
// is NotFound for a case that the caller does not see, Denied otherwise.
//
//   - Staff record in every case they see; to open one, no case is needed.
//   - Who manages the case asks others and takes back what was asked; who was
//     asked answers. The answer to a referral, which moves nothing, may also be
//     entered by the body that asked, as it came on paper.
//   - A transfer, and the answer to one, takes a coordinator: it changes who
//     answers for the case. A hand-over is accepted by the colleague who was
//     asked, or by their coordinator.
//   - A reporting body signals and reports in its own name only; the ward that
//     reported tells the discharge; the provider that was chosen tells its
//     accesses.
func MayRecord(c Caller, k *casework.Case, fact *eventv1.Fact) error {
	if k != nil && !Sees(c, k) {
		return NoSuchCase()
	}
	switch {
	case c.Role == ReportingBody:
		return reporterMayRecord(c, k, fact)
	case !c.Role.staff():
		return fault.New(fault.Denied, "%s records nothing in cases", c.Role.title())
	}
	switch f := fact.GetFact().(type) {
	case *eventv1.Fact_Referred:
		return mayRefer(c, k, f.Referred)
	case *eventv1.Fact_ReferralAnswered:
		return mayAnswer(c, k, f.ReferralAnswered)
	default:
		return nil
	}
}

// MaySpeakFor tells whether a caller may record what a body says or counts. A
// reporting body speaks for itself; operators also enter what reached them on
// paper or by telephone.
func MaySpeakFor(c Caller, body string) error {
	if c.Role != ReportingBody || same(c.Body, body) {
		return nil
	}
	return fault.New(fault.Denied, "a reporting body records in its own name only: give %s as the body", c.Body)
}

func reporterMayRecord(c Caller, k *casework.Case, fact *eventv1.Fact) error {
	switch f := fact.GetFact().(type) {
	case *eventv1.Fact_Signalled:
		return MaySpeakFor(c, f.Signalled.GetSignalledBy())
	case *eventv1.Fact_DischargeReported:
		return MaySpeakFor(c, f.DischargeReported.GetReportedBy())
	case *eventv1.Fact_Discharged:
		if k != nil && reported(c.Body, k) {
			return nil
		}
		return fault.New(fault.Denied, "the body that reported the discharge records it: ask that body or the case manager")
	case *eventv1.Fact_FirstAccess, *eventv1.Fact_AccessDelivered:
		if k != nil && provides(c.Body, k) {
			return nil
		}
		return fault.New(fault.Denied, "the provider that was chosen records its accesses: ask the case manager to record the choice first")
	default:
		return fault.New(fault.Denied, "a reporting body may not record this: ask the case manager")
	}
}
