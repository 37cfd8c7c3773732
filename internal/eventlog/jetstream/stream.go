package jetstream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	natsjs "github.com/nats-io/nats.go/jetstream"
)

// duplicates is the shortest window in which the server may remember message
// ids. The log never sends any: commands are idempotent by their own id.
const duplicates = 100 * time.Millisecond

// streamConfig is the stream that a log needs: on file, without any limit that
// could drop a record, closed to deletion, open to atomic batches.
func streamConfig(cfg Config) natsjs.StreamConfig {
	return natsjs.StreamConfig{
		Name:               cfg.Name,
		Subjects:           []string{cfg.Prefix + ".>"},
		Retention:          natsjs.LimitsPolicy,
		Discard:            natsjs.DiscardNew,
		MaxConsumers:       -1,
		MaxMsgs:            -1,
		MaxBytes:           -1,
		MaxMsgsPerSubject:  -1,
		MaxMsgSize:         -1,
		Storage:            natsjs.FileStorage,
		Compression:        natsjs.NoCompression,
		Replicas:           max(cfg.Replicas, 1),
		Duplicates:         duplicates,
		AllowDirect:        true,
		AllowAtomicPublish: true,
		DenyDelete:         true,
		DenyPurge:          true,
	}
}

// ensureStream creates the stream if it is not there, and checks it in any
// case: an old server can accept a setting without knowing it. It gives the
// number of replicas.
func ensureStream(ctx context.Context, js natsjs.JetStream, want natsjs.StreamConfig) (int, error) {
	s, err := js.Stream(ctx, want.Name)
	if errors.Is(err, natsjs.ErrStreamNotFound) {
		s, err = js.CreateStream(ctx, want)
	}
	if err != nil {
		return 0, fmt.Errorf("stream %s: %w", want.Name, err)
	}
	got := s.CachedInfo().Config
	if err := unfit(got, want); err != nil {
		return 0, fmt.Errorf("the stream %s is not fit to be a log, and is left as it is: %w", want.Name, err)
	}
	return got.Replicas, nil
}

// unfit tells everything about a stream that would break a promise of the log.
func unfit(got, want natsjs.StreamConfig) error {
	var errs []error
	must := func(ok bool, what string) {
		if !ok {
			errs = append(errs, errors.New(what))
		}
	}
	must(slices.Equal(got.Subjects, want.Subjects), fmt.Sprintf("its subjects are %q, not %q", got.Subjects, want.Subjects))
	must(got.Storage == natsjs.FileStorage, "it is not stored on file")
	must(got.Retention == natsjs.LimitsPolicy, "its retention policy deletes messages")
	must(got.Discard == natsjs.DiscardNew, "it makes room by discarding old messages")
	must(got.MaxMsgs <= 0 && got.MaxBytes <= 0 && got.MaxAge == 0 && got.MaxMsgsPerSubject <= 0, "it has a limit on messages, bytes or age")
	must(got.MaxMsgSize <= 0 || got.MaxMsgSize >= minPayload, "its limit on the size of a message is too low")
	must(got.Replicas >= want.Replicas, fmt.Sprintf("it has %d replicas, not %d", got.Replicas, want.Replicas))
	must(got.AllowAtomicPublish, "it does not allow atomic batches (NATS server 2.12 or newer, allow_atomic)")
	must(got.DenyDelete && got.DenyPurge, "it does not deny deleting and purging")
	must(!got.AllowRollup && !got.AllowMsgTTL, "it allows roll-ups or messages that expire")
	must(!got.NoAck && !got.Sealed, "it does not acknowledge, or is sealed")
	must(got.Mirror == nil && len(got.Sources) == 0, "it is filled from another stream")
	must(got.SubjectTransform == nil, "it renames subjects")
	must(!unfinished(got), "a restore of it was begun and did not end: run the same restore again, it goes on where it stopped")
	return errors.Join(errs...)
}
