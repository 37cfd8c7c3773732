package notice

import (
	"context"
	"iter"
	"log/slog"
	"slices"
	"sync"
	"time"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
	"percorsi/internal/notice/outbox"
)

// Outbox is where the notices are.
type Outbox interface {
	Last(ctx context.Context) (outbox.Number, error)
	At(ctx context.Context, n outbox.Number) (outbox.Message, error)
	Follow(ctx context.Context, after outbox.Number) iter.Seq2[outbox.Message, error]
}

// Inbox knows for whom each notice is. Create it with NewInbox and run it. It is
// safe for concurrent use.
type Inbox struct {
	outbox Outbox
	logger *slog.Logger

	mu     sync.Mutex
	last   outbox.Number // everything up to here is known
	of     map[string][]outbox.Number
	traits traits
	grown  chan struct{} // closed and replaced when last moves
}

// NewInbox makes an inbox that knows nothing yet. zone is that of the office: it
// decides on which day something was told.
func NewInbox(o Outbox, zone *time.Location, logger *slog.Logger) *Inbox {
	return &Inbox{
		outbox: o, logger: logger, of: map[string][]outbox.Number{}, grown: make(chan struct{}),
		traits: traits{zone: zone, files: map[casework.CaseID]int32{}},
	}
}

const (
	// firstPause and longestPause bound the wait before the reading begins
	// again.
	firstPause   = 50 * time.Millisecond
	longestPause = 5 * time.Second
)

// Run follows the outbox until ctx ends, and gives its error. What fails is
// tried again.
func (b *Inbox) Run(ctx context.Context) error {
	pause := firstPause
	for {
		from := b.known()
		err := b.follow(ctx, from)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if b.known() > from {
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

func (b *Inbox) follow(ctx context.Context, after outbox.Number) error {
	for m, err := range b.outbox.Follow(ctx, after) {
		if err != nil {
			return err
		}
		b.add(m)
	}
	return nil
}

// The names under which notices are found: users and bodies are told apart.
func user(name string) string { return "u:" + name }
func body(name string) string { return "b:" + name }

// add notes for whom a message is.
func (b *Inbox) add(m outbox.Message) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, name := range namesIn(m.Notice) {
		b.of[name] = append(b.of[name], m.Number)
	}
	b.traits.add(m.Notice)
	b.last = m.Number
	close(b.grown)
	b.grown = make(chan struct{})
}

func namesIn(n *noticev1.Notice) []string {
	var names []string
	for _, u := range n.GetUsers() {
		names = append(names, user(u))
	}
	for _, one := range n.GetBodies() {
		names = append(names, body(one))
	}
	return names
}

func (b *Inbox) known() outbox.Number {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.last
}

// beyond waits until something behind a number is known, and gives the newest
// number.
func (b *Inbox) beyond(ctx context.Context, after outbox.Number) (outbox.Number, error) {
	for {
		b.mu.Lock()
		last, grown := b.last, b.grown
		b.mu.Unlock()
		if last > after {
			return last, nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return last, ctx.Err()
		}
	}
}

// between gives the numbers of what may be for a caller and is asked for, behind
// one number and up to another one, oldest first.
func (b *Inbox) between(c access.Caller, f filter, after, upTo outbox.Number) []outbox.Number {
	b.mu.Lock()
	defer b.mu.Unlock()
	pass := b.traits.pass(f)
	var out []outbox.Number
	for _, list := range [][]outbox.Number{b.of[user(c.User)], b.of[body(c.Body)]} {
		from, _ := slices.BinarySearch(list, after+1)
		to, _ := slices.BinarySearch(list, upTo+1)
		for _, number := range list[from:max(from, to)] {
			if pass(b.traits.list[number-1]) {
				out = append(out, number)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
