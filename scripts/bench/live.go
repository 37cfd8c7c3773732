package main

import (
	"context"
	"fmt"
	"time"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
)

const (
	// liveGoal is in facts a second.
	liveGoal = 10_000
	// warmUp is how many facts of a backlog are folded, at most, before the
	// measuring begins.
	warmUp = 20_000
)

// stretch is a part of a backlog, with the position of its last fact.
type stretch struct {
	name  string
	write func(ctx context.Context, to log) (eventlog.Position, error)
	end   eventlog.Position
}

// backlog is facts that were recorded while nobody folded: first new cases, one
// after the other, and then, twice, a fact of every case that goes on, by
// chance.
type backlog struct {
	warm  eventlog.Position // where the measuring begins
	parts []stretch
}

func (b *backlog) end() eventlog.Position { return b.parts[len(b.parts)-1].end }

// facts gives how many are in the i-th part.
func (b *backlog) facts(i int) float64 {
	if i == 0 {
		return float64(b.parts[0].end - b.warm)
	}
	return float64(b.parts[i].end - b.parts[i-1].end)
}

// pileUp records a backlog after a position.
func (l *lab) pileUp(ctx context.Context, log log, from eventlog.Position) (*backlog, error) {
	var err error
	b := &backlog{parts: []stretch{
		{name: "new_cases", write: l.district.newCases},
		{name: "by_chance", write: l.district.byChance},
		{name: "by_chance_again", write: l.district.byChance},
	}}
	for i := range b.parts {
		p := &b.parts[i]
		if p.end, err = p.write(ctx, log); err != nil {
			return nil, err
		}
	}
	b.warm = from + min(warmUp, (b.parts[0].end-from)/4)
	tell(l.progress, "  %d facts wait", b.end()-from)
	return b, nil
}

// projectLive measures the facts folded in a second by the projector of the
// program, which is at work already, when it gets more than it can fold.
func projectLive(ctx context.Context, l *lab) (result, error) {
	t, err := l.begun(ctx)
	if err != nil {
		return result{}, err
	}
	log, err := l.log(ctx, false)
	if err != nil {
		return result{}, err
	}
	g, err := newGate(ctx, log)
	if err != nil {
		return result{}, err
	}
	stop, err := l.keepUp(ctx, t, g)
	if err != nil {
		return result{}, err
	}
	r, err := l.live(ctx, t, g)
	return r, firstOf(err, stop())
}

// live lets facts pile up before the gate and measures what happens when it
// opens.
func (l *lab) live(ctx context.Context, t *tables, g *gate) (result, error) {
	b, err := l.pileUp(ctx, g.Log, g.after)
	if err != nil {
		return result{}, err
	}
	if err := l.profile.begin(); err != nil {
		return result{}, err
	}
	g.open()
	took, err := b.pass(ctx, l, t)
	if err != nil {
		return result{}, err
	}
	parts, facts, all := make(map[string]float64), 0.0, 0.0
	for i, p := range b.parts {
		parts[p.name+"_facts"], parts[p.name+"_per_second"] = b.facts(i), b.facts(i)/took[i].Seconds()
		facts, all = facts+b.facts(i), all+took[i].Seconds()
	}
	value := facts / all
	return result{
		Value: value, Unit: "facts/s", Limit: liveGoal, LimitIs: "the goal itself", Ratio: value / liveGoal,
		Goal: fmt.Sprintf(">= %d facts/s", liveGoal), Met: value >= liveGoal,
		Facts: uint64(facts), Cases: uint64(l.cases), Position: uint64(b.end()), Postgres: t.about, Parts: parts,
		Note: "the running projector gets a backlog, from a log on disk into tables of that many cases: new cases, then a fact of each old case by chance, then another",
	}, nil
}

// pass waits for the backlog to be folded and gives the time that each part
// took.
func (b *backlog) pass(ctx context.Context, l *lab, t *tables) ([]time.Duration, error) {
	if err := t.model.Wait(ctx, casework.Position(b.warm)); err != nil {
		return nil, err
	}
	took := make([]time.Duration, len(b.parts))
	for i, p := range b.parts {
		begin := time.Now()
		if err := t.model.Wait(ctx, casework.Position(p.end)); err != nil {
			return nil, err
		}
		took[i] = time.Since(begin)
		tell(l.progress, "  %s: %.0f facts/s", p.name, b.facts(i)/took[i].Seconds())
	}
	return took, nil
}
