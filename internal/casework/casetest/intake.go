package casetest

import (
	"google.golang.org/protobuf/proto"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

func (s *scene) signalled(pathway eventv1.Pathway) proto.Message {
	f := &eventv1.Signalled{
		PersonId: s.household[0].String(), Pathway: pathway,
		Area: word[eventv1.Area](s), Service: word[eventv1.Service](s),
		Comune: pick(s, comuni), ManagingBody: pick(s, bodies),
		SignalledByKind: word[eventv1.BodyKind](s), Channel: word[eventv1.Channel](s),
		Needs: []eventv1.Need{word[eventv1.Need](s)}, Note: s.words(),
	}
	if f.GetSignalledByKind() != eventv1.BodyKind_BODY_KIND_CITIZEN {
		f.SignalledBy = pick(s, bodies)
	}
	switch pathway {
	case eventv1.Pathway_PATHWAY_SELF:
		f.Flow, f.Service = word[eventv1.Flow](s), eventv1.Service_SERVICE_SELF
	case eventv1.Pathway_PATHWAY_DISCHARGE:
		f.Service = eventv1.Service_SERVICE_PROTECTED_DISCHARGE
	default:
	}
	return f
}

func (s *scene) applied() proto.Message {
	f := &eventv1.Applied{
		PersonId: s.household[0].String(), Comune: pick(s, comuni), ManagingBody: pick(s, bodies),
		Channel: word[eventv1.Channel](s), Note: s.words(),
	}
	if s.often(7) {
		f.PadSignedOn = s.on.String()
	}
	if s.often(7) {
		f.TransmittedOn = s.on.String()
	}
	return f
}

func padSigned(s *scene) proto.Message { return &eventv1.PadSigned{SignedOn: s.on.String()} }

func measureDecided(s *scene) proto.Message {
	d := eventv1.MeasureDecision_MEASURE_DECISION_ACCEPTED
	if s.often(2) {
		d = word[eventv1.MeasureDecision](s)
	}
	return &eventv1.MeasureDecided{Decision: d}
}

func householdRecorded(s *scene) proto.Message {
	if !s.likely(len(s.c.Household) == 0 || s.often(2)) {
		return nil
	}
	f := &eventv1.HouseholdRecorded{}
	for i, p := range s.household {
		m := &eventv1.HouseholdMember{PersonId: p.String(), Relation: eventv1.Relation_RELATION_APPLICANT}
		if i > 0 {
			m.Relation = word[eventv1.Relation](s)
		}
		if s.c.Pathway == eventv1.Pathway_PATHWAY_ADI {
			m.Obligation = word[eventv1.Obligation](s)
		}
		f.Members = append(f.Members, m)
	}
	return f
}

func needsRecorded(s *scene) proto.Message {
	if !s.likely(len(s.c.Needs) == 0 || s.often(3)) {
		return nil
	}
	return &eventv1.NeedsRecorded{Needs: []eventv1.Need{word[eventv1.Need](s)}}
}

func housingRecorded(s *scene) proto.Message {
	if !s.likely(len(s.c.Housing) < 3) {
		return nil
	}
	return &eventv1.HousingRecorded{Status: word[eventv1.HousingStatus](s)}
}

func eligibilityAssessed(s *scene) proto.Message {
	if !s.likely(s.c.EligibleOn == 0) {
		return nil
	}
	return &eventv1.EligibilityAssessed{Eligible: s.often(9)}
}

func (s *scene) undecided() bool {
	return s.c.Status == casework.Signalled || s.c.Status == casework.Waiting
}

func takenInCharge(s *scene) proto.Message {
	if !s.likely(s.undecided()) {
		return nil
	}
	return &eventv1.TakenInCharge{}
}

func refused(s *scene) proto.Message {
	if !s.likely(s.undecided() && s.often(3)) {
		return nil
	}
	return &eventv1.Refused{Reason: word[eventv1.RefusalReason](s)}
}

func putOnWaitingList(s *scene) proto.Message {
	if !s.likely(s.c.Status == casework.Signalled) {
		return nil
	}
	return &eventv1.PutOnWaitingList{}
}

func caseManagerAssigned(s *scene) proto.Message {
	if !s.likely(s.c.CaseManager == "" || s.often(2)) {
		return nil
	}
	return &eventv1.CaseManagerAssigned{CaseManager: pick(s, users), Body: pick(s, bodies)}
}

func contactAttempted(s *scene) proto.Message {
	if !s.likely(len(s.c.Contacts) < 3) {
		return nil
	}
	f := &eventv1.ContactAttempted{Channel: word[eventv1.Channel](s), Reached: s.often(6)}
	f.WrongContact = !f.GetReached() && s.often(3)
	return f
}

func summoned(s *scene) proto.Message {
	if !s.likely(s.c.FirstMeetingOn == 0) {
		return nil
	}
	return &eventv1.Summoned{Channel: word[eventv1.Channel](s), MeetingOn: s.later(30)}
}

func summonsMissed(s *scene) proto.Message {
	if !s.likely(s.c.SummonedOn != 0) {
		return nil
	}
	return &eventv1.SummonsMissed{Justified: s.often(5)}
}

func firstMeetingHeld(s *scene) proto.Message {
	if !s.likely(s.c.FirstMeetingOn == 0) {
		return nil
	}
	return &eventv1.FirstMeetingHeld{Mode: word[eventv1.MeetingMode](s), Note: s.words()}
}

func periodicMeetingHeld(s *scene) proto.Message {
	if !s.likely(s.c.FirstMeetingOn != 0) {
		return nil
	}
	return &eventv1.PeriodicMeetingHeld{PersonId: s.person(), AtPatronato: s.often(2)}
}

func sentToEmploymentCentre(s *scene) proto.Message {
	if !s.likely(len(s.c.Household) > 0) {
		return nil
	}
	return &eventv1.SentToEmploymentCentre{PersonId: s.person()}
}

func servicePactSigned(s *scene) proto.Message {
	m := one(s, s.c.Household, func(m *casework.Member) bool { return m.SentOn != 0 && m.PactOn == 0 })
	if m == nil {
		return nil
	}
	return &eventv1.ServicePactSigned{PersonId: m.Person}
}

func referred(s *scene) proto.Message {
	return &eventv1.Referred{Kind: word[eventv1.ReferralKind](s), ToBody: pick(s, bodies), Note: s.words()}
}

func referralAnswered(s *scene) proto.Message {
	r := one(s, s.c.Referrals, func(r *casework.Referral) bool { return r.Answer == 0 })
	if r == nil {
		return nil
	}
	return &eventv1.ReferralAnswered{ReferralId: r.ID, Answer: word[eventv1.AnswerKind](s), CaseManager: pick(s, users)}
}

func suspended(s *scene) proto.Message {
	if !s.likely(s.c.Status == casework.InCharge) {
		return nil
	}
	return &eventv1.Suspended{}
}

func resumed(s *scene) proto.Message {
	if !s.likely(s.c.Status == casework.Suspended) {
		return nil
	}
	return &eventv1.Resumed{}
}

// closed waits until something has happened, so that stories are not all short.
func closed(s *scene) proto.Message {
	if !s.likely(len(s.c.Timeline) >= 15 && s.c.InChargeOn != 0 && s.c.ClosedOn == 0) {
		return nil
	}
	return &eventv1.Closed{Outcome: word[eventv1.Outcome](s), Reason: word[eventv1.ClosingReason](s), Note: s.words()}
}

func reopened(s *scene) proto.Message {
	if !s.likely(s.c.ClosedOn != 0 && s.often(2)) {
		return nil
	}
	return &eventv1.Reopened{}
}

func closureProposed(s *scene) proto.Message {
	if !s.likely(len(s.c.Timeline) >= 10 && s.c.InChargeOn != 0 && s.c.ClosedOn == 0) {
		return nil
	}
	return &eventv1.ClosureProposed{Outcome: word[eventv1.Outcome](s), Reason: word[eventv1.ClosingReason](s), Note: s.words()}
}

func (s *scene) proposed() bool { return s.c.Closure != nil && s.c.Closure.Approval.On == 0 }

func closureApproved(s *scene) proto.Message {
	if !s.likely(s.proposed()) {
		return nil
	}
	return &eventv1.ClosureApproved{}
}

func closureSentBack(s *scene) proto.Message {
	if !s.likely(s.proposed()) {
		return nil
	}
	return &eventv1.ClosureSentBack{Reason: s.said()}
}
