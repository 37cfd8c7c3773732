package sample

import (
	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// supply is a support that a service gives.
type supply struct {
	kind eventv1.SupportKind
	// share of the cases that get it, in percent.
	share     float64
	providers []string
	unit      eventv1.Unit
	fund      eventv1.Fund
	// quantity of one delivery, and how many deliveries.
	quantity, deliveries [2]int
	// every is how many days lie between two deliveries.
	every int
	// cents is what one delivery costs.
	cents int64
}

// support arranges a support, in a project or outside one, starts it and sees
// it through. nil is no project.
func (f *file) support(p *project, give supply) {
	arranged := &eventv1.SupportArranged{
		Kind: give.kind, Unit: give.unit, Fund: give.fund, Quantity: int64(give.quantity[1] * give.deliveries[1]),
		CostCents: give.cents * int64(give.deliveries[1]),
	}
	if len(give.providers) > 0 {
		arranged.Provider = pick(f.s, give.providers)
	}
	if p != nil {
		arranged.ProjectId = p.id.String()
	}
	id := f.note(f.colleague(), arranged)
	f.then(2, 25, func() {
		f.note(f.colleague(), &eventv1.SupportStarted{SupportId: id.String()})
		f.deliver(id.String(), give, f.s.number(give.deliveries[0], give.deliveries[1]))
	})
}

// deliver records deliveries, then the end of the support.
func (f *file) deliver(id string, give supply, times int) {
	if times == 0 {
		f.then(1, 10, func() {
			f.note(f.colleague(), &eventv1.SupportStopped{SupportId: id, Outcome: f.s.outcome(ending{positive: 65, partly: 15, neutral: 10})})
		})
		return
	}
	f.then(max(1, give.every/2), max(2, give.every*3/2), func() {
		quantity := int64(f.s.number(give.quantity[0], give.quantity[1]))
		f.sometimesLate(f.colleague(), &eventv1.SupportDelivered{SupportId: id, Quantity: quantity})
		f.deliver(id, give, times-1)
	})
}

// assess opens an assessment, finds something in each domain and concludes it
// some days later.
func (f *file) assess(form eventv1.Form, version string, domains []eventv1.Domain, by eventv1.Profession, then func(id string)) {
	id := f.note(f.colleague(), &eventv1.AssessmentOpened{Form: form, FormVersion: version}).String()
	for _, domain := range domains {
		f.note(f.colleague(), f.finding(id, domain, by))
	}
	f.then(0, 20, func() { then(id) })
}

// scales that some domains are assessed with.
var scales = map[eventv1.Domain]string{
	eventv1.Domain_DOMAIN_DAILY_LIVING: "BARTHEL",
	eventv1.Domain_DOMAIN_COGNITION:    "SPMSQ",
	eventv1.Domain_DOMAIN_MOBILITY:     "TINETTI",
	eventv1.Domain_DOMAIN_HEALTH:       "CIRS",
}

func (f *file) finding(assessment string, domain eventv1.Domain, by eventv1.Profession) *eventv1.DomainAssessed {
	found := &eventv1.DomainAssessed{
		AssessmentId: assessment, Domain: domain, Profession: by,
		NeedLevel: int64(f.s.number(0, 4)), Note: f.s.note(onAssessment),
	}
	if id, ok := scales[domain]; ok {
		f.s.answer(id, found)
	}
	return found
}

// answer answers every item of a scale, in its newest version.
func (s *script) answer(id string, found *eventv1.DomainAssessed) {
	for _, scale := range s.forms.Scales {
		if scale.ID != id {
			continue
		}
		found.Scale, found.ScaleVersion, found.Items, found.Score = scale.ID, scale.Version, nil, 0
		for _, item := range scale.Items {
			answer := &eventv1.ScaleItem{Code: item.Code, Score: pick(s, item.Values)}
			found.Items, found.Score = append(found.Items, answer), found.GetScore()+answer.GetScore()
		}
	}
}

// lives records where the person lives from a day on.
func (f *file) lives(on casework.Day, status eventv1.HousingStatus) {
	f.noteOf(on, f.colleague(), &eventv1.HousingRecorded{Status: status})
}
