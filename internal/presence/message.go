package presence

import (
	"encoding/json"

	"percorsi/internal/casework"
)

// said is what one process tells the others about a case: all who are there.
type said struct {
	// By names the process, Nth counts its messages: who one that comes late says
	// is there is not believed.
	By  string `json:"by"`
	Nth uint64 `json:"nth"`
	// Asks wants to be told at once who else is there, however late it comes.
	Asks     bool      `json:"asks,omitempty"`
	Sessions []Session `json:"sessions,omitempty"`
}

// message is what is to be sent once nobody holds the board.
type message struct {
	id   casework.CaseID
	said said
}

// message says who is there. Whoever calls it holds the board.
func (b *Board) message(id casework.CaseID, r *room, asks bool) message {
	b.said++
	return message{id: id, said: said{By: b.name, Nth: b.said, Asks: asks, Sessions: r.own()}}
}

// send sends messages. What cannot be sent now is said again with the next beat.
func (b *Board) send(messages ...message) {
	for _, m := range messages {
		if data, err := json.Marshal(m.said); err == nil { // plain fields cannot fail
			_ = b.transport.Publish(m.id, data)
		}
	}
}

// hear takes what a process said about a case, maybe this one.
func (b *Board) hear(id casework.CaseID, data []byte) {
	var s said
	if err := json.Unmarshal(data, &s); err != nil || s.By == b.name || s.By == "" {
		return // nobody of ours speaks like that
	}
	b.mu.Lock()
	r := b.rooms[id]
	if r == nil {
		b.mu.Unlock()
		return
	}
	if s.Nth > r.others[s.By].nth {
		r.others[s.By] = heard{sessions: s.Sessions, nth: s.Nth, at: b.now()}
		r.show()
	}
	var answer []message
	if s.Asks && len(r.own()) > 0 {
		answer = append(answer, b.message(id, r, false))
	}
	b.mu.Unlock()
	b.send(answer...)
}
