package jetstream

import (
	"log/slog"

	natsjs "github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
)

// OpenUnchecked opens a log on a stream that Open would refuse.
func OpenUnchecked(js natsjs.JetStream, name, prefix string) *Log {
	l := &Log{
		conn:     js.Conn(),
		reads:    js,
		name:     name,
		prefix:   prefix + ".",
		replicas: 1,
		timeout:  defaultTimeout,
		logger:   slog.New(slog.DiscardHandler),
	}
	l.group = &group{send: l.publishBatch, id: nuid.New()}
	return l
}
