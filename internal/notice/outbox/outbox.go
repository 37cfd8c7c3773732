package outbox

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
)

// Log is what an outbox is kept in. It is none that facts are recorded in.
type Log interface {
	AppendAll(ctx context.Context, last eventlog.Expectation, entries []eventlog.Entry) (eventlog.Position, error)
	Read(ctx context.Context, after, upTo eventlog.Position) iter.Seq2[eventlog.Record, error]
	Follow(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Record, error]
	LastOf(ctx context.Context, s eventlog.Stream) (eventlog.Position, error)
	At(ctx context.Context, p eventlog.Position) (eventlog.Record, error)
	Last(ctx context.Context) (eventlog.Position, error)
}

// Names gives the name of the stream of the notices of an Ambito and what its
// subjects begin with, as every process of Percorsi calls them.
func Names(ambito string) (name, prefix string) {
	return "PZN-" + strings.ToUpper(ambito), "pzn." + ambito
}

// Number is the place of a message in an outbox, from 1. They have no holes.
type Number uint64

// MaxBatch is how many messages may be sent together.
const MaxBatch = 1000

// Outbox is the notices of an Ambito. It is safe for concurrent use.
type Outbox struct {
	log    Log
	source string
}

// New makes the outbox of an Ambito.
func New(log Log, ambito string) *Outbox {
	return &Outbox{log: log, source: "/percorsi/" + ambito}
}

// Standing is how far an outbox has come.
type Standing struct {
	// Last is its newest message; 0 for an outbox that was never used.
	Last Number
	// Position is where to go on in the log of facts: all notices up to it were
	// given.
	Position casework.Position
}

// Stand tells how far the outbox has come.
func (o *Outbox) Stand(ctx context.Context) (Standing, error) {
	last, err := o.Last(ctx)
	if err != nil || last == 0 {
		return Standing{}, err
	}
	m, err := o.At(ctx, last)
	return Standing{Last: last, Position: m.Position}, err
}

// Last gives the number of the newest message, 0 for none.
func (o *Outbox) Last(ctx context.Context) (Number, error) {
	last, err := o.log.Last(ctx)
	if err != nil {
		return 0, fmt.Errorf("ask for the newest notice: %w", err)
	}
	return Number(last), nil
}

// Batch is what is sent together: all of it is stored or nothing.
type Batch struct {
	// Notices are in the order of their positions. Those of one commit belong
	// into one batch.
	Notices []*noticev1.Notice
	// Mark, if it is not 0 or Clocks is given, notes that the log was gone through
	// up to it.
	Mark casework.Position
	// Clocks, if it is not 0, makes the mark note as well that everybody was told
	// of the clocks of that day.
	Clocks casework.Day
}

// Send stores a batch behind the message at which the sender believes the outbox
// to end, and gives where it ends now. If others were faster, nothing is stored
// and the error is a *eventlog.Conflict. After eventlog.ErrUnknownOutcome ask
// where the outbox stands.
func (o *Outbox) Send(ctx context.Context, from Standing, b Batch) (Standing, error) {
	entries := make([]eventlog.Entry, 0, len(b.Notices)+1)
	for _, n := range b.Notices {
		e, err := o.entry(n)
		if err != nil {
			return from, err
		}
		entries = append(entries, e)
		from.Position = casework.Position(n.GetPosition())
	}
	if b.Mark != 0 || b.Clocks != 0 {
		entries = append(entries, mark(b.Mark, b.Clocks))
		from.Position = b.Mark
	}
	last, err := o.log.AppendAll(ctx, eventlog.ExpectLast(eventlog.Position(from.Last)), entries)
	if err != nil {
		return from, fmt.Errorf("send %d notices behind %d: %w", len(b.Notices), from.Last, err)
	}
	from.Last = Number(last)
	return from, nil
}

// At gives one message.
func (o *Outbox) At(ctx context.Context, n Number) (Message, error) {
	r, err := o.log.At(ctx, eventlog.Position(n))
	if err != nil {
		return Message{}, fmt.Errorf("read the notice %d: %w", n, err)
	}
	return read(r)
}

// Follow gives the messages behind one, in order, and then each new one. It ends
// with an error: that of ctx, or of eventlog.
func (o *Outbox) Follow(ctx context.Context, after Number) iter.Seq2[Message, error] {
	return messages(o.log.Follow(ctx, eventlog.Position(after)))
}

// Read gives the messages behind one and up to another one, which must be there,
// in order. It ends after the first error.
func (o *Outbox) Read(ctx context.Context, after, upTo Number) iter.Seq2[Message, error] {
	return messages(o.log.Read(ctx, eventlog.Position(after), eventlog.Position(upTo)))
}

// messages reads records, up to the first error.
func messages(records iter.Seq2[eventlog.Record, error]) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		for r, err := range records {
			if err != nil {
				yield(Message{}, fmt.Errorf("read the notices: %w", err))
				return
			}
			m, err := read(r)
			if !yield(m, err) || err != nil {
				return
			}
		}
	}
}
