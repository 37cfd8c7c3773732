package main

import (
	"context"
	"fmt"
	"time"

	"percorsi/internal/eventlog/jetstream"
)

// rebuild measures the making of all tables in an empty database against the
// mere reading of the log, once before and once after.
func rebuild(ctx context.Context, l *lab) (result, error) {
	log, err := l.log(ctx, false)
	if err != nil {
		return result{}, err
	}
	before, err := replay(ctx, log)
	if err != nil {
		return result{}, err
	}
	if err := l.profile.begin(); err != nil {
		return result{}, err
	}
	built, err := l.make(ctx, log)
	if err != nil {
		return result{}, err
	}
	after, err := replay(ctx, log)
	if err != nil {
		return result{}, err
	}
	tell(l.progress, "  %d facts in %v: %.0f/s; read at %.0f/s before, %.0f/s after",
		built.Facts, built.Took.Round(time.Millisecond), built.PerSecond, before, after)
	limit := 2 / (1/before + 1/after)
	return result{
		Value: built.PerSecond, Unit: "facts/s", Limit: limit, Ratio: built.PerSecond / limit,
		LimitIs: "the same log read in order into nothing, once before and once after",
		Goal:    "ratio >= 0.25", Met: built.PerSecond/limit >= 0.25,
		Facts: built.Facts, Cases: built.Cases, Position: uint64(built.Position), Postgres: l.tables.about,
		Parts: map[string]float64{"seconds": built.Took.Seconds(), "read_before": before, "read_after": after},
		Note:  "from an empty database to every row and index, the copy of the log included",
	}, nil
}

// replay reads a log from its beginning to its end and gives the facts read in
// a second.
func replay(ctx context.Context, log *jetstream.Log) (float64, error) {
	begin, n := time.Now(), 0
	for _, err := range log.Read(ctx, 0, 0) {
		if err != nil {
			return 0, fmt.Errorf("read the log: %w", err)
		}
		n++
	}
	return float64(n) / time.Since(begin).Seconds(), nil
}
