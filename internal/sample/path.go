package sample

import (
	"github.com/google/uuid"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

var (
	pathKinds = []weighted[eventv1.PathKind]{
		{60, eventv1.PathKind_PATH_KIND_TIROCINIO},
		{18, eventv1.PathKind_PATH_KIND_TRAINING},
		{10, eventv1.PathKind_PATH_KIND_LABORATORY},
		{6, eventv1.PathKind_PATH_KIND_ON_THE_JOB},
		{6, eventv1.PathKind_PATH_KIND_HIRING},
	}
	// allowanceShares are who paid the allowances of 2021-2023: Ambito, Comune,
	// host company, tenders.
	allowanceShares = []*eventv1.FundShare{
		{Fund: eventv1.Fund_FUND_AMBITO, Share: 33},
		{Fund: eventv1.Fund_FUND_COMUNE, Share: 27},
		{Fund: eventv1.Fund_FUND_COMPANY, Share: 16},
		{Fund: eventv1.Fund_FUND_GRANT, Share: 24},
	}
	interruptions = []weighted[eventv1.InterruptionReason]{
		{40, eventv1.InterruptionReason_INTERRUPTION_REASON_PERSON},
		{20, eventv1.InterruptionReason_INTERRUPTION_REASON_HEALTH},
		{15, eventv1.InterruptionReason_INTERRUPTION_REASON_EMPLOYED},
		{15, eventv1.InterruptionReason_INTERRUPTION_REASON_HOST},
		{10, eventv1.InterruptionReason_INTERRUPTION_REASON_CONDUCT},
	}
	followUps = []weighted[eventv1.FollowUpResult]{
		{35, eventv1.FollowUpResult_FOLLOW_UP_RESULT_EMPLOYED},
		{10, eventv1.FollowUpResult_FOLLOW_UP_RESULT_TRAINING},
		{30, eventv1.FollowUpResult_FOLLOW_UP_RESULT_SEARCHING},
		{12, eventv1.FollowUpResult_FOLLOW_UP_RESULT_INACTIVE},
		{13, eventv1.FollowUpResult_FOLLOW_UP_RESULT_UNKNOWN},
	}
)

// path is one path of SELF as its script sees it.
type path struct {
	*self
	id     uuid.UUID
	kind   eventv1.PathKind
	starts casework.Day
	// ends is the day it ended; 0 while it goes on.
	ends casework.Day
}

// path proposes a path, and another one after it while some are left.
func (c *self) path(left int) {
	if left == 0 || c.cameBack {
		return
	}
	c.walking = true
	p := &path{self: c, kind: weigh(c.s, pathKinds)}
	if c.farming {
		p.kind = eventv1.PathKind_PATH_KIND_TIROCINIO
	}
	p.id = c.note(c.by, p.proposal())
	if c.s.chance(6) { // the person does not take it up
		c.walking = false
		c.then(15, 60, func() { c.path(left - 1) })
		return
	}
	c.then(2, 14, func() {
		if p.kind == eventv1.PathKind_PATH_KIND_TIROCINIO {
			c.note(c.by, &eventv1.PathAgreementSigned{PathId: p.id.String(), Promoter: asfol})
		}
		c.then(1, 12, func() { p.start(left) })
	})
}

func (p *path) proposal() *eventv1.PathProposed {
	at, known := p.host()
	fact := &eventv1.PathProposed{Kind: p.kind, SocialFarming: p.farming}
	if p.kind == eventv1.PathKind_PATH_KIND_TRAINING {
		if p.s.chance(60) { // the others train with SELF itself
			fact.Host, fact.HostKind = pick(p.s, schools[len(schools)-5:]), eventv1.BodyKind_BODY_KIND_SCHOOL
		}
		return fact
	}
	if p.kind == eventv1.PathKind_PATH_KIND_LABORATORY {
		return fact
	}
	fact.Host, fact.HostKind = at.code, at.kind
	fact.HostKnownSince = known.String()
	if p.s.chance(25) {
		fact.Programme = pick(p.s, []string{"FSE-2025-01", "BANDO-2025-07", "PNRR-1.2"})
	}
	return fact
}

// host finds a body that takes the person, and the day it became known.
func (p *path) host() (source, casework.Day) {
	long := p.s.today - p.s.days(200, 2000)
	switch {
	case p.farming:
		return pick(p.s, farms), long
	case p.s.chance(14):
		return pick(p.s, newcomers[:newcomersThatHost]), p.s.today - p.s.days(10, 90)
	default:
		return pick(p.s, hosts), long
	}
}

// start begins the path; months follow.
func (p *path) start(left int) {
	months := p.s.number(2, 6)
	if p.kind == eventv1.PathKind_PATH_KIND_LABORATORY {
		months = p.s.number(1, 2)
	}
	p.starts = p.s.today
	end := p.starts.AddMonths(months)
	p.note(p.by, &eventv1.PathStarted{PathId: p.id.String(), EndsOn: end.String()})
	for month := range months {
		p.month(month)
	}
	switch {
	case p.s.chance(13):
		p.then(20, months*28, func() { p.interrupt(left) })
	case p.s.chance(5):
		p.then(15, 30, p.pause)
	}
	if p.kind == eventv1.PathKind_PATH_KIND_TIROCINIO && p.s.chance(12) {
		p.s.at(end-10, func() { p.extend(end, left) })
		return
	}
	p.s.at(end, func() { p.conclude(left) })
}

// month records hours and allowance of a month, in the month after it.
func (p *path) month(n int) {
	if p.kind != eventv1.PathKind_PATH_KIND_TIROCINIO && n > 0 {
		return
	}
	month := monthOf(p.starts.AddMonths(n))
	p.s.at(p.starts.AddMonths(n+1)+p.s.days(3, 20), func() {
		if p.ends != 0 && month > monthOf(p.ends) {
			return
		}
		if p.s.chance(88) {
			p.sometimesLate(p.colleague(), &eventv1.PathAttended{
				PathId: p.id.String(), Month: month, Minutes: int64(p.s.number(40, 100) * 60),
			})
		}
		if p.kind == eventv1.PathKind_PATH_KIND_TIROCINIO {
			p.note(p.by, &eventv1.PathPaid{
				PathId: p.id.String(), Month: month, AmountCents: int64(p.s.number(30, 60) * 1000), Shares: allowanceShares,
			})
		}
	})
}

// monthOf gives the month of a day, as 2025-03.
func monthOf(d casework.Day) string { return d.Time().Format("2006-01") }

func (p *path) pause() {
	if p.ends != 0 {
		return
	}
	p.note(p.by, &eventv1.PathSuspended{PathId: p.id.String(), Note: p.s.note(onMeeting)})
	p.then(5, 15, func() {
		if p.ends == 0 {
			p.note(p.by, &eventv1.PathResumed{PathId: p.id.String()})
		}
	})
}

func (p *path) extend(end casework.Day, left int) {
	if p.ends != 0 {
		return
	}
	later := end.AddMonths(p.s.number(1, 3))
	p.note(p.by, &eventv1.PathExtended{PathId: p.id.String(), EndsOn: later.String()})
	p.s.at(later, func() { p.conclude(left) })
}

func (p *path) interrupt(left int) {
	if p.ends != 0 {
		return
	}
	p.note(p.by, &eventv1.PathInterrupted{PathId: p.id.String(), Reason: weigh(p.s, interruptions)})
	p.over(left)
}

func (p *path) conclude(left int) {
	if p.ends != 0 {
		return
	}
	p.note(p.by, &eventv1.PathConcluded{
		PathId: p.id.String(), Outcome: p.s.outcome(ending{positive: 58, partly: 14, neutral: 8}),
		Certificate: p.kind == eventv1.PathKind_PATH_KIND_TRAINING && p.s.chance(63),
	})
	p.over(left)
}

// over is what follows a path: the next one, and a question months later, also
// after the case is closed.
func (p *path) over(left int) {
	p.ends, p.walking = p.s.today, false
	if p.s.chance(40) {
		p.s.after(60, 180, func() {
			p.note(p.colleague(), &eventv1.PathFollowedUp{PathId: p.id.String(), Result: weigh(p.s, followUps)})
		})
	}
	p.then(10, 60, func() { p.path(left - 1) })
}
