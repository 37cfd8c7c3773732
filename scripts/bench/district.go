package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	plandata "percorsi/deploy/plan"
	"percorsi/internal/eventlog"
	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/plan/planfile"
)

const (
	// fillers is how many cases are written at a time.
	fillers = 256
	// heldBack is how many commits of a case are not written with the others.
	heldBack = 3
	// worthIt is the fewest commits of a case of which some are held back.
	worthIt = 8
)

// log is what facts are written to.
type log interface {
	Append(ctx context.Context, e eventlog.Entry) (eventlog.Position, error)
}

// district is a log of random, valid cases, one of the plan first. What is held
// back of each case comes later, as what people record while something is
// measured.
type district struct {
	told [][]page
	// cases begin with those that are there from the start; those of newCases
	// arrive.
	cases    []*story
	atFirst  int
	facts    atomic.Int64
	goesOn   []int // the cases of which something is held back, by chance
	nextLive atomic.Int64
}

// story is one case. It is written by one goroutine at a time.
type story struct {
	id      uuid.UUID
	pages   []page
	written int
	last    eventlog.Position
}

func (s *story) left() int { return len(s.pages) - s.written }

// newDistrict makes up a district of n cases, and of more that arrive.
func newDistrict(n, arriving int) (*district, error) {
	told, err := tellStories(min(n, stories))
	if err != nil {
		return nil, err
	}
	d := &district{told: told, cases: make([]*story, n+arriving), atFirst: n}
	for i := range d.cases {
		s := &story{pages: told[i%len(told)]}
		s.id, err = uuid.Parse(strings.TrimPrefix(string(s.pages[0].of(i).Stream), "case."))
		if err != nil {
			return nil, err
		}
		d.cases[i] = s
		if i < n && len(s.pages) >= worthIt {
			d.goesOn = append(d.goesOn, i)
		}
	}
	rng := rand.New(rand.NewPCG(uint64(n), 2))
	rng.Shuffle(len(d.goesOn), func(i, j int) { d.goesOn[i], d.goesOn[j] = d.goesOn[j], d.goesOn[i] })
	return d, nil
}

// fill writes the plan and the cases that are there from the start.
func (d *district) fill(ctx context.Context, to log, progress io.Writer) error {
	if err := d.publish(ctx, to); err != nil {
		return err
	}
	begin := time.Now()
	return each(d.atFirst, func(i int) error {
		s := d.cases[i]
		n := len(s.pages)
		if n >= worthIt {
			n -= heldBack
		}
		if err := d.write(ctx, to, i, n); err != nil {
			return err
		}
		if i%10_000 == 9_999 {
			tell(progress, "  filled %d cases, %d facts, %v", i+1, d.facts.Load(), time.Since(begin).Round(time.Second))
		}
		return nil
	})
}

// publish writes the plan that the program ships.
func (d *district) publish(ctx context.Context, to log) error {
	lodi, err := planfile.ReadPlan(plandata.Lodi())
	if err != nil {
		return err
	}
	published, err := fact.Wrap(&eventv1.PlanPublished{Plan: lodi}, today)
	if err != nil {
		return err
	}
	c := &eventv1.Commit{
		CommitId: uuid.NewString(), CommandId: uuid.NewString(), CommandDigest: make([]byte, 16),
		Stream: "plan." + lodi.GetPlanId(), Actor: &eventv1.Actor{User: "percorsi", Role: "administrator", Body: body},
		Facts: []*eventv1.Fact{published},
	}
	data, err := fact.Encode(c)
	if err != nil {
		return err
	}
	_, err = to.Append(ctx, eventlog.Entry{
		Stream: eventlog.Stream(c.GetStream()), Expect: eventlog.ExpectLast(0), Header: fact.Headers(c), Data: data,
	})
	d.facts.Add(1)
	return err
}

// newCases writes the cases that arrive, and gives the position of the last
// fact.
func (d *district) newCases(ctx context.Context, to log) (eventlog.Position, error) {
	err := each(len(d.cases)-d.atFirst, func(i int) error {
		return d.write(ctx, to, d.atFirst+i, len(d.cases[d.atFirst+i].pages))
	})
	return eventlog.Position(d.facts.Load()), err
}

// byChance writes one fact more of every case that goes on, by chance, and
// gives the position of the last one.
func (d *district) byChance(ctx context.Context, to log) (eventlog.Position, error) {
	err := each(len(d.goesOn), func(i int) error { return d.write(ctx, to, d.goesOn[i], 1) })
	return eventlog.Position(d.facts.Load()), err
}

// errAllTold says that no case has anything more to record.
var errAllTold = errors.New("the district has nothing more to tell: fewer facts are to be recorded")

// live writes one fact more of a case by chance.
func (d *district) live(ctx context.Context, to log) (eventlog.Position, error) {
	n := int(d.nextLive.Add(1)) - 1
	if n >= len(d.goesOn) || d.cases[d.goesOn[n]].left() == 0 {
		return 0, errAllTold
	}
	s := d.cases[d.goesOn[n]]
	err := d.write(ctx, to, d.goesOn[n], 1)
	return s.last, err
}

// write writes the next commits of a case.
func (d *district) write(ctx context.Context, to log, i, n int) error {
	s := d.cases[i]
	for range n {
		e := s.pages[s.written].of(i)
		e.Expect = eventlog.ExpectLast(s.last)
		last, err := to.Append(ctx, e)
		if err != nil {
			return fmt.Errorf("fact %d of case %s: %w", s.written+1, s.id, err)
		}
		s.last = last
		s.written++
		d.facts.Add(1)
	}
	return nil
}

// any gives a case by chance.
func (d *district) any(rng *rand.Rand) string { return d.cases[rng.IntN(d.atFirst)].id.String() }

// each does something n times, in order, with some of it at the same time.
func each(n int, do func(i int) error) error {
	var next atomic.Int64
	return inParallel(fillers, func(int) error {
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			if err := do(i); err != nil {
				return err
			}
		}
		return nil
	})
}
