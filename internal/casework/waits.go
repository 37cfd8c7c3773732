package casework

import "slices"

// Waits says since when something of a case waits for its approval: the first day
// of each kind, zero where nothing of the kind waits.
type Waits struct {
	Assessment Day
	Project    Day
	Closure    Day
}

// Any tells whether anything waits.
func (w Waits) Any() bool { return w != Waits{} }

// WaitsOf gives the days of what Awaiting gave.
func WaitsOf(list []Awaiting) (w Waits) {
	for _, a := range list {
		switch a.Of {
		case ApprovableAssessment:
			w.Assessment = earlier(w.Assessment, a.Since)
		case ApprovableProject:
			w.Project = earlier(w.Project, a.Since)
		case ApprovableClosure:
			w.Closure = earlier(w.Closure, a.Since)
		}
	}
	return w
}

// Barred gives everybody who wrote some of each thing that waits, and so approves
// none of it: anybody else whose role approves finds something to approve. It is
// nil where nothing waits.
func Barred(list []Awaiting) []string {
	if len(list) == 0 {
		return nil
	}
	var out []string
	for _, user := range list[0].Authors {
		wrote := func(a Awaiting) bool { return slices.Contains(a.Authors, user) }
		if !slices.ContainsFunc(list, func(a Awaiting) bool { return !wrote(a) }) {
			out = append(out, user)
		}
	}
	return out
}
