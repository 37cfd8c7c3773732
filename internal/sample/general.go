package sample

import (
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/person"
)

// service is one of the services whose cases follow the pathway GENERALE: what
// its stories are made of.
type service struct {
	// name begins the names of its stories; rate is how many cases a year.
	name    string
	rate    float64
	service eventv1.Service
	area    eventv1.Area
	who     profile
	from    []weighted[source]
	// body leads the case; empty for the body that manages it.
	body string
	// sealed keeps the case among those who lead it, and its Comune untold.
	sealed bool
	// needs of which each case has one or two, and needs that all have.
	needs  []weighted[eventv1.Need]
	common []eventv1.Need
	// twice is the share in percent of the people whom another service
	// registers once more.
	twice float64
	// refused, waiting and met are shares in percent: not taken, taken after a
	// wait, taken after a first meeting.
	refused, waiting, met float64
	// before and after are the homes found at the start and at the end.
	before, after []weighted[eventv1.HousingStatus]
	meeting       gathering
	meets         float64
	// referred to one of these bodies, so many in a hundred.
	referred float64
	joins    []string
	agreed   agreed
	supports []supply
	ending   ending
	// lasts is how many days a case is in charge, and closes how many are
	// closed after it.
	lasts  [2]int
	closes float64
}

// agreed is the project of a service.
type agreed struct {
	measure eventv1.Measure
	// share of the cases with one, and monitored how many times and how often.
	share   float64
	months  int
	goals   []eventv1.Domain
	signers []eventv1.Signer
	times   [2]int
	every   int
}

// general is one story of a service.
type general struct {
	*file
	of      service
	project *project
}

func (of service) play(s *script) {
	home := weigh(s, s.comuni)
	if of.sealed {
		home = s.lodi()
	}
	about := s.encounter(of.who, home)
	of.playFor(s, about, home)
	if of.twice > 0 && s.chance(of.twice) {
		s.after(5, 60, func() { s.registerTwice(about, home) })
	}
}

// playFor plays the story of somebody who lives in a Comune.
func (of service) playFor(s *script, about *someone, home person.Comune) {
	g := &general{file: s.newFile(eventv1.Pathway_PATHWAY_GENERALE, about, home), of: of}
	g.sealed = of.sealed
	g.signal(&eventv1.Signalled{
		Pathway: g.pathway, Area: of.area, Service: of.service, Needs: g.needs(),
	}, weigh(s, of.from))
	g.then(0, 12, g.welcome)
}

// needs gives those that all have, and one or two more.
func (g *general) needs() []eventv1.Need {
	out := append([]eventv1.Need(nil), g.of.common...)
	if len(g.of.needs) == 0 {
		return out
	}
	first, second := weigh(g.s, g.of.needs), weigh(g.s, g.of.needs)
	out = append(out, first)
	if second != first && g.s.chance(30) {
		out = append(out, second)
	}
	return out
}

// welcome assigns the case and decides on it.
func (g *general) welcome() {
	body := g.of.body
	if body == "" {
		body = g.body
	}
	g.assign(body)
	switch s := g.s; {
	case s.chance(g.of.refused):
		g.then(1, 20, func() {
			g.refuse(weigh(s, []weighted[eventv1.RefusalReason]{
				{35, eventv1.RefusalReason_REFUSAL_REASON_OTHER_SERVICE},
				{30, eventv1.RefusalReason_REFUSAL_REASON_DECLINED},
				{20, eventv1.RefusalReason_REFUSAL_REASON_UNREACHABLE},
				{15, eventv1.RefusalReason_REFUSAL_REASON_NO_PLACES},
			}))
		})
	case s.chance(g.of.waiting):
		g.note(g.by, &eventv1.PutOnWaitingList{})
		g.then(20, 120, g.begin)
	case s.chance(g.of.met):
		g.meet(0, 15, g.begin)
	default:
		g.then(0, 8, g.begin)
	}
}

// begin takes the case in charge and starts what the service does.
func (g *general) begin() {
	s := g.s
	g.takeInCharge()
	if len(g.of.before) > 0 && s.chance(85) {
		g.lives(s.today, weigh(s, g.of.before))
	}
	if len(g.of.after) > 0 && s.chance(60) {
		g.then(100, 200, func() { g.lives(s.today, weigh(s, g.of.after)) })
	}
	if s.chance(g.of.meets) {
		g.then(3, 40, func() { g.gather(g.of.meeting, func() {}) })
	}
	if s.chance(g.of.referred) {
		g.then(3, 30, func() { g.refer(pick(s, g.of.joins)) })
	}
	if s.chance(g.of.agreed.share) {
		g.then(5, 40, g.agree)
	} else {
		g.help()
	}
	if s.chance(g.of.closes) {
		g.end(g.of.lasts[0], g.of.lasts[1])
	}
}

// agree writes and signs the project, in which the supports stand.
func (g *general) agree() {
	s, with := g.s, g.of.agreed
	p := g.draft(with.measure, with.months)
	p.goal(g.by, pick(s, with.goals), with.months)
	if s.chance(25) {
		p.commit(eventv1.Voice_VOICE_BENEFICIARY)
		p.check(60, 120)
	}
	p.sign(with.signers...)
	p.monitor(s.number(with.times[0], with.times[1]), with.every*2/3, with.every*4/3)
	g.project = p
	g.help()
}

// help arranges the supports; everybody gets at least one.
func (g *general) help() {
	given := 0
	for _, give := range g.of.supports {
		if g.s.chance(give.share) {
			g.support(g.project, give)
			given++
		}
	}
	if given == 0 && len(g.of.supports) > 0 {
		g.support(g.project, g.of.supports[0])
	}
}

// end looks at the home again and closes the case.
func (g *general) end(shortest, longest int) {
	g.then(shortest, longest, func() {
		if len(g.of.after) > 0 && g.s.chance(80) {
			g.lives(g.s.today, weigh(g.s, g.of.after))
		}
		g.close(g.project, g.of.ending, g.s.outcome(g.of.ending), 0)
	})
}
