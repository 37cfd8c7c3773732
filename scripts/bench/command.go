package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

const (
	rounds       = 5
	roundLasts   = 2 * time.Second
	latencyRate  = 200 // commands a second
	latencyLasts = 4 * time.Second
)

// sender sends the n-th message of a worker and waits for the answer.
type sender func(ctx context.Context, worker, n int) error

// both boots the program and the limit beside it.
func both(ctx context.Context, l *lab, run func(ours, limit sender) (result, error)) (result, error) {
	dir, remove, err := scratch("data")
	if err != nil {
		return result{}, err
	}
	defer remove()
	ours, err := newCommands(ctx, dir)
	if err != nil {
		return result{}, err
	}
	limit, err := newRaw(ctx, dir+"-raw")
	if err != nil {
		return result{}, err
	}
	if err := ours.send(ctx, 0, 0); err != nil {
		return result{}, err
	}
	if err := limit.take(ctx, ours.log); err != nil {
		return result{}, err
	}
	if err := l.profile.begin(); err != nil {
		return result{}, err
	}
	r, err := run(ours.send, limit.send)
	return r, firstOf(err, ours.close(), limit.embedded.Shutdown(context.WithoutCancel(ctx)))
}

// commandAppend measures commands a second against raw guarded publishes.
func commandAppend(ctx context.Context, l *lab) (result, error) {
	return both(ctx, l, func(ours, limit sender) (result, error) {
		var values, limits []float64
		for i := range rounds + 1 {
			value, err := rate(ctx, ours)
			if err != nil {
				return result{}, err
			}
			most, err := rate(ctx, limit)
			if err != nil {
				return result{}, err
			}
			tell(l.progress, "  %.0f commands/s, %.0f publishes/s", value, most)
			if i > 0 { // the first round warms up
				values, limits = append(values, value), append(limits, most)
			}
		}
		value, most := median(values), median(limits)
		return result{
			Value: value, Unit: "commands/s", Limit: most, Ratio: value / most,
			LimitIs: fmt.Sprintf("guarded JetStream publishes of the same bytes, %d in flight, synced", inFlight),
			Goal:    "ratio >= 0.8", Met: value/most >= 0.8,
		}, nil
	})
}

// rate sends as fast as answers come, with inFlight under way.
func rate(ctx context.Context, send sender) (float64, error) {
	var sent atomic.Int64
	begin := time.Now()
	err := inParallel(inFlight, func(worker int) error {
		for n := 0; time.Since(begin) < roundLasts; n++ {
			if err := send(ctx, worker, n); err != nil {
				return err
			}
			sent.Add(1)
		}
		return nil
	})
	return float64(sent.Load()) / time.Since(begin).Seconds(), err
}

// commandLatency measures the p99 of one command at a steady rate.
func commandLatency(ctx context.Context, l *lab) (result, error) {
	return both(ctx, l, func(ours, limit sender) (result, error) {
		var values, limits []time.Duration
		for i := range rounds {
			value, err := steady(ctx, ours, i)
			if err != nil {
				return result{}, err
			}
			least, err := steady(ctx, limit, i)
			if err != nil {
				return result{}, err
			}
			tell(l.progress, "  p99 %v, raw %v", percentile(value, 99), percentile(least, 99))
			values, limits = append(values, value...), append(limits, least...)
		}
		value, least := percentile(values, 99), percentile(limits, 99)
		return result{
			Value: milliseconds(value), Unit: "ms (p99)", Limit: milliseconds(least),
			Ratio:   milliseconds(value) / milliseconds(least),
			LimitIs: fmt.Sprintf("p99 of the raw publish at %d a second", latencyRate),
			Goal:    "ratio <= 2", Met: value <= 2*least,
			Note: fmt.Sprintf("p50 %.2f ms, raw p50 %.2f ms", milliseconds(percentile(values, 50)), milliseconds(percentile(limits, 50))),
		}, nil
	})
}

// steady sends at latencyRate, and times each from the moment it was due.
func steady(ctx context.Context, send sender, round int) ([]time.Duration, error) {
	const total = int(latencyRate * latencyLasts / time.Second)
	took := make([]time.Duration, total)
	err := paced(ctx, total, latencyRate, func(n int, due time.Time) error {
		err := send(ctx, n%inFlight, round*total/inFlight+n/inFlight)
		took[n] = time.Since(due)
		return err
	})
	return took, err
}
