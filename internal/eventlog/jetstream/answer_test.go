package jetstream

import (
	"context"
	"errors"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"percorsi/internal/eventlog"
)

func TestARefusalIsRecognisedByItsCode(t *testing.T) {
	for _, tt := range []struct {
		id   server.ErrorIdentifier
		want error
	}{
		{server.JSStreamWrongLastSequenceErrF, eventlog.ErrConflict},
		{server.JSStreamWrongLastSequenceConstantErr, eventlog.ErrConflict},
		{server.JSStreamMessageExceedsMaximumErr, eventlog.ErrTooLarge},
		{server.JSStreamHeaderExceedsMaximumErr, eventlog.ErrTooLarge},
		{server.JSNoMessageFoundErr, eventlog.ErrNotFound},
		{server.JSStreamWrongLastMsgIDErrF, eventlog.ErrUnavailable},
		{server.JSAtomicPublishIncompleteBatchErr, eventlog.ErrUnavailable},
		{server.JSAtomicPublishTooManyInflight, eventlog.ErrUnavailable},
		{server.JSStreamTooManyRequests, eventlog.ErrUnavailable},
		{server.JSInsufficientResourcesErr, eventlog.ErrUnavailable},
		{server.JSStreamStoreFailedF, eventlog.ErrUnavailable},
		{server.JSStreamNotFoundErr, eventlog.ErrUnavailable},
	} {
		// The text must not matter.
		err := refusal(apiError{ErrCode: int(tt.id), Description: "wrong last sequence: 7"})
		if !errors.Is(err, tt.want) {
			t.Errorf("code %d: %v, want %v", tt.id, err, tt.want)
		}
		if errors.Is(err, eventlog.ErrUnknownOutcome) {
			t.Errorf("code %d: a refusal has a known outcome", tt.id)
		}
	}
}

func TestAReplyIsTakenForWhatItProves(t *testing.T) {
	reply := func(data string) *nats.Msg { return &nats.Msg{Data: []byte(data)} }
	for _, tt := range []struct {
		name  string
		reply *nats.Msg
		err   error
		want  error
		seq   uint64
	}{
		{name: "stored", reply: reply(`{"stream":"S","seq":42}`), seq: 42},
		{name: "conflict", reply: reply(`{"error":{"code":400,"err_code":10071,"description":"x"},"stream":"S","seq":0}`), want: eventlog.ErrConflict},
		{name: "no position", reply: reply(`{"stream":"S"}`), want: eventlog.ErrUnknownOutcome},
		{name: "not readable", reply: reply(``), want: eventlog.ErrUnknownOutcome},
		{name: "no answer in time", err: context.DeadlineExceeded, want: eventlog.ErrUnknownOutcome},
		{name: "no answer in the client's time", err: nats.ErrTimeout, want: eventlog.ErrUnknownOutcome},
		{name: "connection closed while waiting", err: nats.ErrConnectionClosed, want: eventlog.ErrUnknownOutcome},
		{name: "nobody listens", err: nats.ErrNoResponders, want: eventlog.ErrUnavailable},
		{name: "not connected", err: nats.ErrReconnectBufExceeded, want: eventlog.ErrUnavailable},
		{name: "larger than the server takes", err: nats.ErrMaxPayload, want: eventlog.ErrTooLarge},
	} {
		a, err := accepted(tt.reply, tt.err)
		if !errors.Is(err, tt.want) || (err == nil) != (tt.want == nil) || (err == nil && a.Sequence != tt.seq) {
			t.Errorf("%s: %+v, %v; want %d, %v", tt.name, a, err, tt.seq, tt.want)
		}
	}
}
