package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/readmodel"
)

const (
	// modestly is how many facts a second are recorded while people read.
	modestly = 20
	// worklistGoal is in milliseconds.
	worklistGoal = 20
	// pagesEach is how many pages each kind of caller reads.
	pagesEach = 600
	// turns bounds the pages that somebody turns after the first.
	turns = 5
)

// reader is a kind of caller, with what is asked of the work list.
type reader struct {
	kind   string
	caller access.Caller
	// own narrows to what somebody of the kind asks for most often.
	own readmodel.ClockFilter
}

// readers are those whose lists are the longest of their kind: they are found
// in the tables.
func (t *tables) readers(ctx context.Context) ([]reader, error) {
	var managing, manager, home, reporting string
	for _, q := range []struct {
		sql  string
		into []any
	}{
		{"select managing_body from percorsi.clocks group by 1 order by count(*) desc limit 1", []any{&managing}},
		{"select case_manager, min(managing_body) from percorsi.clocks where case_manager <> '' group by 1 order by count(*) desc limit 1", []any{&manager, &home}},
		{"select substr(r, 3) from percorsi.clocks, unnest(readers) r where r like 'r:%' group by 1 order by count(*) desc limit 1", []any{&reporting}},
	} {
		if err := t.pool.QueryRow(ctx, q.sql).Scan(q.into...); err != nil {
			return nil, fmt.Errorf("find who reads: %w", err)
		}
	}
	return []reader{
		{"coordinator", access.Caller{User: "op-001", Role: access.Coordinator, Body: managing}, readmodel.ClockFilter{ManagingBody: managing}},
		{"case-manager", access.Caller{User: manager, Role: access.CaseManager, Body: home}, readmodel.ClockFilter{CaseManager: manager}},
		{"planner", access.Caller{User: "op-002", Role: access.Planner, Body: managing}, readmodel.ClockFilter{}},
		{"reporting-body", access.Caller{User: "op-003", Role: access.ReportingBody, Body: reporting}, readmodel.ClockFilter{}},
	}, nil
}

// worklistQuery measures a page of the work list, counted as far as the program
// does, for each kind of caller.
func worklistQuery(ctx context.Context, l *lab) (result, error) {
	t, o, err := l.current(ctx, modestly)
	if err != nil {
		return result{}, err
	}
	r, err := l.worklists(ctx, t)
	return r, firstOf(err, o.close())
}

func (l *lab) worklists(ctx context.Context, t *tables) (result, error) {
	readers, err := t.readers(ctx)
	if err != nil {
		return result{}, err
	}
	ask, err := newQuestions(ctx, t)
	if err != nil {
		return result{}, err
	}
	if err := l.profile.begin(); err != nil {
		return result{}, err
	}
	var all []time.Duration
	took := make([][]time.Duration, len(readers))
	for len(all) < pagesEach*len(readers) {
		for i, r := range readers {
			list, err := ask.pages(ctx, t, r)
			if err != nil {
				return result{}, fmt.Errorf("%s: %w", r.kind, err)
			}
			took[i], all = append(took[i], list...), append(all, list...)
		}
	}
	parts := map[string]float64{"p50_ms": milliseconds(percentile(all, 50))}
	for i, r := range readers {
		parts[r.kind+"_p50_ms"] = milliseconds(percentile(took[i], 50))
		parts[r.kind+"_p99_ms"] = milliseconds(percentile(took[i], 99))
		tell(l.progress, "  %s: p50 %v, p99 %v", r.kind, percentile(took[i], 50), percentile(took[i], 99))
	}
	value := milliseconds(percentile(all, 99))
	return result{
		Value: value, Unit: "ms (p99)", Limit: worklistGoal, LimitIs: "the goal itself", Ratio: value / worklistGoal,
		Goal: fmt.Sprintf("<= %d ms", worklistGoal), Met: value <= worklistGoal,
		Cases: uint64(l.cases), Position: uint64(l.district.facts.Load()), Postgres: t.about, Parts: parts,
		Note: fmt.Sprintf("%d pages of 50 clocks of %d, counted to %d, filters by chance, up to %d pages turned, while %d facts a second are recorded",
			len(all), ask.clocks, readmodel.CountedTo, turns, modestly),
	}, nil
}

// questions makes up what people ask of the work list.
type questions struct {
	rng    *rand.Rand
	names  []string
	bodies []string
	clocks int
}

func newQuestions(ctx context.Context, t *tables) (*questions, error) {
	q := &questions{rng: rand.New(rand.NewPCG(3, 3))}
	for sql, into := range map[string]*[]string{
		"select distinct name from percorsi.clocks order by 1":          &q.names,
		"select distinct managing_body from percorsi.clocks order by 1": &q.bodies,
	} {
		rows, err := t.pool.Query(ctx, sql)
		if err != nil {
			return nil, err
		}
		if *into, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
			return nil, err
		}
	}
	return q, t.pool.QueryRow(ctx, "select count(*) from percorsi.clocks").Scan(&q.clocks)
}

// filter makes up a filter: half of the time the one that the reader has most
// often, or everything that is seen.
func (q *questions) filter(r reader) readmodel.ClockFilter {
	switch q.rng.IntN(8) {
	case 0, 1:
		return readmodel.ClockFilter{}
	case 2, 3:
		return r.own
	case 4:
		return readmodel.ClockFilter{Name: q.names[q.rng.IntN(len(q.names))]}
	case 5:
		return readmodel.ClockFilter{DueBy: casework.DayOf(time.Now()) + casework.Day(q.rng.IntN(60))}
	case 6:
		return readmodel.ClockFilter{ManagingBody: q.bodies[q.rng.IntN(len(q.bodies))]}
	default:
		return readmodel.ClockFilter{CaseManager: fmt.Sprintf("op-%03d", q.rng.IntN(5*offices))}
	}
}

// pages asks for a list and turns some pages. It gives the time of each.
func (q *questions) pages(ctx context.Context, t *tables, r reader) ([]time.Duration, error) {
	var took []time.Duration
	f, p := q.filter(r), readmodel.Page{Size: 50}
	for range 1 + q.rng.IntN(turns+1) {
		begin := time.Now()
		page, err := t.model.Clocks(ctx, readmodel.SeenBy(r.caller), f, p)
		if err != nil {
			return nil, err
		}
		took = append(took, time.Since(begin))
		if p.Token = page.Next; p.Token == "" {
			break
		}
	}
	return took, nil
}
