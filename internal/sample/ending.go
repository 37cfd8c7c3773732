package sample

import (
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// ending is how the cases of a service end.
type ending struct {
	// positive, partly and neutral are shares of the outcomes, in percent; the
	// rest is negative.
	positive, partly, neutral float64
	// missing is the share of evaluations that nobody carried out.
	missing float64
	// aspects are asked of those who answer, beside the path as a whole.
	aspects []eventv1.Aspect
	// scored asks for a score from 0 to 10.
	scored bool
}

func (s *script) outcome(e ending) eventv1.Outcome {
	switch n := s.rng.Float64() * 100; {
	case n < e.positive:
		return eventv1.Outcome_OUTCOME_POSITIVE
	case n < e.positive+e.partly:
		return eventv1.Outcome_OUTCOME_PARTLY_POSITIVE
	case n < e.positive+e.partly+e.neutral:
		return eventv1.Outcome_OUTCOME_NEUTRAL
	default:
		return eventv1.Outcome_OUTCOME_NEGATIVE
	}
}

// reasons for a closure by its outcome.
var reasons = map[eventv1.Outcome][]weighted[eventv1.ClosingReason]{
	eventv1.Outcome_OUTCOME_POSITIVE: {
		{60, eventv1.ClosingReason_CLOSING_REASON_GOALS_REACHED},
		{30, eventv1.ClosingReason_CLOSING_REASON_AUTONOMY},
		{10, eventv1.ClosingReason_CLOSING_REASON_NOT_NEEDED},
	},
	eventv1.Outcome_OUTCOME_PARTLY_POSITIVE: {
		{50, eventv1.ClosingReason_CLOSING_REASON_GOALS_REACHED},
		{50, eventv1.ClosingReason_CLOSING_REASON_HANDED_OVER},
	},
	eventv1.Outcome_OUTCOME_NEUTRAL: {
		{60, eventv1.ClosingReason_CLOSING_REASON_MOVED},
		{40, eventv1.ClosingReason_CLOSING_REASON_NO_LONGER_ELIGIBLE},
	},
	eventv1.Outcome_OUTCOME_NEGATIVE: {
		{75, eventv1.ClosingReason_CLOSING_REASON_ABANDONED},
		{25, eventv1.ClosingReason_CLOSING_REASON_NO_LONGER_ELIGIBLE},
	},
}

// missingReasons say why an evaluation was not carried out.
var missingReasons = []weighted[eventv1.MissingReason]{
	{45, eventv1.MissingReason_MISSING_REASON_UNREACHABLE},
	{25, eventv1.MissingReason_MISSING_REASON_DECLINED},
	{15, eventv1.MissingReason_MISSING_REASON_NOT_PLANNED},
	{10, eventv1.MissingReason_MISSING_REASON_UNABLE},
	{5, eventv1.MissingReason_MISSING_REASON_LANGUAGE},
}

// close ends the case: both sides evaluate, or it is said why not; the project
// is concluded, then the case. p may be nil. reason 0 follows from the outcome.
func (f *file) close(p *project, e ending, outcome eventv1.Outcome, reason eventv1.ClosingReason) {
	if f.ended {
		return
	}
	if reason == 0 {
		reason = weigh(f.s, reasons[outcome])
	}
	f.evaluate(p, e, outcome, reason)
	if p != nil && !p.concluded {
		f.note(f.by, &eventv1.ProjectConcluded{ProjectId: p.id.String(), Outcome: outcome})
		p.concluded = true
	}
	f.approveClosure(outcome, reason)
	f.note(f.by, &eventv1.Closed{Outcome: outcome, Reason: reason, Note: f.s.note(onEnding)})
	f.ended = true
	if reason == eventv1.ClosingReason_CLOSING_REASON_ABANDONED && f.s.chance(8) {
		f.s.after(10, 60, f.comeBack)
	}
}

// comeBack opens a case again whose person had left, until the end comes all
// the same.
func (f *file) comeBack() {
	f.note(f.by, &eventv1.Reopened{Note: f.s.note(onContact)})
	f.ended, f.cameBack = false, true
	f.then(30, 120, func() {
		f.note(f.by, &eventv1.Closed{
			Outcome: eventv1.Outcome_OUTCOME_PARTLY_POSITIVE, Reason: eventv1.ClosingReason_CLOSING_REASON_HANDED_OVER,
			Note: f.s.note(onEnding),
		})
		f.ended = true
	})
}

// evaluate records what both sides say. A case without a project is evaluated
// as a whole where the service asks more than one thing, else now and then.
func (f *file) evaluate(p *project, e ending, outcome eventv1.Outcome, reason eventv1.ClosingReason) {
	id := ""
	switch {
	case p != nil && p.signed:
		id = p.id.String()
	case p != nil, !e.scored && len(e.aspects) == 0 && !f.s.chance(45):
		return
	}
	dead := reason == eventv1.ClosingReason_CLOSING_REASON_DECEASED
	if dead || f.s.chance(e.missing) {
		why := eventv1.MissingReason_MISSING_REASON_DECEASED
		if !dead {
			why = weigh(f.s, missingReasons)
		}
		f.note(f.colleague(), &eventv1.EvaluationNotCarriedOut{
			ProjectId: id, Voice: eventv1.Voice_VOICE_BENEFICIARY, Reason: why,
		})
		f.operatorsSay(id, e, outcome, false)
		return
	}
	scored := f.beneficiarySays(id, e, outcome)
	f.operatorsSay(id, e, outcome, scored)
}

// beneficiarySays records the evaluation of the person, who judges mostly but
// not always as the operators do, and tells whether the path as a whole has a
// score.
func (f *file) beneficiarySays(project string, e ending, outcome eventv1.Outcome) (scored bool) {
	for _, aspect := range append([]eventv1.Aspect{eventv1.Aspect_ASPECT_OVERALL}, e.aspects...) {
		if aspect == eventv1.Aspect_ASPECT_USE_OF_SERVICES {
			continue
		}
		said := &eventv1.BeneficiaryEvaluated{ProjectId: project, Aspect: aspect, Judgement: f.s.judgement(outcome, 78)}
		if e.scored && !f.s.chance(12) {
			said.Score = f.s.score(said.GetJudgement())
			scored = scored || aspect == eventv1.Aspect_ASPECT_OVERALL
		}
		f.note(f.colleague(), said)
	}
	return scored
}

// operatorsSay records the evaluation of the operators, on the scale of that of
// the person.
func (f *file) operatorsSay(project string, e ending, outcome eventv1.Outcome, scored bool) {
	if f.s.chance(e.missing / 3) {
		f.note(f.by, &eventv1.EvaluationNotCarriedOut{
			ProjectId: project, Voice: eventv1.Voice_VOICE_OPERATORS,
			Reason: eventv1.MissingReason_MISSING_REASON_NOT_PLANNED,
		})
		return
	}
	overall := &eventv1.OperatorsEvaluated{ProjectId: project, Aspect: eventv1.Aspect_ASPECT_OVERALL, Judgement: f.s.judgement(outcome, 90)}
	if scored {
		overall.Score = f.s.score(overall.GetJudgement())
	}
	f.note(f.by, overall)
	for _, aspect := range e.aspects {
		if aspect == eventv1.Aspect_ASPECT_USE_OF_SERVICES {
			f.note(f.by, &eventv1.OperatorsEvaluated{
				ProjectId: project, Aspect: aspect, Judgement: f.s.judgement(outcome, 85),
			})
		}
	}
}

// judgement follows an outcome as often as agreement says, in percent.
func (s *script) judgement(o eventv1.Outcome, agreement float64) eventv1.Judgement {
	if o == eventv1.Outcome_OUTCOME_PARTLY_POSITIVE || o == eventv1.Outcome_OUTCOME_NEUTRAL {
		return weigh(s, []weighted[eventv1.Judgement]{
			{50, eventv1.Judgement_JUDGEMENT_POSITIVE},
			{35, eventv1.Judgement_JUDGEMENT_MIXED},
			{15, eventv1.Judgement_JUDGEMENT_NEGATIVE},
		})
	}
	if (o == eventv1.Outcome_OUTCOME_POSITIVE) == s.chance(agreement) {
		return eventv1.Judgement_JUDGEMENT_POSITIVE
	}
	return eventv1.Judgement_JUDGEMENT_NEGATIVE
}

// score gives points from 0 to 10 that fit a judgement.
func (s *script) score(j eventv1.Judgement) *int64 {
	var least, most int
	switch j {
	case eventv1.Judgement_JUDGEMENT_POSITIVE:
		least, most = 7, 10
	case eventv1.Judgement_JUDGEMENT_NEGATIVE:
		least, most = 2, 5
	default:
		least, most = 6, 8
	}
	points := int64(s.number(least, most))
	return &points
}
