package casework

import (
	"slices"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Goal is a goal of a project.
type Goal struct {
	ID        string         `cel:"id"`
	General   bool           `cel:"general"`
	Domain    eventv1.Domain `cel:"domain"`
	DueOn     Day            `cel:"due_on"`
	ReachedOn Day            `cel:"reached_on"`
	DroppedOn Day            `cel:"dropped_on"`
	// Wording is sealed.
	Wording *eventv1.Text
}

func goalSet(f *eventv1.GoalSet) rule {
	return writes(f.GetProjectId(), rule{
		part:  partOf("project", f.GetProjectId(), "goal", f.GetGoalId()),
		newID: &f.GoalId, about: f.GetGoalId(),
		check: func(c *Case, w when) error {
			_, err := dayField("due_on", f.GetDueOn())
			if !f.GetGeneral() && f.GetDomain() == 0 {
				return invalid("domain", "is missing: a specific goal belongs to a domain")
			}
			return first(err, openProject(c, w, f.GetProjectId()))
		},
		apply: func(c *Case, _ when) {
			goal := &Goal{
				ID: f.GetGoalId(), General: f.GetGeneral(), Domain: f.GetDomain(),
				DueOn: day(f.GetDueOn()), Wording: f.GetWording(),
			}
			c.editProject(f.GetProjectId(), func(p *Project) { p.Goals = add(p.Goals, goal) })
		},
	})
}

// goalEnded is the rule of a goal that was reached or dropped.
func goalEnded(project, goal string, end func(*Goal, Day)) rule {
	find := func(p *Project) int {
		return slices.IndexFunc(p.Goals, func(g *Goal) bool { return g.ID == goal })
	}
	return rule{
		part: partOf("project", project, "goal", goal), about: goal,
		check: func(c *Case, w when) error {
			if err := openProject(c, w, project); err != nil {
				return err
			}
			p := c.Projects[c.project(project)]
			i := find(p)
			switch {
			case i < 0:
				return invalid("goal_id", "there is no such goal in this project")
			case p.Goals[i].ReachedOn != 0:
				return notNow("the goal was reached on %s", p.Goals[i].ReachedOn)
			case p.Goals[i].DroppedOn != 0:
				return notNow("the goal was dropped on %s", p.Goals[i].DroppedOn)
			}
			return nil
		},
		apply: func(c *Case, w when) {
			c.editProject(project, func(p *Project) {
				if i := find(p); i >= 0 {
					p.Goals = edit(p.Goals, i, func(g *Goal) { end(g, w.on) })
				}
			})
		},
	}
}

func goalReached(f *eventv1.GoalReached) rule {
	return goalEnded(f.GetProjectId(), f.GetGoalId(), func(g *Goal, on Day) { g.ReachedOn = on })
}

func goalDropped(f *eventv1.GoalDropped) rule {
	ended := goalEnded(f.GetProjectId(), f.GetGoalId(), func(g *Goal, on Day) { g.DroppedOn = on })
	return writes(f.GetProjectId(), ended)
}
