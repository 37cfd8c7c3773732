package presence_test

import (
	"sync"

	"percorsi/internal/casework"
	"percorsi/internal/presence"
)

// line carries messages between the boards of a test, each from a goroutine, as
// a server between processes does.
type line struct {
	mu   sync.Mutex
	subs map[*sub]bool
	// cut are the ends that nothing reaches and nothing leaves.
	cut map[*end]bool
}

// end is where one process hangs on the line.
type end struct{ line *line }

type sub struct {
	at   *end
	id   casework.CaseID
	hear func([]byte)
}

func newLine() *line { return &line{subs: map[*sub]bool{}, cut: map[*end]bool{}} }

func (l *line) end() *end { return &end{line: l} }

var _ presence.Transport = (*end)(nil)

func (e *end) Publish(id casework.CaseID, message []byte) error {
	e.line.mu.Lock()
	defer e.line.mu.Unlock()
	if e.line.cut[e] {
		return nil
	}
	for s := range e.line.subs {
		if s.id == id && !e.line.cut[s.at] {
			go s.hear(message)
		}
	}
	return nil
}

func (e *end) Subscribe(id casework.CaseID, hear func([]byte)) (func(), error) {
	e.line.mu.Lock()
	defer e.line.mu.Unlock()
	s := &sub{at: e, id: id, hear: hear}
	e.line.subs[s] = true
	return func() {
		e.line.mu.Lock()
		defer e.line.mu.Unlock()
		delete(e.line.subs, s)
	}, nil
}

// set cuts an end off, or mends it.
func (l *line) set(e *end, cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut[e] = cut
}

func (l *line) listening() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.subs)
}
