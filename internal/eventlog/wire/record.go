package wire

import (
	"fmt"
	"time"

	"percorsi/internal/eventlog"
	eventlogv1 "percorsi/internal/gen/percorsi/eventlog/v1"
)

// Encode makes the message of a record. They share headers and data.
func Encode(r eventlog.Record) *eventlogv1.Record {
	return &eventlogv1.Record{
		Position: uint64(r.Position),
		Stream:   string(r.Stream),
		Header:   r.Header,
		Data:     r.Data,
		StoredNs: r.StoredAt.UnixNano(),
	}
}

// Decode gives the record of a message. They share headers and data. The error
// is about a message that no log could have given.
func Decode(m *eventlogv1.Record) (eventlog.Record, error) {
	r := eventlog.Record{
		Position: eventlog.Position(m.GetPosition()),
		Stream:   eventlog.Stream(m.GetStream()),
		Header:   m.GetHeader(),
		Data:     m.GetData(),
		StoredAt: time.Unix(0, m.GetStoredNs()).UTC(),
	}
	if r.Position == 0 {
		return eventlog.Record{}, fmt.Errorf("a record without a position")
	}
	if err := r.Stream.Validate(); err != nil {
		return eventlog.Record{}, fmt.Errorf("the record of position %d: %w", r.Position, err)
	}
	return r, nil
}
