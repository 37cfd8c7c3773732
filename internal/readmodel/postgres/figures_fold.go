package postgres

import (
	"context"
	"errors"
	"hash/maphash"
	"iter"
	"log/slog"

	"golang.org/x/sync/errgroup"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/readmodel"
)

// shard has a part of the streams: all commits of a stream are folded by one
// goroutine, in order, and different shards at the same time.
type shard struct {
	streams map[eventlog.Stream]*line
	// moved are the streams that the chunk in hand has changed.
	moved []*line
}

// line is a stream as far as it was folded.
type line struct {
	name  eventlog.Stream
	state readmodel.State
	// stopped is the position of the commit at which it stopped; 0 if it goes
	// on.
	stopped casework.Position
	moved   bool
}

func (f *follower) shardOf(s eventlog.Stream) int {
	return int(maphash.String(f.seed, string(s)) % uint64(len(f.shards)))
}

// find gives a stream that was met, or nil.
func (f *follower) find(s eventlog.Stream) *line { return f.shards[f.shardOf(s)].streams[s] }

// fold reads up to a position and folds, one beside the other.
func (f *follower) fold(ctx context.Context, upTo casework.Position) error {
	chunks := make(chan *chunk, 1)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(chunks)
		return f.read(ctx, f.told(), upTo, chunks)
	})
	g.Go(func() error {
		for c := range chunks {
			if err := f.foldChunk(ctx, c); err != nil {
				return err
			}
		}
		return nil
	})
	return g.Wait()
}

// foldChunk folds a chunk, shard by shard, and tells the boards what came of
// it. One that could not be folded whole comes again: what was folded of it is
// known by its position.
func (f *follower) foldChunk(ctx context.Context, c *chunk) error {
	var g errgroup.Group
	for n, records := range c.of {
		if len(records) == 0 {
			continue
		}
		g.Go(func() error {
			for _, r := range records {
				if err := f.shards[n].take(ctx, f, r); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	f.tell(ctx)
	f.reached.Store(uint64(c.last))
	return nil
}

// take folds one record. One that cannot be folded stops its stream, and no
// other. The error is that of a past that cannot be read now.
func (s *shard) take(ctx context.Context, f *follower, r eventlog.Record) error {
	l := s.line(r.Stream)
	at := casework.Position(r.Position)
	if bound := f.bounds[r.Stream]; l.stopped == 0 && bound != 0 && at >= bound {
		l.stopped = at
	}
	if l.stopped != 0 {
		return nil
	}
	next, err := l.state.Evolve(ctx, readmodel.Decode(r), f.past)
	if errors.Is(err, readmodel.ErrPast) {
		return err
	}
	if err != nil {
		l.stopped = at
		f.logger.WarnContext(ctx, "a stream stopped in the figures of this process, and not in the rows: the process that writes them may be newer",
			slog.String("stream", string(r.Stream)), slog.Uint64("position", uint64(at)), slog.Any("error", err))
		return nil
	}
	l.state = next
	s.move(l)
	return nil
}

// line gives a stream, which may be a new one.
func (s *shard) line(name eventlog.Stream) *line {
	l, known := s.streams[name]
	if !known {
		l = &line{name: name}
		s.streams[name] = l
	}
	return l
}

// move notes that a stream has changed.
func (s *shard) move(l *line) {
	if !l.moved {
		l.moved = true
		s.moved = append(s.moved, l)
	}
}

// tell tells the boards of all that moved. Persons come first, because a case
// is told of with what is known of its person; then plans, because a new
// publication looks at all cases there are.
func (f *follower) tell(ctx context.Context) {
	for l := range f.moved() {
		if l.state.Person != nil {
			f.boards.Person(l.state.Person)
		}
	}
	for l := range f.moved() {
		if l.state.Plan != nil {
			f.tellPlan(ctx, l)
		}
	}
	for l := range f.moved() {
		if l.state.Case != nil {
			f.boards.Case(l.state.Case)
		}
		l.moved = false
	}
	for _, s := range f.shards {
		s.moved = s.moved[:0]
	}
}

// tellPlan tells of a plan. That it compiles was seen when it was folded.
func (f *follower) tellPlan(ctx context.Context, l *line) {
	if err := f.boards.Plan(l.state.Plan, l.state.Program, f.cases()); err != nil {
		f.logger.ErrorContext(ctx, "a plan that was folded cannot be counted",
			slog.String("stream", string(l.name)), slog.Any("error", err))
	}
}

// moved gives the streams that the chunk in hand has changed.
func (f *follower) moved() iter.Seq[*line] {
	return func(yield func(*line) bool) {
		for _, s := range f.shards {
			for _, l := range s.moved {
				if !yield(l) {
					return
				}
			}
		}
	}
}

// cases gives the states of all cases.
func (f *follower) cases() iter.Seq[*casework.Case] {
	return func(yield func(*casework.Case) bool) {
		for _, s := range f.shards {
			for _, l := range s.streams {
				if l.state.Case != nil && !yield(l.state.Case) {
					return
				}
			}
		}
	}
}
