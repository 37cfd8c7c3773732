package postgres

import (
	"context"
	"hash/maphash"
	"log/slog"
	"runtime"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgxpool"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/fault"
	"percorsi/internal/indicator"
	"percorsi/internal/readmodel"
	"percorsi/internal/readmodel/figures"
)

// follower counts the figures of all plans. It folds the states of everything
// out of the copy of the log into memory, as far as the rows have come, and
// tells the boards of them. Every process that answers about figures has one;
// none of them writes. Create it with newFollower. It is safe for concurrent
// use.
//
// # Decision: figures are counted from states in memory, not by SQL
//
// Context. A definition is a CEL expression over the whole state of a case. In
// SQL it would be a second program that has to say the same.
//
// Decision. The process folds the log once more, with the one fold, and keeps
// the states. Between questions nothing is folded; a question folds what is
// new, from the copy, up to the position it asks for.
//
// Cost. Memory for the states, some 7 KB a case, and the time of one reading of
// the log at the start of a process.
type follower struct {
	pool   *pgxpool.Pool
	boards *figures.Boards
	logger *slog.Logger
	today  func() casework.Day
	past   readmodel.Past

	// reached is the position that the boards were told up to.
	reached atomic.Uint64
	// handover has what the writer of this process folded.
	handover handover

	// folding holds one token while somebody folds. It is a channel, so that
	// who waits for the other can give up. What follows belongs to its holder.
	folding chan struct{}
	shards  []*shard
	bounds  bounds
	// revised counts how often a stream was folded again: then a state may
	// have changed without a new commit.
	revised int

	// seed spreads streams over shards; nothing depends on which goes where.
	seed maphash.Seed
}

// newFollower makes a follower that has read nothing yet.
func newFollower(pool *pgxpool.Pool, cfg figures.Config, past readmodel.Past, logger *slog.Logger) *follower {
	f := &follower{
		pool: pool, boards: figures.New(cfg), logger: logger, today: cfg.Today, past: past,
		folding: make(chan struct{}, 1), seed: maphash.MakeSeed(),
	}
	for range runtime.GOMAXPROCS(0) {
		f.shards = append(f.shards, &shard{streams: make(map[eventlog.Stream]*line)})
	}
	return f
}

// figures gives figures of a plan that cover a position, with errors as those
// of readmodel.Plans.
func (f *follower) figures(ctx context.Context, upTo casework.Position, id string, q indicator.Query) ([]indicator.Figure, error) {
	if err := f.catchUp(ctx, upTo); err != nil {
		return nil, err
	}
	out, err := f.boards.Figures(ctx, id, q)
	return out, f.ofPlan(ctx, id, err)
}

// explain opens one figure, which covers a position.
func (f *follower) explain(ctx context.Context, upTo casework.Position, id, figure, period string, p indicator.Page) (indicator.Explanation, error) {
	if err := f.catchUp(ctx, upTo); err != nil {
		return indicator.Explanation{}, err
	}
	out, err := f.boards.Explain(ctx, id, figure, period, p)
	return out, f.ofPlan(ctx, id, err)
}

// settle folds and counts what is new, so that the next question finds little
// left to do.
func (f *follower) settle(ctx context.Context, upTo casework.Position) error {
	if err := f.catchUp(ctx, upTo); err != nil {
		return err
	}
	return f.boards.Settle(ctx)
}

// ofPlan gives the error of a question about a plan: that a plan of which
// nothing could be folded is not there has its reason.
func (f *follower) ofPlan(ctx context.Context, id string, err error) error {
	if err == nil || id == "" || fault.KindOf(err) != fault.NotFound {
		return err
	}
	if held := f.hold(ctx); held != nil {
		return held
	}
	defer f.release()
	if at := f.stoppedAt(eventlog.Stream(readmodel.PlanStream + "." + id)); at != 0 {
		return readmodel.Quarantine{At: at}.Err()
	}
	return err
}

// hold waits for the turn to fold. The error is that of ctx.
func (f *follower) hold(ctx context.Context) error {
	select {
	case f.folding <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (f *follower) release() { <-f.folding }

func (f *follower) told() casework.Position { return casework.Position(f.reached.Load()) }

// catchUp folds what the rows have and the boards were not told of yet, if they
// were not told up to a position. What was folded stays folded when ctx ends
// before all was: who asks next goes on from there. The error is Unavailable
// where the time ran out or the rows do not cover the position, a
// *eventlog.Gap where the copy of the log has a hole, or that of ctx.
func (f *follower) catchUp(ctx context.Context, upTo casework.Position) error {
	if uint64(upTo) <= f.reached.Load() {
		return nil
	}
	if err := f.hold(ctx); err != nil {
		return f.late(ctx, upTo, err)
	}
	defer f.release()
	return f.late(ctx, upTo, f.follow(ctx, upTo))
}

// late gives the error of who waited for a position.
func (f *follower) late(ctx context.Context, upTo casework.Position, err error) error {
	if err == nil || ctx.Err() == nil {
		return err
	}
	return readmodel.NotYet(ctx, upTo, f.told())
}

// follow is catchUp with the turn to fold.
func (f *follower) follow(ctx context.Context, upTo casework.Position) error {
	f.takeHanded(ctx)
	if upTo <= f.told() {
		return nil
	}
	f.handover.mend() // first, so that a break that comes meanwhile is not missed
	last, stops, err := rowsStand(ctx, f.pool)
	if err == nil {
		err = f.bound(ctx, stops)
	}
	if err != nil {
		f.handover.breakOff()
		return unreachable(err)
	}
	if err := f.fold(ctx, last); err != nil {
		return err
	}
	f.takeHanded(ctx)
	if at := f.reached.Load(); at < uint64(upTo) {
		return fault.New(fault.Unavailable, "not yet at position %d, only at %d: ask again in a moment", upTo, at)
	}
	return nil
}
