package history

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"
	"google.golang.org/protobuf/types/known/structpb"

	"percorsi/internal/casework"
	"percorsi/internal/correction"
	"percorsi/internal/eventlog"
	"percorsi/internal/fact"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Log is what a history needs of the log.
type Log interface {
	At(ctx context.Context, p eventlog.Position) (eventlog.Record, error)
}

// Renderer shows the fields of a fact; words and identities only on demand.
type Renderer interface {
	Render(f *eventv1.Fact, person string, words bool) (*structpb.Struct, error)
}

// held bounds the commits that a reader keeps: those of the cases that people
// look at now. A commit never changes, and its words stay sealed.
const held = 4096

// Reader reads histories of cases by position, never by a scan of the log. It
// is safe for concurrent use.
type Reader struct {
	log     Log
	render  Renderer
	commits *lru.Cache[casework.Position, *eventv1.Commit]
}

// NewReader makes a reader.
func NewReader(log Log, render Renderer) *Reader {
	commits, err := lru.New[casework.Position, *eventv1.Commit](held)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	return &Reader{log: log, render: render, commits: commits}
}

// Of gives the facts of a case after a position, in the order they were
// recorded. It ends after the first error.
func (r *Reader) Of(ctx context.Context, c *casework.Case, after casework.Position, words bool) iter.Seq2[*casefilev1.HistoryEntry, error] {
	return func(yield func(*casefilev1.HistoryEntry, error) bool) {
		// A watch comes back here with every fact: it must not walk them all.
		from, _ := slices.BinarySearchFunc(c.Commands, after+1, func(a casework.Answered, p casework.Position) int {
			return cmp.Compare(a.Position, p)
		})
		for _, a := range c.Commands[from:] {
			entries, err := r.at(ctx, c, a.Position, words)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, e := range entries {
				if !yield(e, nil) {
					return
				}
			}
		}
	}
}

// On gives the newest facts that changed one part of a case after a position,
// at most as many commits as most says, oldest first.
func (r *Reader) On(ctx context.Context, c *casework.Case, part casework.Part, after casework.Position, most int, words bool) ([]*casefilev1.HistoryEntry, error) {
	var found [][]*casefilev1.HistoryEntry
	for _, a := range slices.Backward(c.Commands) {
		if a.Position <= after || len(found) == most {
			break
		}
		entries, err := r.at(ctx, c, a.Position, words)
		if err != nil {
			return nil, err
		}
		var on []*casefilev1.HistoryEntry
		for _, e := range entries {
			fell, err := r.fell(ctx, c, e, part)
			if err != nil {
				return nil, err
			}
			if fell || e.GetPart() == string(part) {
				on = append(on, e)
			}
		}
		if len(on) > 0 {
			found = append(found, on)
		}
	}
	slices.Reverse(found)
	return slices.Concat(found...), nil
}

// Commits gives commits by their positions: it is how a fold reads what a
// correction is about. They are shared: nobody may change them.
func (r *Reader) Commits(ctx context.Context, at []casework.Position) ([]*eventv1.Commit, error) {
	out := make([]*eventv1.Commit, len(at))
	for i, p := range at {
		var err error
		if out[i], err = r.commit(ctx, p); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// commit reads one commit, which is shared: nobody may change it.
func (r *Reader) commit(ctx context.Context, p casework.Position) (*eventv1.Commit, error) {
	if c, ok := r.commits.Get(p); ok {
		return c, nil
	}
	record, err := r.log.At(ctx, eventlog.Position(p))
	if err != nil {
		return nil, fmt.Errorf("read position %d: %w", p, err)
	}
	c, err := fact.Decode(record.Data)
	if err != nil {
		return nil, fmt.Errorf("decode position %d: %w", p, err)
	}
	r.commits.Add(p, c)
	return c, nil
}

// at gives the facts of one commit.
func (r *Reader) at(ctx context.Context, c *casework.Case, p casework.Position, words bool) ([]*casefilev1.HistoryEntry, error) {
	commit, err := r.commit(ctx, p)
	if err != nil {
		return nil, err
	}
	command, err := uuid.Parse(commit.GetCommandId())
	if err != nil {
		return nil, fmt.Errorf("show position %d: command id: %w", p, err)
	}
	out := make([]*casefilev1.HistoryEntry, 0, len(commit.GetFacts()))
	for i, f := range commit.GetFacts() {
		e, err := r.Entry(ctx, c, f, words)
		if err != nil {
			return nil, fmt.Errorf("show position %d: %w", p, err)
		}
		if err := r.mark(ctx, c, correction.Ref{Command: command, Index: i}, e); err != nil {
			return nil, fmt.Errorf("show position %d: %w", p, err)
		}
		sign(e, uint64(p), i, commit)
		out = append(out, e)
	}
	return out, nil
}

// sign says who recorded a fact, when, and where it lies.
func sign(e *casefilev1.HistoryEntry, at uint64, index int, commit *eventv1.Commit) {
	e.Position, e.Index = at, int32(index) //nolint:gosec // a commit has few facts
	e.RecordedAt, e.CommandId = commit.GetRecordedAt(), commit.GetCommandId()
	e.User, e.Role, e.Body = commit.GetActor().GetUser(), commit.GetActor().GetRole(), commit.GetActor().GetBody()
}

// Entry shows one fact of a case that need not be recorded.
func (r *Reader) Entry(ctx context.Context, c *casework.Case, f *eventv1.Fact, words bool) (*casefilev1.HistoryEntry, error) {
	data, err := r.render.Render(f, c.Person, words)
	if err != nil {
		return nil, err
	}
	part, err := r.partOf(ctx, c, f)
	if err != nil {
		return nil, err
	}
	return &casefilev1.HistoryEntry{Type: fact.Name(f), Part: string(part), OccurredOn: f.GetOccurredOn(), Data: data}, nil
}
