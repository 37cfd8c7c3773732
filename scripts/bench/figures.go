package main

import (
	"context"
	"fmt"
	"time"

	"percorsi/internal/indicator"
	"percorsi/internal/readmodel"
)

// askEvery spreads the questions over some time, so that each finds something
// new.
const askEvery = 100 * time.Millisecond

// indicatorsQuery measures the whole table of figures over the tables in
// PostgreSQL, while facts are recorded.
func indicatorsQuery(ctx context.Context, l *lab) (result, error) {
	t, o, err := l.current(ctx, modestly)
	if err != nil {
		return result{}, err
	}
	r, err := l.figures(ctx, t)
	return r, firstOf(err, o.close())
}

func (l *lab) figures(ctx context.Context, t *tables) (result, error) {
	if err := l.profile.begin(); err != nil {
		return result{}, err
	}
	took, table := make([]time.Duration, queries), 0
	tick := time.NewTicker(askEvery)
	defer tick.Stop()
	for i := range took {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return result{}, ctx.Err()
		}
		begin := time.Now()
		if _, err := readmodel.Reach(ctx, t.model, 0); err != nil {
			return result{}, err
		}
		list, err := t.model.Figures(ctx, "", indicator.Query{})
		if err != nil {
			return result{}, err
		}
		took[i], table = time.Since(begin), len(list)
	}
	out := figuresResult(took, uint64(l.cases))
	out.Position, out.Postgres = uint64(l.district.facts.Load()), t.about
	out.Note = fmt.Sprintf("%d figures as the query over gRPC counts them, while %d facts a second are recorded", table, modestly)
	return out, nil
}
