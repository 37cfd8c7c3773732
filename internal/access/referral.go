package access

import (
	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// mayRefer tells whether staff may ask another body or a colleague.
func mayRefer(c Caller, k *casework.Case, f *eventv1.Referred) error {
	if k == nil {
		return nil // there is no case to refer: the domain says so
	}
	switch f.GetKind() {
	case eventv1.ReferralKind_REFERRAL_KIND_TRANSFER:
		if c.Role == Coordinator && same(c.Body, k.ManagingBody) {
			return nil
		}
		return fault.New(fault.Denied, "only a coordinator of the body that manages the case moves it to another body: ask them")
	case eventv1.ReferralKind_REFERRAL_KIND_HANDOVER:
		if c.User == k.CaseManager || c.Role == Coordinator && same(c.Body, k.ManagingBody) {
			return nil
		}
		return fault.New(fault.Denied, "the case manager hands a case over, or a coordinator of the body that manages it: ask them")
	default:
		return nil
	}
}

// mayAnswer tells whether staff may answer what was asked, or take it back.
func mayAnswer(c Caller, k *casework.Case, f *eventv1.ReferralAnswered) error {
	if k == nil {
		return nil
	}
	r := k.Referral(f.GetReferralId())
	if r == nil {
		return nil // the domain says that there is none
	}
	sender, receiver := same(c.Body, k.ManagingBody) || c.User == k.CaseManager, same(c.Body, r.ToBody)
	switch {
	case f.GetAnswer() == eventv1.AnswerKind_ANSWER_KIND_REVOKED:
		if sender && (!r.Moves() || c.Role == Coordinator) || r.ToUser != "" && c.User == k.CaseManager {
			return nil
		}
		return fault.New(fault.Denied, "who asked takes it back: ask the body that manages the case, or answer it")
	case r.ToUser != "":
		if c.User == r.ToUser || receiver && c.Role == Coordinator {
			return nil
		}
		return fault.New(fault.Denied, "the colleague who was asked answers a hand-over, or their coordinator: ask them")
	case r.Moves():
		if receiver && c.Role == Coordinator {
			return nil
		}
		return fault.New(fault.Denied, "a coordinator of %s answers this transfer: ask them", r.ToBody)
	case sender || receiver:
		return nil
	default:
		return fault.New(fault.Denied, "%s was asked and answers: ask them", r.ToBody)
	}
}
