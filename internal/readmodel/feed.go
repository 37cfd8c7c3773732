package readmodel

import (
	"context"
	"sync"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
)

// Feed tells which cases change, for lists that are shown while they do.
type Feed interface {
	// Feed waits until something has changed since an answer whose Next was
	// after, and tells what; what is read then covers it. With 0, or one that
	// lies too far back, it does not wait and tells that anything may have
	// changed: read the list, and ask again from there. The error is that of
	// ctx.
	Feed(ctx context.Context, after uint64) (FeedPage, error)
}

// FeedPage is what has changed.
type FeedPage struct {
	// Cases are those with a new commit, or that were folded anew, each once.
	Cases []casework.CaseID
	// People tells that something is said of people: who is linked with whom
	// may be another matter.
	People bool
	// Whole is false where anything may have changed: Cases is empty then.
	Whole bool
	// Next is where to go on. It means something in this process only.
	Next uint64
}

// kept is how many changes a feed goes back: what a process folds in a second
// at most.
const kept = 8192

// Recent is the feed of a backend, which says what it has folded. The zero
// Recent is ready. It is safe for concurrent use.
type Recent struct {
	mu sync.Mutex
	// first is the change that the ring begins with, next the one to come.
	// They count from 1, so that no page ends in 0.
	first, next uint64
	ring        []eventlog.Stream
	// followed is set while somebody asks again and again. Without, nothing is
	// kept.
	followed bool
	// asked counts the questions: who gives up ends nothing for who came later.
	asked uint64
	// news is closed with the next change; nil while nobody waits.
	news chan struct{}
}

// Add tells what has changed, once it can be read.
func (r *Recent) Add(streams ...eventlog.Stream) {
	if len(streams) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.begin()
	if !r.followed || len(streams) > kept {
		r.forget()
		return
	}
	if r.ring == nil {
		r.ring = make([]eventlog.Stream, kept)
	}
	for _, s := range streams {
		r.ring[r.next%kept] = s
		r.next++
	}
	if r.next-r.first > kept {
		r.first = r.next - kept
	}
	r.wake()
}

// Break tells that anything may have changed.
func (r *Recent) Break() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.begin()
	r.forget()
}

// Skip breaks if nobody wants to know what has changed, and tells whether it did.
func (r *Recent) Skip() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.followed {
		return false
	}
	r.begin()
	r.forget()
	return true
}

// begin makes the zero value count from 1. It is called with mu held, as are
// those below.
func (r *Recent) begin() {
	if r.next == 0 {
		r.first, r.next = 1, 1
	}
}

func (r *Recent) forget() {
	r.next++
	r.first = r.next
	r.ring = nil
	r.wake()
}

func (r *Recent) wake() {
	if r.news != nil {
		close(r.news)
		r.news = nil
	}
}

// Feed is that of the interface.
func (r *Recent) Feed(ctx context.Context, after uint64) (FeedPage, error) {
	for {
		page, news, asked := r.since(after)
		if news == nil {
			return page, nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			r.giveUp(asked)
			return FeedPage{}, ctx.Err()
		}
	}
}

// giveUp is for who waits no longer. The last who asked was the only one.
func (r *Recent) giveUp(asked uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.asked == asked {
		r.followed = false
	}
}

// since gives what has changed, or else what to wait for, and the number of the
// question.
func (r *Recent) since(after uint64) (FeedPage, <-chan struct{}, uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.begin()
	r.followed = true
	r.asked++
	switch {
	case after < r.first || after > r.next:
		return FeedPage{Next: r.next}, nil, r.asked
	case after == r.next:
		if r.news == nil {
			r.news = make(chan struct{})
		}
		return FeedPage{}, r.news, r.asked
	}
	page := FeedPage{Whole: true, Next: r.next}
	told := make(map[eventlog.Stream]bool)
	for i := after; i < r.next; i++ {
		s := r.ring[i%kept]
		if told[s] {
			continue
		}
		told[s] = true
		page.tell(s)
	}
	return page, nil, r.asked
}

// tell adds a stream. That of a plan is in no list.
func (p *FeedPage) tell(s eventlog.Stream) {
	switch kind, id := Split(s); kind {
	case CaseStream:
		if id, err := ParseID(id); err == nil {
			p.Cases = append(p.Cases, id)
		}
	case PersonStream:
		p.People = true
	}
}
