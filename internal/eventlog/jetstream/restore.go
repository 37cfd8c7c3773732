package jetstream

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"

	natsjs "github.com/nats-io/nats.go/jetstream"

	"percorsi/internal/eventlog"
)

// While a restore is not finished, the stream says so in its metadata, and
// Open refuses it.
const (
	metaRestore    = "percorsi.restore"
	metaUnfinished = "unfinished"
)

func unfinished(c natsjs.StreamConfig) bool { return c.Metadata[metaRestore] == metaUnfinished }

// Restore makes a lost log again, from a copy of its records: all of them, in
// order from position 1, with the positions, times, headers and bytes that
// they had. It gives the last position. Everything is on disk when it returns,
// as far as the server syncs before it answers.
//
// The stream is made if it is missing; one that is there must be empty. While
// the restore goes on, the stream is marked and Open refuses it. A restore that
// ended half-way is repeated with the same records: those that are there
// already are compared with them, and it goes on behind. Records that are not
// the same end it; so do a hole in the sequence (*eventlog.Gap), the error in
// which the sequence ends, and anybody else who writes to the stream.
//
// After each batch progress, which may be nil, gets the position reached. The
// errors are for the operator.
func Restore(ctx context.Context, cfg Config, records iter.Seq2[eventlog.Record, error], progress func(eventlog.Position)) (eventlog.Position, error) {
	l, err := prepare(cfg)
	if err != nil {
		return 0, err
	}
	if progress == nil {
		progress = func(eventlog.Position) {}
	}
	next, stop := iter.Pull2(inOrder(records))
	defer stop()
	r := &restore{log: l, cfg: streamConfig(cfg), next: next, progress: progress}
	if err := r.run(ctx); err != nil {
		return 0, fmt.Errorf("restore log %s: %w", cfg.Name, err)
	}
	return r.at, nil
}

// inOrder lets through records from position 1 without a hole, and ends with
// an error at the first that is not as it must be.
func inOrder(records iter.Seq2[eventlog.Record, error]) iter.Seq2[eventlog.Record, error] {
	return func(yield func(eventlog.Record, error) bool) {
		want := eventlog.Position(1)
		for r, err := range records {
			if err == nil && r.Position != want {
				err = &eventlog.Gap{Position: want}
			}
			if err == nil {
				err = eventlog.Entry{Stream: r.Stream, Expect: eventlog.ExpectEmpty(), Header: r.Header, Data: r.Data}.Validate()
			}
			if err != nil {
				yield(eventlog.Record{}, fmt.Errorf("record %d to restore: %w", want, err))
				return
			}
			if !yield(r, nil) {
				return
			}
			want++
		}
	}
}

// restore is one restore under way.
type restore struct {
	log      *Log
	cfg      natsjs.StreamConfig
	next     func() (eventlog.Record, error, bool)
	progress func(eventlog.Position)

	at eventlog.Position // everything up to here is in the stream
}

func (r *restore) run(ctx context.Context) error {
	first, err, some := r.next()
	switch {
	case err != nil:
		return err
	case !some:
		return errors.New("the copy is empty: there is nothing to restore")
	}
	there, err := r.begin(ctx)
	if err != nil {
		return err
	}
	pending := []eventlog.Record{first}
	if there > 0 {
		if err := r.recognise(ctx, first, there); err != nil {
			return err
		}
		pending = nil
	}
	if err := r.publish(ctx, pending); err != nil {
		return err
	}
	return r.finish(ctx)
}

// begin marks the stream, made if it is missing, and gives its last position:
// 0, or where an earlier restore ended.
func (r *restore) begin(ctx context.Context) (eventlog.Position, error) {
	js := r.log.reads
	s, err := js.Stream(ctx, r.cfg.Name)
	if errors.Is(err, natsjs.ErrStreamNotFound) {
		_, err := js.CreateStream(ctx, marked(r.cfg, true))
		return 0, err
	}
	if err != nil {
		return 0, err
	}
	cfg := s.CachedInfo().Config
	r.log.replicas = cfg.Replicas
	begun := unfinished(cfg)
	if err := unfit(marked(cfg, false), r.cfg); err != nil {
		return 0, fmt.Errorf("the stream is not fit to be a log, and is left as it is: %w", err)
	}
	last, err := r.log.Last(ctx)
	if err != nil || begun {
		return last, err
	}
	if last > 0 {
		return 0, fmt.Errorf("the log has %d records and is left as it is: only an empty one can be restored, so move this one out of the way first", last)
	}
	_, err = js.UpdateStream(ctx, marked(cfg, true))
	return 0, err
}

// marked gives a configuration with the mark of an unfinished restore, or
// without it.
func marked(c natsjs.StreamConfig, unfinished bool) natsjs.StreamConfig {
	meta := maps.Clone(c.Metadata)
	if meta == nil {
		meta = map[string]string{}
	}
	delete(meta, metaRestore)
	if unfinished {
		meta[metaRestore] = metaUnfinished
	}
	c.Metadata = meta
	return c
}

// recognise compares what an earlier restore left with the records given.
func (r *restore) recognise(ctx context.Context, given eventlog.Record, upTo eventlog.Position) error {
	for had, err := range r.log.Read(ctx, 0, upTo) {
		if err != nil {
			return err
		}
		if in := had.Differs(given); in != 0 {
			return fmt.Errorf("the earlier restore, which did not end, had another record at position %d (%v): repeat it with the copy it began with, or move what it left out of the way", had.Position, in)
		}
		r.at = had.Position
		if r.at == upTo {
			break
		}
		var more bool
		if given, err, more = r.next(); err != nil {
			return err
		}
		if !more {
			return fmt.Errorf("the copy ends at position %d, and an earlier restore had come to %d: repeat it with the copy it began with", r.at, upTo)
		}
	}
	r.progress(r.at)
	return nil
}

// finish takes the mark away, once everything is there.
func (r *restore) finish(ctx context.Context) error {
	last, err := r.log.Last(ctx)
	if err != nil {
		return err
	}
	if last != r.at {
		return fmt.Errorf("the log ends at position %d instead of %d: somebody else wrote to it", last, r.at)
	}
	s, err := r.log.reads.Stream(ctx, r.cfg.Name)
	if err != nil {
		return err
	}
	_, err = r.log.reads.UpdateStream(ctx, marked(s.CachedInfo().Config, false))
	return err
}
