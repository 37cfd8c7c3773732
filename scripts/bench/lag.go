package main

import (
	"context"
	"fmt"
	"time"

	"percorsi/internal/casework"
)

const (
	lagRate  = 500 // facts a second
	lagLasts = 20 * time.Second
	// lagGoal is in milliseconds.
	lagGoal = 50
	// lagWarmsUp is the first part of the facts, which is not counted.
	lagWarmsUp = lagRate
)

// projectLag measures how long after it was acknowledged a fact is visible to
// another process.
func projectLag(ctx context.Context, l *lab) (result, error) {
	t, o, err := l.current(ctx, 0)
	if err != nil {
		return result{}, err
	}
	other, err := openDesk(ctx, t.server.URL())
	if err != nil {
		return result{}, firstOf(err, o.close())
	}
	lags, appends, err := l.lags(ctx, other)
	if err := firstOf(err, other.close(ctx), o.close()); err != nil {
		return result{}, err
	}
	value := milliseconds(percentile(lags, 99))
	tell(l.progress, "  visible after %v (p99), appended after %v", percentile(lags, 99), percentile(appends, 99))
	return result{
		Value: value, Unit: "ms (p99)", Limit: lagGoal, LimitIs: "the goal itself", Ratio: value / lagGoal,
		Goal: fmt.Sprintf("<= %d ms", lagGoal), Met: value <= lagGoal,
		Facts: uint64(len(lags)), Cases: uint64(l.cases), Position: uint64(l.district.facts.Load()), Postgres: t.about,
		Parts: map[string]float64{
			"p50_ms": milliseconds(percentile(lags, 50)), "max_ms": milliseconds(percentile(lags, 100)),
			"append_p50_ms": milliseconds(percentile(appends, 50)), "append_p99_ms": milliseconds(percentile(appends, 99)),
		},
		Note: fmt.Sprintf("%d facts a second on cases by chance, synced, from the answer of the log to that of another model of the tables", lagRate),
	}, nil
}

// lags records facts at a steady rate and waits for each on a desk.
func (l *lab) lags(ctx context.Context, at desk) (lags, appends []time.Duration, err error) {
	log, err := l.log(ctx, true)
	if err != nil {
		return nil, nil, err
	}
	if err := l.profile.begin(); err != nil {
		return nil, nil, err
	}
	const total = lagWarmsUp + int(lagRate*lagLasts/time.Second)
	lags, appends = make([]time.Duration, total), make([]time.Duration, total)
	err = paced(ctx, total, lagRate, func(n int, due time.Time) error {
		position, err := l.district.live(ctx, log)
		if err != nil {
			return err
		}
		acknowledged := time.Now()
		appends[n] = acknowledged.Sub(due)
		err = at.model.Wait(ctx, casework.Position(position))
		lags[n] = time.Since(acknowledged)
		return err
	})
	return lags[lagWarmsUp:], appends[lagWarmsUp:], err
}
