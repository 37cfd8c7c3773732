package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"percorsi/internal/eventlog"
)

// getSubject is where the leader of a stream answers for single messages. Its
// direct sibling may be answered by a replica that is behind.
const getSubject = "$JS.API.STREAM.MSG.GET."

// getRequest asks for one message, by its position or as the last of a
// subject, where ">" is the whole stream.
type getRequest struct {
	Sequence  uint64 `json:"seq,omitempty"`
	LastOf    string `json:"last_by_subj,omitempty"`
	NoHeaders bool   `json:"no_hdr,omitempty"`
}

type getReply struct {
	Error   *apiError `json:"error"`
	Message struct {
		Subject  string    `json:"subject"`
		Sequence uint64    `json:"seq"`
		Header   []byte    `json:"hdrs"`
		Data     []byte    `json:"data"`
		Time     time.Time `json:"time"`
	} `json:"message"`
}

// At gives the record at a position, or eventlog.ErrNotFound.
func (l *Log) At(ctx context.Context, p eventlog.Position) (eventlog.Record, error) {
	if p == 0 {
		return eventlog.Record{}, eventlog.ErrNotFound
	}
	return l.get(ctx, getRequest{Sequence: uint64(p)})
}

// Last gives the position of the last record, 0 for an empty log. Everything
// up to it is on disk.
func (l *Log) Last(ctx context.Context) (eventlog.Position, error) {
	r, err := l.get(ctx, getRequest{LastOf: ">", NoHeaders: true})
	if errors.Is(err, eventlog.ErrNotFound) {
		return l.lastWritten(ctx)
	}
	return r.Position, err
}

// LastOf gives the position of the last record of one stream, 0 if it has
// none.
func (l *Log) LastOf(ctx context.Context, s eventlog.Stream) (eventlog.Position, error) {
	if err := s.Validate(); err != nil {
		return 0, err
	}
	r, err := l.get(ctx, getRequest{LastOf: l.prefix + string(s), NoHeaders: true})
	if errors.Is(err, eventlog.ErrNotFound) {
		return 0, nil
	}
	return r.Position, err
}

// lastWritten tells a log that is empty from one whose last record is gone.
func (l *Log) lastWritten(ctx context.Context) (eventlog.Position, error) {
	s, err := l.reads.Stream(ctx, l.name)
	if err != nil {
		return 0, unreachable(ctx, err)
	}
	return eventlog.Position(s.CachedInfo().State.LastSeq), nil
}

// get asks the leader for one message. It waits until the server has synced
// the batch that it may be storing.
func (l *Log) get(ctx context.Context, req getRequest) (eventlog.Record, error) {
	question, err := json.Marshal(req)
	if err != nil {
		return eventlog.Record{}, err
	}
	asked, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	m, err := l.reads.Conn().RequestWithContext(asked, getSubject+l.name, question)
	if err != nil {
		return eventlog.Record{}, unreachable(ctx, err)
	}
	var reply getReply
	if err := json.Unmarshal(m.Data, &reply); err != nil {
		return eventlog.Record{}, unreachable(ctx, err)
	}
	if reply.Error != nil {
		return eventlog.Record{}, refusal(*reply.Error)
	}
	return l.stored(reply)
}

func (l *Log) stored(reply getReply) (eventlog.Record, error) {
	r := eventlog.Record{
		Position: eventlog.Position(reply.Message.Sequence),
		Stream:   l.stream(reply.Message.Subject),
		Data:     reply.Message.Data,
		StoredAt: reply.Message.Time.UTC(),
	}
	if len(reply.Message.Header) > 0 {
		h, err := nats.DecodeHeadersMsg(reply.Message.Header)
		if err != nil {
			return eventlog.Record{}, fmt.Errorf("headers of the record at %d: %w", r.Position, err)
		}
		r.Header, r.StoredAt = header(h), storedAt(h, r.StoredAt)
	}
	return r, nil
}
