package sample

import (
	"context"

	"google.golang.org/protobuf/proto"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	correctionv1 "percorsi/internal/gen/percorsi/correction/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// slip now and then finds that the attempt to reach the person which was just
// recorded was made by other means, or never.
func (f *file) slip(by access.Caller, attempt *eventv1.ContactAttempted) {
	s := f.s
	wrong := s.steps[len(s.steps)-1]
	if wrong.message != proto.Message(attempt) || !s.chance(6) { // it is recorded later
		return
	}
	one := &correctionv1.Correction{CommandId: wrong.id.String(), Note: s.words(onContact)}
	if s.chance(40) {
		one.What, one.Reason = &correctionv1.Correction_Void{Void: true}, eventv1.CorrectionReason_CORRECTION_REASON_NOT_HAPPENED
	} else {
		right := proto.CloneOf(attempt)
		right.Channel, right.Reached, right.WrongContact = eventv1.Channel_CHANNEL_IN_PERSON, true, false
		one.What = &correctionv1.Correction_Amend{Amend: &eventv1.Fact{
			OccurredOn: wrong.on.String(), Fact: &eventv1.Fact_ContactAttempted{ContactAttempted: right},
		}}
		one.Reason = eventv1.CorrectionReason_CORRECTION_REASON_TYPING_ERROR
	}
	f.noteOf(s.today, by, &correctionv1.CorrectRequest{Corrections: []*correctionv1.Correction{one}})
}

// correct asks for the corrections of a step, which are of contacts.
func (p *performance) correct(ctx context.Context, next step, r *correctionv1.CorrectRequest) error {
	r.Command = &casefilev1.Command{CommandId: next.id.String(), CaseId: next.file.id.String(), OccurredOn: next.on.String()}
	for _, one := range r.GetCorrections() {
		one.Revision = p.revisions[next.file][casework.PartContacts].now
	}
	var answer casefilev1.Recorded
	if err := p.call(ctx, next.by, correctionv1.CorrectionService_Correct_FullMethodName, r, &answer); err != nil {
		return err
	}
	p.answered(next, &answer)
	return nil
}
