package projector

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"percorsi/internal/eventlog"
	"percorsi/internal/readmodel"
)

const (
	// leastAhead is how many records are read before they are decoded, at
	// least: there is always room for a whole batch.
	leastAhead = 1024
	// chunksAhead is how many chunks are decoded before they are folded. A
	// batch is made of one or two, so this bounds what waits behind a batch
	// that takes its time.
	chunksAhead = 4
)

// pipe has one goroutine for each thing that takes time: reading, decoding and
// folding. When the reading ends, what was read is folded before its error is
// given. Channels hold back who is too fast.
func (p *Projector) pipe(ctx context.Context, from eventlog.Position, r *report) error {
	records := make(chan eventlog.Record, max(leastAhead, p.size))
	chunks := make(chan []readmodel.Delivery, chunksAhead)
	g, ctx := errgroup.WithContext(ctx)
	var ended error // written before records is closed, read after chunks is
	g.Go(func() error {
		defer close(records)
		ended = p.read(ctx, from, records)
		return nil
	})
	g.Go(func() error {
		defer close(chunks)
		return p.decode(ctx, records, chunks)
	})
	g.Go(func() error {
		if err := p.fold(ctx, chunks, r); err != nil {
			return err
		}
		return ended
	})
	return g.Wait()
}

// errEnded is for a log that stops to give records without saying why.
var errEnded = errors.New("the log ended")

// read follows the log.
func (p *Projector) read(ctx context.Context, after eventlog.Position, to chan<- eventlog.Record) error {
	for r, err := range p.log.Follow(ctx, after) {
		if err != nil {
			return fmt.Errorf("follow the log: %w", err)
		}
		select {
		case to <- r:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return errEnded
}

// decode makes chunks of what is there, as soon as there is something.
func (p *Projector) decode(ctx context.Context, from <-chan eventlog.Record, to chan<- []readmodel.Delivery) error {
	for {
		select {
		case r, more := <-from:
			if !more {
				return nil
			}
			select {
			case to <- p.gather(r, from):
			case <-ctx.Done():
				return ctx.Err()
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// chunk bounds a chunk: half a batch.
func (p *Projector) chunk() int { return max(p.size/2, 1) }

// gather decodes a record and those that wait behind it.
func (p *Projector) gather(first eventlog.Record, from <-chan eventlog.Record) []readmodel.Delivery {
	chunk := []readmodel.Delivery{readmodel.Decode(first)}
	for len(chunk) < p.chunk() {
		select {
		case r, more := <-from:
			if !more {
				return chunk
			}
			chunk = append(chunk, readmodel.Decode(r))
		default:
			return chunk
		}
	}
	return chunk
}

// join makes a batch of a chunk and of those that wait behind it: what has
// piled up while the last batch was written takes one transaction, not several.
func (p *Projector) join(batch []readmodel.Delivery, chunks <-chan []readmodel.Delivery) []readmodel.Delivery {
	for len(batch)+p.chunk() <= p.size {
		select {
		case next := <-chunks: // nil once they are closed
			if next == nil {
				return batch
			}
			batch = append(batch, next...)
		default:
			return batch
		}
	}
	return batch
}

// leadsEvery is how often a process that leads and has nothing to fold asks
// whether it still does.
const leadsEvery = time.Second

// fold applies batches in order, until there are no more.
func (p *Projector) fold(ctx context.Context, chunks <-chan []readmodel.Delivery, r *report) error {
	if err := p.progress(ctx, r, 0); err != nil {
		return err
	}
	idle := time.NewTicker(leadsEvery)
	defer idle.Stop()
	for {
		select {
		case <-idle.C:
			if err := p.stillLeads(ctx); err != nil {
				return err
			}
		case chunk, more := <-chunks:
			switch {
			case ctx.Err() != nil:
				return ctx.Err()
			case !more:
				return nil
			}
			batch := p.join(chunk, chunks)
			if err := p.apply(ctx, batch); err != nil {
				return err
			}
			if err := p.progress(ctx, r, len(batch)); err != nil {
				return err
			}
			idle.Reset(leadsEvery) // who writes leads
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (p *Projector) stillLeads(ctx context.Context) error {
	if p.leads == nil {
		return nil
	}
	if err := p.leads(ctx); err != nil {
		return fmt.Errorf("keep the lead: %w", err)
	}
	return nil
}

// apply folds one batch. A model that lacks what came before the batch has gone
// back, unless it was read again for that already: then the log has a hole.
func (p *Projector) apply(ctx context.Context, batch []readmodel.Delivery) error {
	began := time.Now()
	err := p.model.Apply(ctx, batch)
	if gap, ok := errors.AsType[*eventlog.Gap](err); ok && gap.Position != p.back {
		return &wentBackError{to: gap.Position}
	}
	if err != nil {
		return fmt.Errorf("fold from position %d: %w", batch[0].Record.Position, err)
	}
	p.back = 0
	now := time.Now()
	p.took.Observe(now.Sub(began).Seconds())
	facts := 0
	for _, d := range batch {
		facts += len(d.Commit.GetFacts())
	}
	p.facts.Add(uint64(facts))
	p.pace.add(now, uint64(facts))
	return nil
}
