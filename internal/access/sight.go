package access

import (
	"slices"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// What Sees decides for one case and one caller, in a form that a database can
// ask for of many cases at once: with each case is written who sees it
// (ReadersOf), and a caller is a few such names (SightOf). The managing body is
// not among them, since it is what most of what a body sees is found by.
const (
	readerUser      = "u:" // the case manager, and who is in the team
	readerWorking   = "w:" // a body that worked on the case, or is asked to
	readerReporting = "r:" // a body that reported the case, or provides for it
)

// Sight is what a caller sees: the cases that the body manages, those that have
// one of the readers, and, where it is open, every case that is not sealed. The
// zero Sight sees nothing.
type Sight struct {
	Open    bool
	Body    string
	Readers []string
}

// SightOf gives the sight of a caller.
func SightOf(c Caller) Sight {
	switch {
	case c.Role.staff():
		s := Sight{Body: c.Body}
		if c.User != "" {
			s.Readers = append(s.Readers, readerUser+c.User)
		}
		if c.Body != "" {
			s.Readers = append(s.Readers, readerWorking+c.Body)
		}
		return s
	case c.Role == Planner, c.Role == Administrator:
		return Sight{Open: true}
	case c.Role == ReportingBody && c.Body != "":
		return Sight{Readers: []string{readerReporting + c.Body}}
	default:
		return Sight{}
	}
}

// Sees tells whether a case is in the sight.
func (s Sight) Sees(k *casework.Case) bool {
	if k == nil {
		return false
	}
	return s.Open && !Sealed(k) || same(s.Body, k.ManagingBody) ||
		slices.ContainsFunc(ReadersOf(k), func(r string) bool { return slices.Contains(s.Readers, r) })
}

// SeesAllOf tells whether every case of a case manager is in the sight, whatever
// else there is about it.
func (s Sight) SeesAllOf(manager string) bool {
	return manager != "" && slices.Contains(s.Readers, readerUser+manager)
}

// Covers tells whether every case that another sight sees is in this one.
func (s Sight) Covers(o Sight) bool {
	return (s.Open || !o.Open) && (o.Body == "" || o.Body == s.Body) &&
		!slices.ContainsFunc(o.Readers, func(r string) bool { return !slices.Contains(s.Readers, r) })
}

// ReadersOf gives who sees a case besides its managing body, in order, each
// once.
func ReadersOf(k *casework.Case) []string {
	var out []string
	add := func(prefix, name string) {
		if name != "" && !slices.Contains(out, prefix+name) {
			out = append(out, prefix+name)
		}
	}
	add(readerUser, k.CaseManager)
	for _, m := range k.Team {
		if m.To == 0 {
			add(readerUser, m.User)
		}
	}
	if !Sealed(k) {
		addBodies(k, add)
	}
	slices.Sort(out)
	return out
}

func addBodies(k *casework.Case, add func(prefix, name string)) {
	for _, b := range k.Bodies {
		add(readerWorking, b)
	}
	for _, r := range k.Referrals {
		if r.Answer == eventv1.AnswerKind_ANSWER_KIND_UNSPECIFIED || r.Answer == eventv1.AnswerKind_ANSWER_KIND_ACCEPTED {
			add(readerWorking, r.ToBody)
		}
	}
	add(readerReporting, k.SignalledBy)
	if d := k.Discharge; d != nil {
		add(readerReporting, d.ReportedBy)
		add(readerReporting, d.Provider)
	}
	for _, s := range k.Supports {
		add(readerReporting, s.Provider)
	}
}
