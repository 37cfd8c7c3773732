package presence

import (
	"cmp"
	"context"
	"slices"
	"time"

	"percorsi/internal/casework"
)

// How often a process says who is there, and for how long that holds.
const (
	beat = 2 * time.Second
	ttl  = 3 * beat
)

// Session is somebody who has a case open.
type Session struct {
	// ID is what the client calls it: somebody with two windows has two. With
	// the same one again it goes on, on another part or another connection.
	ID string `json:"id"`
	// User, Role and Body are those of the caller.
	User string `json:"user"`
	Role string `json:"role"`
	Body string `json:"body"`
	// Part is the part of the case that is being worked on; empty for none.
	Part string `json:"part,omitempty"`
	// Since is when the case was opened.
	Since time.Time `json:"since"`
	// Begun is when the session came to its part, or to its connection: of two
	// with one id the newer one counts.
	Begun time.Time `json:"begun"`
}

// key tells sessions apart: nobody can take over that of somebody else.
type key struct{ user, id string }

func (s Session) key() key { return key{s.User, s.ID} }

// Transport carries what processes tell each other about a case. What is lost
// is said again soon.
type Transport interface {
	// Publish tells all who subscribe, this process too or not.
	Publish(id casework.CaseID, message []byte) error
	// Subscribe calls hear with each message about a case, from a goroutine of
	// its own, until it is stopped; stop waits for nothing.
	Subscribe(id casework.CaseID, hear func(message []byte)) (stop func(), err error)
}

// everybody puts the sessions of several processes together: one for each key,
// the oldest in front.
func everybody(lists ...[]Session) []Session {
	known := make(map[key]Session)
	for _, list := range lists {
		for _, s := range list {
			other, ok := known[s.key()]
			if !ok {
				known[s.key()] = s
				continue
			}
			since := earlier(s.Since, other.Since)
			if other.Begun.After(s.Begun) {
				s = other
			}
			s.Since = since
			known[s.key()] = s
		}
	}
	out := make([]Session, 0, len(known))
	for _, s := range known {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b Session) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.User, b.User), cmp.Compare(a.ID, b.ID))
	})
	return out
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// Attend lets a session be seen by everybody who attends a case, and gives all
// who are there now, again with every change, and the newest only if nobody
// takes them. A session without an ID sees and is not seen. It lasts until ctx
// ends, or until the same session comes again: then the channel is closed.
func (b *Board) Attend(ctx context.Context, id casework.CaseID, s Session) (<-chan []Session, error) {
	s.Begun = b.now().UTC().Round(0) // as it comes back from another process
	s.Since = s.Begun
	one := &attending{session: s, seen: make(chan []Session, 1)}
	if err := b.enter(id, one); err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { b.leave(id, one) })
	return one.seen, nil
}
