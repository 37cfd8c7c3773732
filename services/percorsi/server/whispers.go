package server

import (
	"github.com/nats-io/nats.go"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	"percorsi/internal/presence"
)

// whispers carries between processes who is at work on which case. Its subjects
// do not begin like those of the log, whose stream would keep what is said.
type whispers struct {
	conn   *nats.Conn
	prefix string
}

var _ presence.Transport = whispers{}

func (s *store) whispers(ambito string) whispers {
	return whispers{conn: s.live, prefix: "pzlive." + ambito + ".presence."}
}

// Publish tells all processes.
func (w whispers) Publish(id casework.CaseID, message []byte) error {
	return w.conn.Publish(w.prefix+id.String(), message)
}

// Subscribe hears what processes say about a case.
func (w whispers) Subscribe(id casework.CaseID, hear func([]byte)) (stop func(), err error) {
	sub, err := w.conn.Subscribe(w.prefix+id.String(), func(m *nats.Msg) { hear(m.Data) })
	if err != nil {
		return nil, &fault.Error{Kind: fault.Unavailable, Message: "who else is at work on the case cannot be heard of: ask again in a moment", Err: err}
	}
	return func() { _ = sub.Unsubscribe() }, nil // only a closed connection has none
}
