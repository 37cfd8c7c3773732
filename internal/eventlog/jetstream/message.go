package jetstream

import (
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"percorsi/internal/eventlog"
)

// The headers of the server that the log uses. They are stored with the
// message and hidden from readers.
const (
	hdrPrefix      = "Nats-"
	hdrExpected    = "Nats-Expected-Last-Subject-Sequence"
	hdrBatchID     = "Nats-Batch-Id"
	hdrBatchSeq    = "Nats-Batch-Sequence"
	hdrBatchCommit = "Nats-Batch-Commit"
	// hdrExpectedLast guards the whole stream. In a batch only the first
	// message can have it.
	hdrExpectedLast = "Nats-Expected-Last-Sequence"
)

// The headers of the log itself. eventlog.Entry refuses them from callers.
const (
	hdrOwnPrefix = "Log-"
	// hdrStoredAt is when a restored record was stored for the first time, as
	// RFC 3339 with nanoseconds. The server stamps messages itself.
	hdrStoredAt = "Log-Stored-At"
)

// message makes the guarded message of a valid entry.
func (l *Log) message(e eventlog.Entry) (*nats.Msg, error) {
	expected, err := e.Expect.Last()
	if err != nil {
		return nil, err
	}
	m := l.unguarded(e.Stream, e.Header, e.Data)
	m.Header[hdrExpected] = []string{strconv.FormatUint(uint64(expected), 10)}
	return m, nil
}

// unguarded makes a message that states no expectation yet.
func (l *Log) unguarded(s eventlog.Stream, header map[string]string, data []byte) *nats.Msg {
	h := make(nats.Header, len(header)+5)
	for k, v := range header {
		h[k] = []string{v}
	}
	return &nats.Msg{Subject: l.prefix + string(s), Header: h, Data: data}
}

// stream gives the stream of a subject of this log.
func (l *Log) stream(subject string) eventlog.Stream {
	return eventlog.Stream(strings.TrimPrefix(subject, l.prefix))
}

// header gives the headers that the caller of the append had set.
func header(h nats.Header) map[string]string {
	var own map[string]string
	for k, v := range h {
		if strings.HasPrefix(k, hdrPrefix) || strings.HasPrefix(k, hdrOwnPrefix) || len(v) == 0 {
			continue
		}
		if own == nil {
			own = make(map[string]string, len(h))
		}
		own[k] = v[0]
	}
	return own
}

// storedAt tells when a record was stored for the first time, given the time
// the server has for it. A time that cannot be read was not written by a
// restore, and counts for nothing.
func storedAt(h nats.Header, server time.Time) time.Time {
	if v := h[hdrStoredAt]; len(v) > 0 {
		if t, err := time.Parse(time.RFC3339Nano, v[0]); err == nil {
			return t.UTC()
		}
	}
	return server.UTC()
}
