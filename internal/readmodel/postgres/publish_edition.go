package postgres

import (
	"context"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/indicator"
	"percorsi/internal/plan"
)

// edition is what is published, all of it at one position.
type edition struct {
	position casework.Position
	day      casework.Day
	revised  int
	plans    []*planEdition
}

type planEdition struct {
	id       string
	position casework.Position
	state    *plan.State
	program  *indicator.Program
	// values has the figures by period.
	values []periodFigures
	// doubtful are the cases whose evidence may not be what is in the tables;
	// all tells that these are all cases there are.
	doubtful []*casework.Case
	all      bool
	// keys has what the persons of doubtful cases are counted under, of those
	// who are linked with others.
	keys map[string]string
	// unlisted has what figures are not formed of, see unlisted.
	unlisted map[[2]string]bool
}

type periodFigures struct {
	period  string
	figures []indicator.Figure
}

// edition counts what is to be published, at the newest position that the
// follower can reach, and no older than upTo.
func (f *follower) edition(ctx context.Context, upTo casework.Position, k known) (*edition, error) {
	if err := f.hold(ctx); err != nil {
		return nil, err
	}
	defer f.release()
	if err := f.follow(ctx, upTo); err != nil {
		return nil, err
	}
	e := &edition{position: f.told(), day: f.today(), revised: f.revised}
	for _, id := range f.boards.IDs() {
		of, err := f.planEdition(ctx, id, e)
		if err != nil {
			return nil, err
		}
		had := k.plans[id]
		of.all = had == nil || had.published != of.state.PublishedAt || k.day != e.day || k.revised != e.revised
		for c := range f.cases() {
			key, since := f.boards.Key(c.Person)
			if !of.all && c.Last <= k.position && since <= k.position {
				continue
			}
			of.doubtful = append(of.doubtful, c)
			if key != c.Person {
				of.keys[c.Person] = key
			}
		}
		e.plans = append(e.plans, of)
	}
	return e, nil
}

func (f *follower) planEdition(ctx context.Context, id string, e *edition) (*planEdition, error) {
	of := &planEdition{id: id, position: e.position, keys: make(map[string]string)}
	var err error
	if of.state, err = f.boards.State(id); err != nil {
		return nil, err
	}
	if of.program, err = f.boards.Program(id); err != nil {
		return nil, err
	}
	for _, period := range of.program.Periods() {
		figures, err := f.boards.Figures(ctx, id, indicator.Query{Period: period.Label})
		if err != nil {
			return nil, err
		}
		of.values = append(of.values, periodFigures{period.Label, figures})
	}
	of.unlisted = unlisted(of.program, e.day)
	return of, nil
}

// unlisted gives the indicators and periods that units are counted over and no
// figure is formed of: years that have not begun, and the whole plan where its
// figure is that of a year, or a mean of years. What is left is what
// indicator.Board shows when it explains a figure.
func unlisted(p *indicator.Program, day casework.Day) map[[2]string]bool {
	out := make(map[[2]string]bool)
	periods := p.Periods()
	for _, i := range p.Plan().GetIndicators() {
		d := i.GetDefinition()
		byYear := d.GetAggregation() == eventv1.Aggregation_AGGREGATION_GROWTH ||
			d.GetPeriod() == eventv1.PeriodKind_PERIOD_KIND_YEAR || d.GetPeriod() == eventv1.PeriodKind_PERIOD_KIND_MEAN_OF_YEARS
		for n, period := range periods {
			if whole := n == len(periods)-1; period.From > day || whole && byYear {
				out[[2]string{i.GetIndicatorId(), period.Label}] = true
			}
		}
	}
	return out
}
