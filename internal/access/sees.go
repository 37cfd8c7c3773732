package access

import (
	"slices"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// reach is how much of a case a caller reads.
type reach int

const (
	// nothing: for this caller the case does not exist.
	nothing reach = iota
	// outline: what a list shows, and what the caller's own body did.
	outline
	// file: everything but words and identity.
	file
	// words: everything.
	words
)

// Sees tells whether a case exists for a caller at all, in a get, a list, a
// search, an export, a live stream, a drill-down or a replay. To one who does
// not see it, answer with [NoSuchCase].
//
// Staff see the cases that their body manages or worked on, those it is asked
// to join or take over, and those where they are the case manager or in the
// team. A reporting body sees the cases that it signalled or reported or for
// which it provides. Planners and administrators see all.
//
// A sealed case exists only for staff of the managing body, for the case
// manager and for the team: the address of a shelter must not be found through
// a list, and the one who looks for a victim may work anywhere (Intesa
// Stato-Regioni on anti-violence centres, 27.11.2014 and 14.9.2022). Its
// figures are counted like all others.
func Sees(c Caller, k *casework.Case) bool { return reads(c, k) > nothing }

// ReadsFile tells whether a caller reads the whole case without its words:
// assessments, needs, household, team, project. A reporting body does not; it
// reads the outline and what it did itself (GDPR art. 5(1)(c)).
func ReadsFile(c Caller, k *casework.Case) bool { return reads(c, k) >= file }

// ReadsWords tells whether a caller reads what people wrote in a case, and who
// the people are: staff who see it, nobody else.
func ReadsWords(c Caller, k *casework.Case) bool { return reads(c, k) >= words }

// Sealed tells whether a case is kept in the compartment of those who work on
// it.
func Sealed(k *casework.Case) bool {
	return k.Service == eventv1.Service_SERVICE_ANTI_VIOLENCE_CENTRE ||
		k.Service == eventv1.Service_SERVICE_ANTI_TRAFFICKING
}

func reads(c Caller, k *casework.Case) reach {
	if k == nil {
		return nothing
	}
	switch {
	case c.Role.staff():
		return staffReads(c, k)
	case Sealed(k):
		return nothing
	case c.Role == Planner, c.Role == Administrator:
		return file
	case c.Role == ReportingBody && hasPart(c.Body, k):
		return outline
	default:
		return nothing
	}
}

func staffReads(c Caller, k *casework.Case) reach {
	if same(c.Body, k.ManagingBody) || same(c.User, k.CaseManager) || inTeam(c.User, k) {
		return words
	}
	if Sealed(k) || c.Body == "" {
		return nothing
	}
	if slices.Contains(k.Bodies, c.Body) || isAsked(c.Body, k) {
		return words
	}
	return nothing
}

// inTeam tells whether a user is in the team now; who left sees no more.
func inTeam(user string, k *casework.Case) bool {
	return slices.ContainsFunc(k.Team, func(m *casework.TeamMember) bool {
		return same(user, m.User) && m.To == 0
	})
}

// isAsked tells whether a body was asked to join or to take over and has not
// said no: it cannot answer for a case that it may not see.
func isAsked(body string, k *casework.Case) bool {
	return slices.ContainsFunc(k.Referrals, func(r *casework.Referral) bool {
		return r.ToBody == body &&
			(r.Answer == eventv1.AnswerKind_ANSWER_KIND_UNSPECIFIED || r.Answer == eventv1.AnswerKind_ANSWER_KIND_ACCEPTED)
	})
}

// hasPart tells whether a body signalled or reported a case or provides for
// it. To be called to a meeting or to host a path is not enough: the case is
// shown to the people who come, in the team.
func hasPart(body string, k *casework.Case) bool {
	if same(body, k.SignalledBy) || reported(body, k) || provides(body, k) {
		return true
	}
	return slices.ContainsFunc(k.Supports, func(s *casework.Support) bool { return same(body, s.Provider) })
}

// reported tells whether a body reported the discharge.
func reported(body string, k *casework.Case) bool {
	return k.Discharge != nil && same(body, k.Discharge.ReportedBy)
}

// provides tells whether a body is the provider chosen after the discharge.
func provides(body string, k *casework.Case) bool {
	return k.Discharge != nil && same(body, k.Discharge.Provider)
}

// same compares two names of which the empty one names nobody: a case that a
// citizen signalled belongs to no body, not to a caller without one.
func same(a, b string) bool { return a != "" && a == b }
