package casetest

import (
	"google.golang.org/protobuf/proto"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// choice is one kind of command and how often people send it.
type choice struct {
	weight int
	make   func(*scene) proto.Message
}

// choices gives what people send about a case of a pathway; one time in ten
// they mistake the pathway.
func (s *scene) choices() [][]choice {
	if s.often(1) {
		return [][]choice{adi, self, discharge}
	}
	switch s.c.Pathway {
	case eventv1.Pathway_PATHWAY_ADI:
		return [][]choice{common, adi}
	case eventv1.Pathway_PATHWAY_SELF:
		return [][]choice{common, self}
	case eventv1.Pathway_PATHWAY_DISCHARGE:
		return [][]choice{common, discharge}
	default:
		return [][]choice{common}
	}
}

// choice gives, one time in twenty, the answer of somebody who met a clash: a
// colleague had made the revision that they state.
func (s *scene) choice(theirs casework.Revision) *casework.Choice {
	if theirs == 0 || s.IntN(20) != 0 {
		return nil
	}
	return &casework.Choice{Kind: word[eventv1.ChoiceKind](s), Seen: casework.Revision(s.IntN(int(theirs))), Reason: s.words()}
}

// proposal gives what somebody wants to record; nil where the case has nothing
// to record it of.
func (s *scene) proposal() proto.Message {
	lists := s.choices()
	total := 0
	for _, list := range lists {
		for _, c := range list {
			total += c.weight
		}
	}
	roll := s.IntN(total)
	for _, list := range lists {
		for _, c := range list {
			if roll -= c.weight; roll < 0 {
				return c.make(s)
			}
		}
	}
	return nil
}

var common = []choice{
	{10, takenInCharge},
	{3, caseManagerAssigned},
	{2, householdRecorded},
	{2, needsRecorded},
	{2, housingRecorded},
	{2, eligibilityAssessed},
	{2, refused},
	{1, putOnWaitingList},
	{2, contactAttempted},
	{3, summoned},
	{2, summonsMissed},
	{3, firstMeetingHeld},
	{2, referred},
	{2, referralAnswered},
	{1, suspended},
	{1, resumed},
	{2, closed},
	{1, reopened},
	{2, closureProposed},
	{2, closureApproved},
	{1, closureSentBack},
	{3, assessmentOpened},
	{4, domainAssessed},
	{1, strengthRecorded},
	{3, assessmentConcluded},
	{1, assessmentReviewed},
	{2, assessmentApproved},
	{1, assessmentSentBack},
	{1, teamMemberAdded},
	{1, teamMemberRemoved},
	{2, meetingCalled},
	{4, meetingHeld},
	{1, meetingCancelled},
	{1, followUpSettled},
	{1, attendanceConfirmed},
	{6, projectDrafted},
	{3, goalSet},
	{2, goalReached},
	{2, goalDropped},
	{3, supportArranged},
	{3, supportStarted},
	{4, supportDelivered},
	{2, supportStopped},
	{2, commitmentAgreed},
	{2, commitmentChecked},
	{1, budgetSet},
	{10, projectSigned},
	{1, signatureRefused},
	{1, projectRevised},
	{2, monitoringPlanned},
	{3, projectMonitored},
	{3, beneficiaryEvaluated},
	{3, operatorsEvaluated},
	{2, evaluationNotCarriedOut},
	{2, projectConcluded},
	{2, projectSubmitted},
	{3, projectApproved},
	{1, projectSentBack},
}

var adi = []choice{
	{2, padSigned},
	{4, measureDecided},
	{4, householdRecorded},
	{4, summoned},
	{4, firstMeetingHeld},
	{4, periodicMeetingHeld},
	{4, sentToEmploymentCentre},
	{3, servicePactSigned},
	{8, preliminaryAnalysisConcluded},
	{8, projectSigned},
}

var self = []choice{
	{8, pathProposed},
	{6, pathAgreementSigned},
	{8, pathStarted},
	{2, pathExtended},
	{3, pathSuspended},
	{6, pathResumed},
	{2, pathInterrupted},
	{5, pathAttended},
	{5, pathPaid},
	{5, pathConcluded},
	{4, pathFollowedUp},
}

var discharge = []choice{
	{10, dischargeReported},
	{8, admissibilityAssessed},
	{8, discharged},
	{4, providerChosen},
	{8, firstAccess},
	{6, accessDelivered},
	{4, bedAssigned},
	{6, bedEntered},
	{6, bedLeft},
	{3, serviceConcluded},
	{4, sixMonthResult},
}
