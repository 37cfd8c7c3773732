package presence

import (
	"context"
	"crypto/rand"
	"slices"
	"sync"
	"time"

	"percorsi/internal/casework"
)

// Board is who is at work on which case, as far as one process knows. Create it
// with NewBoard. It is safe for concurrent use.
type Board struct {
	transport Transport
	now       func() time.Time
	// name tells processes apart.
	name string

	mu    sync.Mutex
	rooms map[casework.CaseID]*room
	said  uint64 // messages so far
}

// NewBoard makes a board on which nobody is.
func NewBoard(t Transport, now func() time.Time) *Board {
	return &Board{transport: t, now: now, name: rand.Text(), rooms: make(map[casework.CaseID]*room)}
}

// room is one case that somebody in this process attends.
type room struct {
	attending []*attending
	// others are the sessions of other processes.
	others map[string]heard
	// shown is what everybody here was last shown.
	shown []Session
	stop  func()
}

// attending is one stream of this process.
type attending struct {
	session Session
	// seen has the newest list, if it was not taken yet.
	seen chan []Session
}

// heard is what another process said last.
type heard struct {
	sessions []Session
	nth      uint64
	at       time.Time
}

// Run says again and again who is there, and forgets who was not spoken of,
// until ctx ends.
func (b *Board) Run(ctx context.Context) error {
	t := time.NewTicker(beat)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			b.beat()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (b *Board) beat() {
	b.mu.Lock()
	var messages []message
	for id, r := range b.rooms {
		for name, h := range r.others {
			if b.now().Sub(h.at) >= ttl {
				delete(r.others, name)
			}
		}
		r.show()
		if len(r.own()) > 0 {
			messages = append(messages, b.message(id, r, false))
		}
	}
	b.mu.Unlock()
	b.send(messages...)
}

// enter lets a stream in. It takes the place of one of the same session.
func (b *Board) enter(id casework.CaseID, one *attending) error {
	b.mu.Lock()
	r, ok := b.rooms[id]
	if !ok {
		r = &room{others: make(map[string]heard)}
		stop, err := b.transport.Subscribe(id, func(data []byte) { b.hear(id, data) })
		if err != nil {
			b.mu.Unlock()
			return err
		}
		r.stop = stop
		b.rooms[id] = r
	}
	r.replace(one)
	r.show()
	r.tell(one)
	m := b.message(id, r, !ok)
	b.mu.Unlock()
	b.send(m)
	return nil
}

// leave is for a stream that ended.
func (b *Board) leave(id casework.CaseID, one *attending) {
	b.mu.Lock()
	r := b.rooms[id]
	if r == nil || !slices.Contains(r.attending, one) { // another one took its place
		b.mu.Unlock()
		return
	}
	r.remove(one)
	r.show()
	m := b.message(id, r, false)
	if len(r.attending) == 0 {
		delete(b.rooms, id)
		r.stop()
	}
	b.mu.Unlock()
	b.send(m)
}

// replace takes a stream in, and sends the one of the same session away.
func (r *room) replace(one *attending) {
	if one.session.ID != "" {
		i := slices.IndexFunc(r.attending, func(a *attending) bool { return a.session.key() == one.session.key() })
		if i >= 0 {
			one.session.Since = r.attending[i].session.Since
			r.remove(r.attending[i])
		}
	}
	r.attending = append(r.attending, one)
}

func (r *room) remove(one *attending) {
	r.attending = slices.DeleteFunc(r.attending, func(a *attending) bool { return a == one })
	close(one.seen)
}

// own are the sessions of this process that others see.
func (r *room) own() []Session {
	var out []Session
	for _, a := range r.attending {
		if a.session.ID != "" {
			out = append(out, a.session)
		}
	}
	return out
}

// adopt keeps since when a session has the case open, when it comes over from
// another process.
func (r *room) adopt(others []Session) {
	for _, s := range others {
		for _, a := range r.attending {
			if a.session.key() == s.key() {
				a.session.Since = earlier(a.session.Since, s.Since)
			}
		}
	}
}

// show shows everybody who is there, if that has changed.
func (r *room) show() {
	for _, h := range r.others {
		r.adopt(h.sessions)
	}
	lists := [][]Session{r.own()}
	for _, h := range r.others {
		lists = append(lists, h.sessions)
	}
	next := everybody(lists...)
	if slices.Equal(next, r.shown) {
		return
	}
	r.shown = next
	for _, a := range r.attending {
		r.tell(a)
	}
}

// tell puts what is shown in the place of what was not taken yet. Whoever calls
// it is the only one to put anything there.
func (r *room) tell(a *attending) {
	select {
	case <-a.seen:
	default:
	}
	a.seen <- r.shown
}
