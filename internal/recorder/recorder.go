package recorder

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/eventlog"
	"percorsi/internal/fact"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/privacy"
)

// Log is what a recorder needs of the log.
type Log interface {
	Append(ctx context.Context, e eventlog.Entry) (eventlog.Position, error)
	At(ctx context.Context, p eventlog.Position) (eventlog.Record, error)
	LastOf(ctx context.Context, s eventlog.Stream) (eventlog.Position, error)
}

// Aggregate describes one kind of stream. S is its state: an immutable value,
// zero where the stream has no commit yet.
type Aggregate[S any] struct {
	// Prefix begins the name of its streams, such as "case".
	Prefix string
	// Load gives the newest state that the read model has.
	Load func(ctx context.Context, id string) (S, error)
	// Evolve gives the state after one more commit.
	Evolve func(ctx context.Context, s S, at eventlog.Position, c *eventv1.Commit) (S, error)
	// Last gives the position of the newest commit in a state; 0 for none.
	Last func(s S) eventlog.Position
	// Answer finds a command that the state has recorded.
	Answer func(s S, command uuid.UUID) (digest [16]byte, at eventlog.Position, ok bool)
	// Reached waits until Load covers a position.
	Reached func(ctx context.Context, p eventlog.Position) error
}

// Attempt is one command on its way into a stream.
type Attempt struct {
	// Stream is the id of the stream inside its kind.
	Stream string
	// Command is the caller's id of the command.
	Command uuid.UUID
	// Digest tells a retry from another command under the same id.
	Digest [16]byte
	// Actor is who asks.
	Actor *eventv1.Actor
}

// Outcome is where a command stands in the log.
type Outcome[S any] struct {
	Position   eventlog.Position
	RecordedAt time.Time
	// State is the state with the command in it.
	State S
	// Replayed is set where the command had been recorded before.
	Replayed bool
}

// The limits of a recorder.
const (
	// attempts bounds how often a command is decided again on conflict.
	// Inside a process commands of one stream take turns, so only as many meet
	// as there are processes.
	attempts = 12
	// backoff is the longest wait before the first new decision; it doubles up
	// to the longest.
	backoff        = 5 * time.Millisecond
	longestBackoff = 80 * time.Millisecond
	// held bounds the states a recorder keeps of its own writes. A state that
	// was dropped comes from the read model again.
	held = 50_000
)

// Recorder records the commands of one kind of stream. It is safe for
// concurrent use: commands of one stream take turns, so that they meet no
// conflict inside this process, and those of different streams do not wait.
type Recorder[S any] struct {
	of      Aggregate[S]
	log     Log
	now     func() time.Time
	entries *lru.Cache[string, *entry[S]]
}

// entry is one stream: its turn, and the state after this process's last
// write.
type entry[S any] struct {
	turn  chan struct{}
	state S
	fresh bool
}

// New makes a recorder. now is the clock that stamps commits.
func New[S any](of Aggregate[S], log Log, now func() time.Time) *Recorder[S] {
	entries, err := lru.New[string, *entry[S]](held)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	return &Recorder[S]{of: of, log: log, now: now, entries: entries}
}

// Record decides a command and appends its facts as one commit. decide gets the
// newest state known and the moment of recording; it may run again if another
// process was faster, also where it refused. The same command again gets the first answer; the same id
// with another content is a fault of kind Exists.
func (r *Recorder[S]) Record(ctx context.Context, a Attempt, decide func(S, time.Time) ([]*eventv1.Fact, error)) (Outcome[S], error) {
	e := r.entry(a.Stream)
	select {
	case e.turn <- struct{}{}:
		defer func() { <-e.turn }()
	case <-ctx.Done():
		return Outcome[S]{}, ctx.Err()
	}
	for try := range attempts {
		out, err := r.attempt(ctx, e, a, decide)
		conflict, ok := errors.AsType[*eventlog.Conflict](err)
		if !ok {
			return out, err
		}
		if err := r.catchUp(ctx, conflict.Last, try); err != nil {
			return Outcome[S]{}, err
		}
	}
	return Outcome[S]{}, fault.New(fault.Unavailable, "many people are recording here at this moment: send the same command again")
}

// entry finds or makes the entry of a stream.
func (r *Recorder[S]) entry(id string) *entry[S] {
	fresh := &entry[S]{turn: make(chan struct{}, 1)}
	if e, ok, _ := r.entries.PeekOrAdd(id, fresh); ok {
		r.entries.Get(id)
		return e
	}
	return fresh
}

// attempt is one round: state, answer or decision, append.
func (r *Recorder[S]) attempt(ctx context.Context, e *entry[S], a Attempt, decide func(S, time.Time) ([]*eventv1.Fact, error)) (Outcome[S], error) {
	if !e.fresh {
		s, err := r.of.Load(ctx, a.Stream)
		if err != nil {
			return Outcome[S]{}, fmt.Errorf("load %s %s: %w", r.of.Prefix, a.Stream, err)
		}
		e.state = s
	}
	if digest, at, ok := r.of.Answer(e.state, a.Command); ok {
		return r.replay(ctx, e.state, a, digest, at)
	}
	now := r.now()
	facts, err := decide(e.state, now)
	if err != nil {
		return Outcome[S]{}, r.refuse(ctx, e, a, err)
	}
	return r.append(ctx, e, a, facts, now)
}

// replay gives the first answer of a command again.
func (r *Recorder[S]) replay(ctx context.Context, s S, a Attempt, digest [16]byte, at eventlog.Position) (Outcome[S], error) {
	if digest != a.Digest {
		return Outcome[S]{}, fault.New(fault.Exists, "this command_id was used for another command: give the new one an id of its own")
	}
	record, err := r.log.At(ctx, at)
	if err != nil {
		return Outcome[S]{}, fmt.Errorf("read the first answer at %d: %w", at, err)
	}
	commit, err := fact.Decode(record.Data)
	if err != nil {
		return Outcome[S]{}, fmt.Errorf("decode the first answer at %d: %w", at, err)
	}
	return Outcome[S]{Position: at, RecordedAt: commit.GetRecordedAt().AsTime(), State: s, Replayed: true}, nil
}

// append stores the facts and moves the state on. Whatever fails after the
// entry was sent, the state is loaded anew for the next command.
func (r *Recorder[S]) append(ctx context.Context, e *entry[S], a Attempt, facts []*eventv1.Fact, now time.Time) (Outcome[S], error) {
	e.fresh = false
	commit, err := r.commit(a, facts, now)
	if err != nil {
		return Outcome[S]{}, err
	}
	if err := privacy.CheckSealed(commit); err != nil {
		return Outcome[S]{}, fmt.Errorf("refuse a commit of %s: %w", commit.GetStream(), err)
	}
	data, err := fact.Encode(commit)
	if err != nil {
		return Outcome[S]{}, fmt.Errorf("encode a commit of %s: %w", commit.GetStream(), err)
	}
	at, err := r.log.Append(ctx, eventlog.Entry{
		Stream: eventlog.Stream(commit.GetStream()),
		Expect: eventlog.ExpectLast(r.of.Last(e.state)),
		Header: fact.Headers(commit),
		Data:   data,
	})
	if err != nil {
		return Outcome[S]{}, err
	}
	s, err := r.of.Evolve(ctx, e.state, at, commit)
	if err != nil {
		return Outcome[S]{}, fmt.Errorf("fold %s at %d: %w", commit.GetStream(), at, err)
	}
	e.state, e.fresh = s, true
	return Outcome[S]{Position: at, RecordedAt: commit.GetRecordedAt().AsTime(), State: s}, nil
}

func (r *Recorder[S]) commit(a Attempt, facts []*eventv1.Fact, now time.Time) (*eventv1.Commit, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return nil, fmt.Errorf("make a commit id: %w", err)
	}
	return &eventv1.Commit{
		CommitId:      id.String(),
		CommandId:     a.Command.String(),
		CommandDigest: a.Digest[:],
		Stream:        string(r.stream(a)),
		RecordedAt:    timestamppb.New(now.UTC().Truncate(time.Microsecond)),
		Actor:         a.Actor,
		Facts:         facts,
	}, nil
}

// catchUp waits until the read model has the commit that won, or for a moment
// where its position is not known.
func (r *Recorder[S]) catchUp(ctx context.Context, won eventlog.Position, try int) error {
	if won != 0 {
		if err := r.of.Reached(ctx, won); err != nil {
			return err
		}
	}
	t := time.NewTimer(rand.N(min(backoff<<try, longestBackoff)))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
