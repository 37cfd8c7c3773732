package notice

import (
	"context"
	"iter"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"percorsi/internal/access"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
	"percorsi/internal/notice/outbox"
)

// Outbox is where the notices are.
type Outbox interface {
	Last(ctx context.Context) (outbox.Number, error)
	At(ctx context.Context, n outbox.Number) (outbox.Message, error)
	Read(ctx context.Context, after, upTo outbox.Number) iter.Seq2[outbox.Message, error]
	Follow(ctx context.Context, after outbox.Number) iter.Seq2[outbox.Message, error]
}

// Inbox knows for whom each notice is. Create it with NewInbox and run it. It is
// safe for concurrent use.
type Inbox struct {
	outbox Outbox
	zone   *time.Location
	logger *slog.Logger

	mu    sync.Mutex
	known *index // nil before the end of the outbox was found
	files files
	grown chan struct{} // closed and replaced when more is known
}

// NewInbox makes an inbox that knows nothing yet. zone is that of the office: it
// decides on which day something was told.
func NewInbox(o Outbox, zone *time.Location, logger *slog.Logger) *Inbox {
	return &Inbox{outbox: o, zone: zone, logger: logger, files: files{}, grown: make(chan struct{})}
}

const (
	// firstPause and longestPause bound the wait before the reading begins
	// again.
	firstPause   = 50 * time.Millisecond
	longestPause = 5 * time.Second
	// firstPiece and largestPiece bound how many old messages are read before
	// they are known; each piece is twice the one before.
	firstPiece   = 1000
	largestPiece = 1 << 17
)

// Run reads the outbox until ctx ends, and gives its error: what is new as it
// comes, and what is old piece by piece, the newest first, since that is what
// people ask for. What fails is tried again.
func (b *Inbox) Run(ctx context.Context) error {
	pause := firstPause
	for {
		before := b.count()
		err := b.read(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if b.count() > before {
			pause = firstPause
		}
		b.logger.WarnContext(ctx, "the reading of notices was interrupted and begins again",
			slog.Duration("pause", pause), slog.Any("error", err))
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
		pause = min(2*pause, longestPause)
	}
}

// read goes on in both directions from what is known.
func (b *Inbox) read(ctx context.Context) error {
	low, last, ok := b.span()
	if !ok {
		end, err := b.outbox.Last(ctx)
		if err != nil {
			return err
		}
		low, last = end, end
		b.learn(func() { b.known = newIndex(end) })
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return b.follow(ctx, last) })
	g.Go(func() error { return b.fill(ctx, low) })
	return g.Wait()
}

func (b *Inbox) follow(ctx context.Context, after outbox.Number) error {
	for m, err := range b.outbox.Follow(ctx, after) {
		if err != nil {
			return err
		}
		b.learn(func() { b.known.add(m, b.files.trait(m.Notice, b.zone)) })
	}
	return nil
}

// fill reads what lies up to a number, from there down.
func (b *Inbox) fill(ctx context.Context, upTo outbox.Number) error {
	for size := outbox.Number(firstPiece); upTo > 0; size = min(2*size, largestPiece) {
		older := newIndex(upTo - min(size, upTo))
		for m, err := range b.outbox.Read(ctx, older.low, upTo) {
			if err != nil {
				return err
			}
			older.add(m, b.traitOf(m.Notice))
		}
		upTo = older.low
		b.learn(func() { b.known.below(older) })
	}
	return nil
}

func (b *Inbox) traitOf(n *noticev1.Notice) trait {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.files.trait(n, b.zone)
}

// learn changes what is known, and tells who waits for it.
func (b *Inbox) learn(change func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change()
	close(b.grown)
	b.grown = make(chan struct{})
}

// span tells behind which number and up to which one everything is known; false
// where nothing is.
func (b *Inbox) span() (low, last outbox.Number, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.known == nil {
		return 0, 0, false
	}
	return b.known.low, b.known.last, true
}

// count tells how much is known.
func (b *Inbox) count() outbox.Number {
	low, last, _ := b.span()
	return last - low
}

// until waits until what is known, behind one number and up to another one, is
// enough, and gives the newest number.
func (b *Inbox) until(ctx context.Context, enough func(low, last outbox.Number) bool) (outbox.Number, error) {
	for {
		b.mu.Lock()
		grown := b.grown
		b.mu.Unlock()
		low, last, ok := b.span()
		if ok && enough(low, last) {
			return last, nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// between gives the numbers of what may be for a caller and is asked for, behind
// one number and up to another one, oldest first; and behind which number
// everything is known.
func (b *Inbox) between(c access.Caller, f filter, after, upTo outbox.Number) (numbers []outbox.Number, low outbox.Number) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.known.between(c, f.pass(b.files), after, upTo), b.known.low
}
