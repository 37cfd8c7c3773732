package casework

import (
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Budget is what one fund gives to a project.
type Budget struct {
	Fund  eventv1.Fund `cel:"fund"`
	Cents int64        `cel:"cents"`
	Share int64        `cel:"share"`
}

func budgetSet(f *eventv1.BudgetSet) rule {
	return writes(f.GetProjectId(), rule{
		part: partOf("project", f.GetProjectId(), "budget"), about: f.GetProjectId(),
		check: func(c *Case, w when) error {
			return first(balanced(f.GetLines()), openProject(c, w, f.GetProjectId()))
		},
		apply: func(c *Case, _ when) {
			lines := make([]*Budget, 0, len(f.GetLines()))
			for _, l := range f.GetLines() {
				lines = append(lines, &Budget{Fund: l.GetFund(), Cents: l.GetAmountCents(), Share: l.GetShare()})
			}
			c.editProject(f.GetProjectId(), func(p *Project) { p.Budget = lines })
		},
	})
}

// balanced says that the lines of a budget make a whole, each fund once, and
// that amounts and shares say the same. Shares are whole percents, so an amount
// may be off by one percent of the whole.
func balanced(lines []*eventv1.BudgetLine) error {
	var shares, total int64
	seen := map[eventv1.Fund]bool{}
	for _, l := range lines {
		if seen[l.GetFund()] {
			return invalid("lines", "the same fund is named twice: add its lines up")
		}
		seen[l.GetFund()] = true
		shares += l.GetShare()
		total += l.GetAmountCents()
	}
	if shares != 100 {
		return invalid("lines", "the shares sum to %d: they must sum to 100", shares)
	}
	for _, l := range lines {
		if off := 100*l.GetAmountCents() - l.GetShare()*total; off > total || -off > total {
			return invalid("lines", "%s has %d%% of the amounts and a share of %d: check both",
				enumName(l.GetFund().String(), "FUND_"), 100*l.GetAmountCents()/total, l.GetShare())
		}
	}
	return nil
}
