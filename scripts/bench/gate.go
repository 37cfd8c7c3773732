package main

import (
	"context"
	"iter"

	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/jetstream"
)

// gate is a log of which those who follow it get nothing after a position
// until the gate is opened. So facts pile up before somebody who is at work,
// and has what he needs in memory, as it would be after a busy minute.
type gate struct {
	*jetstream.Log

	after  eventlog.Position
	opened chan struct{}
}

// newGate makes a gate that is closed at the end that the log has now.
func newGate(ctx context.Context, log *jetstream.Log) (*gate, error) {
	last, err := log.Last(ctx)
	return &gate{Log: log, after: last, opened: make(chan struct{})}, err
}

func (g *gate) open() { close(g.opened) }

// Follow gives what the log gives, as far as the gate lets it.
func (g *gate) Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Record, error] {
	return func(yield func(eventlog.Record, error) bool) {
		for r, err := range g.Log.Follow(ctx, after) {
			if err == nil && r.Position > g.after {
				select {
				case <-g.opened:
				case <-ctx.Done():
					yield(eventlog.Record{}, ctx.Err())
					return
				}
			}
			if !yield(r, err) {
				return
			}
		}
	}
}
