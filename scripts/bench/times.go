package main

import (
	"context"
	"slices"
	"sync"
	"time"
)

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

func percentile(v []time.Duration, p int) time.Duration {
	if len(v) == 0 {
		return 0
	}
	v = slices.Sorted(slices.Values(v))
	return v[min(len(v)*p/100, len(v)-1)]
}

// paced calls do for each of n turns at a steady rate, whether or not those
// before have ended, and waits for all. do is given the moment it was due.
func paced(ctx context.Context, n, perSecond int, do func(n int, due time.Time) error) error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	defer wg.Wait()
	begin := time.Now()
	tick := time.NewTicker(min(time.Second/time.Duration(perSecond), 10*time.Millisecond))
	defer tick.Stop()
	for i := range n {
		due := begin.Add(time.Duration(i) * time.Second / time.Duration(perSecond))
		for time.Now().Before(due) {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		wg.Go(func() { errs[i] = do(i, due) })
	}
	wg.Wait()
	return firstOf(errs...)
}
