package casework

import (
	"slices"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// The calendar of a project: the days on which it is to be monitored, and the
// meetings that were held.

// Monitoring is a day on which a project is to be monitored.
type Monitoring struct {
	PlannedOn Day
	// HeldOn is the day of the meeting; zero where there was none.
	HeldOn Day
}

// early is how many days before the planned one a meeting may be held. Who moves
// it further plans it anew.
const early = 1

// Monitorings gives the calendar of a project with what was held of it: of each
// day the first meeting from the day before on, up to the next planned one.
func (p *Project) Monitorings() []Monitoring {
	out := make([]Monitoring, 0, len(p.Calendar))
	for i, d := range p.Calendar {
		one := Monitoring{PlannedOn: d}
		for _, held := range p.Monitored {
			if held >= d-early && (i+1 == len(p.Calendar) || held < p.Calendar[i+1]-early) {
				one.HeldOn = earlier(one.HeldOn, held)
			}
		}
		out = append(out, one)
	}
	return out
}

// NextMonitoring gives the first planned day after the newest meeting; zero for
// none, and for a project that was concluded. A day that has passed without a
// meeting is next until one is held: it does not come back after that.
func (p *Project) NextMonitoring() Day {
	if p.ConcludedOn != 0 {
		return 0
	}
	var newest Day
	for _, held := range p.Monitored {
		newest = max(newest, held+early)
	}
	i := slices.IndexFunc(p.Calendar, func(d Day) bool { return d > newest })
	if i < 0 {
		return 0
	}
	return p.Calendar[i]
}

// nextMonitoring gives that of one project, or the first of all projects where
// none is named.
func (c *Case) nextMonitoring(project string) (next Day) {
	for _, p := range c.Projects {
		if project == "" || p.ID == project {
			next = earlier(next, p.NextMonitoring())
		}
	}
	return next
}

func monitoringPlanned(f *eventv1.MonitoringPlanned) rule {
	return writes(f.GetProjectId(), rule{
		part: partOf("project", f.GetProjectId(), "calendar"), about: f.GetProjectId(),
		check: func(c *Case, w when) error {
			if err := first(rising(f.GetPlannedOn()), openProject(c, w, f.GetProjectId())); err != nil {
				return err
			}
			if p := c.Projects[c.project(f.GetProjectId())]; day(f.GetPlannedOn()[0]) < p.DraftedOn {
				return invalid("planned_on", "begins before the draft of the project, %s: check both dates", p.DraftedOn)
			}
			return nil
		},
		apply: func(c *Case, w when) {
			days := make([]Day, 0, len(f.GetPlannedOn()))
			for _, d := range f.GetPlannedOn() {
				days = append(days, day(d))
			}
			c.editProject(f.GetProjectId(), func(p *Project) {
				if latest(&p.CalendarOn, w.on) {
					p.Calendar = days
				}
			})
		},
	})
}

// rising says that the days of a calendar are days, each after the one before.
func rising(list []string) error {
	if len(list) == 0 {
		return invalid("planned_on", "is empty: give the days of the meetings")
	}
	var last Day
	for _, s := range list {
		d, err := dayField("planned_on", s)
		switch {
		case err != nil:
			return err
		case d <= last:
			return invalid("planned_on", "%s does not follow %s: give each day once, in order", d, last)
		}
		last = d
	}
	return nil
}

func projectMonitored(f *eventv1.ProjectMonitored) rule {
	return rule{
		part: partOf("project", f.GetProjectId(), "monitoring"), about: f.GetProjectId(), adds: true,
		check: func(c *Case, w when) error { return openProject(c, w, f.GetProjectId()) },
		apply: func(c *Case, w when) {
			c.editProject(f.GetProjectId(), func(p *Project) { p.Monitored = add(p.Monitored, w.on) })
		},
	}
}
