package casework

import (
	"slices"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// The rules of the paths of SELF: tirocini, training, laboratories, hiring.

func (c *Case) path(id string) int {
	return slices.IndexFunc(c.Paths, func(p *Path) bool { return p.ID == id })
}

func pathProposed(f *eventv1.PathProposed) rule {
	return rule{
		part: partOf("path", f.GetPathId()), newID: &f.PathId, about: f.GetPathId(),
		check: func(c *Case, w when) error {
			known, err := dayField("host_known_since", f.GetHostKnownSince())
			switch {
			case err != nil:
				return err
			case known > w.on:
				return invalid("host_known_since", "is after the proposal: check both dates")
			case f.GetKind() == eventv1.PathKind_PATH_KIND_TIROCINIO && f.GetHost() == "":
				return invalid("host", "is missing: a tirocinio has a host body")
			case f.GetHost() != "" && f.GetHostKind() == 0:
				return invalid("host_kind", "is missing: say what kind of body hosts")
			}
			return first(only(c, "a path", eventv1.Pathway_PATHWAY_SELF), inCharge(c, "a path"))
		},
		apply: func(c *Case, w when) {
			c.Paths = add(c.Paths, &Path{
				ID: f.GetPathId(), Kind: f.GetKind(), Host: f.GetHost(), HostKind: f.GetHostKind(),
				HostSince: day(f.GetHostKnownSince()), SocialFarming: f.GetSocialFarming(), ProposedOn: w.on,
			})
			c.Bodies = involve(c.Bodies, f.GetHost())
		},
	}
}

// pathRule is the rule of a fact about one path: where the path stands is
// checked first, then what is particular.
func pathRule(id string, check func(p *Path, w when) error, change func(p *Path, w when)) rule {
	return rule{
		part: partOf("path", id), about: id,
		check: func(c *Case, w when) error {
			i := c.path(id)
			if i < 0 {
				return invalid("path_id", "there is no such path in this case")
			}
			p := c.Paths[i]
			return first(notBefore(w, p.ProposedOn, "the proposal of the path"), check(p, w))
		},
		apply: func(c *Case, w when) {
			if i := c.path(id); i >= 0 {
				c.Paths = edit(c.Paths, i, func(p *Path) { change(p, w) })
			}
		},
	}
}

// running says that a path has started by the day and has not ended.
func running(p *Path, w when) error {
	switch {
	case p.StartedOn == 0:
		return notNow("the path has not started: start it first")
	case p.EndedOn != 0:
		return notNow("the path ended on %s", p.EndedOn)
	}
	return notBefore(w, p.StartedOn, "the start of the path")
}

func pathAgreementSigned(f *eventv1.PathAgreementSigned) rule {
	return pathRule(f.GetPathId(),
		func(p *Path, _ when) error {
			if p.AgreedOn != 0 {
				return notNow("convention and training project were signed on %s", p.AgreedOn)
			}
			return nil
		},
		func(p *Path, w when) { p.AgreedOn = w.on })
}

func pathStarted(f *eventv1.PathStarted) rule {
	return pathRule(f.GetPathId(),
		func(p *Path, w when) error {
			ends, err := dayField("ends_on", f.GetEndsOn())
			switch {
			case err != nil:
				return err
			case ends != 0 && ends < w.on:
				return invalid("ends_on", "is before the start: check both dates")
			case p.StartedOn != 0:
				return notNow("the path started on %s", p.StartedOn)
			case p.Kind == eventv1.PathKind_PATH_KIND_TIROCINIO && p.AgreedOn == 0:
				return notNow("a tirocinio starts once convention and training project are signed")
			}
			return notBefore(w, p.AgreedOn, "the signature of the convention")
		},
		func(p *Path, w when) { p.StartedOn, p.EndsOn = w.on, day(f.GetEndsOn()) })
}

func pathExtended(f *eventv1.PathExtended) rule {
	return pathRule(f.GetPathId(),
		func(p *Path, w when) error {
			ends, err := dayField("ends_on", f.GetEndsOn())
			if so := max(p.EndsOn, p.StartedOn); err == nil && ends <= so {
				return invalid("ends_on", "is not after the last day foreseen so far, %s", so)
			}
			return first(err, running(p, w))
		},
		func(p *Path, _ when) { p.EndsOn = day(f.GetEndsOn()) })
}

func pathSuspended(f *eventv1.PathSuspended) rule {
	return pathRule(f.GetPathId(),
		func(p *Path, w when) error {
			if p.Suspended {
				return notNow("the path is suspended")
			}
			return running(p, w)
		},
		func(p *Path, _ when) { p.Suspended = true })
}

func pathResumed(f *eventv1.PathResumed) rule {
	return pathRule(f.GetPathId(),
		func(p *Path, w when) error {
			if !p.Suspended {
				return notNow("the path is not suspended")
			}
			return running(p, w)
		},
		func(p *Path, _ when) { p.Suspended = false })
}

func pathInterrupted(f *eventv1.PathInterrupted) rule {
	return pathRule(f.GetPathId(),
		running,
		func(p *Path, w when) { p.EndedOn, p.Interrupted = w.on, true })
}

func pathConcluded(f *eventv1.PathConcluded) rule {
	return pathRule(f.GetPathId(),
		running,
		func(p *Path, w when) {
			p.EndedOn, p.Outcome, p.Certificate = w.on, f.GetOutcome(), f.GetCertificate()
		})
}

// monthOf gives the month of a day, as 2025-03.
func monthOf(d Day) string { return d.Time().Format("2006-01") }

func pathAttended(f *eventv1.PathAttended) rule {
	r := pathRule(f.GetPathId(),
		func(p *Path, w when) error { return pathMonth(p, w, f.GetMonth()) },
		func(p *Path, _ when) { p.Minutes += f.GetMinutes() })
	r.part, r.adds, r.after = partOf("path", f.GetPathId(), "attendance"), true, true
	return r
}

func pathPaid(f *eventv1.PathPaid) rule {
	r := pathRule(f.GetPathId(),
		func(p *Path, w when) error {
			var sum int64
			for _, s := range f.GetShares() {
				sum += s.GetShare()
			}
			if sum != 100 {
				return invalid("shares", "sum to %d: they must sum to 100", sum)
			}
			if slices.ContainsFunc(p.Payments, func(m *Payment) bool { return m.Month == f.GetMonth() }) {
				return invalid("month", "was paid already")
			}
			return pathMonth(p, w, f.GetMonth())
		},
		func(p *Path, w when) {
			p.Payments = add(p.Payments, &Payment{Month: f.GetMonth(), On: w.on, Cents: f.GetAmountCents()})
		})
	r.part, r.adds, r.after = partOf("path", f.GetPathId(), "payments"), true, true
	return r
}

// pathMonth says that a month lies between the start of the path and the day
// of recording.
func pathMonth(p *Path, w when, month string) error {
	switch {
	case p.StartedOn == 0:
		return notNow("the path has not started: start it first")
	case month < monthOf(p.StartedOn):
		return invalid("month", "is before the path started, %s", p.StartedOn)
	case month > monthOf(w.on):
		return invalid("month", "is after the day of the fact: check both dates")
	case p.EndedOn != 0 && month > monthOf(p.EndedOn):
		return invalid("month", "is after the path ended, %s", p.EndedOn)
	}
	return nil
}

func pathFollowedUp(f *eventv1.PathFollowedUp) rule {
	r := pathRule(f.GetPathId(),
		func(p *Path, w when) error {
			if p.EndedOn == 0 {
				return notNow("the path has not ended: a follow-up comes after it")
			}
			return notBefore(w, p.EndedOn, "the end of the path")
		},
		func(p *Path, _ when) { p.FollowUp = f.GetResult() })
	r.part, r.adds, r.after = partOf("path", f.GetPathId(), "follow-up"), true, true
	return r
}
