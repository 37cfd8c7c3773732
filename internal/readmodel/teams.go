package readmodel

import (
	"cmp"
	"slices"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// TeamFilter says which meetings of teams. A zero field asks for nothing; all
// that are set must hold.
type TeamFilter struct {
	// From and To are the first and the last day, see MeetingDay.
	From, To casework.Day
	// ManagingBody is that of the case.
	ManagingBody string
	Team         eventv1.TeamKind
}

// Matches tells whether a meeting of a case is one of those.
func (f TeamFilter) Matches(c *casework.Case, m *casework.Meeting) bool {
	d := MeetingDay(m)
	return d != 0 && d >= f.From && (f.To == 0 || d <= f.To) && fits(f.ManagingBody, c.ManagingBody) && fits(f.Team, m.Team)
}

// MeetingDay is the day a meeting is counted on, once: that on which it was held,
// or, as long as it was not, that for which it is called.
func MeetingDay(m *casework.Meeting) casework.Day { return cmp.Or(m.HeldOn, m.ForDay) }

// TeamFigure is what the teams of one kind did in one year.
type TeamFigure struct {
	Year int
	Team eventv1.TeamKind
	// Called is all meetings; Held and Cancelled are some of them.
	Called, Held, Cancelled int
	// Expected and Present are professions that were expected at meetings that
	// were held, and those of them that came.
	Expected, Present int
	// Cases had a meeting that was held; at CasesOfBodies there were two bodies
	// or more.
	Cases, CasesOfBodies int
}

// TeamFigures is what teams did, by year and kind.
type TeamFigures struct {
	Rows []TeamFigure
	// Position is that of the log that they were read at.
	Position casework.Position
}

// TeamTally counts meetings case by case. The zero TeamTally has none.
type TeamTally struct {
	rows map[teamYear]*TeamFigure
}

type teamYear struct {
	year int
	team eventv1.TeamKind
}

// Add counts the meetings of a case that match.
func (t *TeamTally) Add(c *casework.Case, f TeamFilter) {
	met, several := make(map[*TeamFigure]bool), make(map[*TeamFigure]bool)
	for _, m := range c.Meetings {
		if !f.Matches(c, m) {
			continue
		}
		row := t.row(teamYear{MeetingDay(m).Time().Year(), m.Team})
		row.Called++
		if m.Cancelled {
			row.Cancelled++
		}
		if m.HeldOn == 0 {
			continue
		}
		row.Held++
		row.Expected += len(m.Expected)
		row.Present += int(m.ExpectedPresent)
		met[row] = true
		several[row] = several[row] || len(m.BodiesPresent) > 1
	}
	for row := range met {
		row.Cases++
		if several[row] {
			row.CasesOfBodies++
		}
	}
}

func (t *TeamTally) row(y teamYear) *TeamFigure {
	if t.rows == nil {
		t.rows = make(map[teamYear]*TeamFigure)
	}
	if t.rows[y] == nil {
		t.rows[y] = &TeamFigure{Year: y.year, Team: y.team}
	}
	return t.rows[y]
}

// Figures gives what was counted, in the order of SortTeamFigures.
func (t *TeamTally) Figures() []TeamFigure {
	out := make([]TeamFigure, 0, len(t.rows))
	for _, row := range t.rows {
		out = append(out, *row)
	}
	SortTeamFigures(out)
	return out
}

// SortTeamFigures puts rows in order: by year, and then as the kinds of teams are
// in the API.
func SortTeamFigures(rows []TeamFigure) {
	slices.SortFunc(rows, func(a, b TeamFigure) int { return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Team, b.Team)) })
}
