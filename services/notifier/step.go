package notifier

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	noticev1 "percorsi/internal/gen/percorsi/notice/v1"
	"percorsi/internal/notice"
	"percorsi/internal/readmodel"
)

// noticesOf gives the notices of one record. What stands in its headers is
// enough for most, of which nobody is told.
func (w *work) noticesOf(ctx context.Context, r eventlog.Record) ([]*noticev1.Notice, error) {
	kind, name := readmodel.Split(r.Stream)
	if kind != readmodel.CaseStream || !tells(r) {
		return nil, nil
	}
	id, err := readmodel.ParseID(name)
	if err != nil {
		return nil, nil //nolint:nilerr // no case is folded from such a stream
	}
	at := casework.Position(r.Position)
	if err := w.cfg.Model.Wait(ctx, at); err != nil {
		return nil, fmt.Errorf("wait for the read model: %w", err)
	}
	commits, err := w.commits(ctx, id, r)
	if commits == nil || err != nil {
		return nil, err
	}
	return w.notices(ctx, id, commits, r)
}

// tells tells whether anybody may be told of a record. One without the header
// must be looked into.
func tells(r eventlog.Record) bool {
	names, ok := r.Header[fact.HeaderFacts]
	return !ok || slices.ContainsFunc(strings.Split(names, ","), notice.Tells)
}

// commits gives the commits of a case up to that of a record, which is the last;
// none where the case was not folded that far because it stopped.
func (n *Notifier) commits(ctx context.Context, id casework.CaseID, r eventlog.Record) ([]casework.Answered, error) {
	at := casework.Position(r.Position)
	c, failed := n.cfg.Model.Case(ctx, id)
	if failed == nil {
		if i, ok := find(c.Commands, at); ok {
			return c.Commands[:i+1], nil
		}
	}
	_, stopped, err := n.cfg.Model.QuarantineOf(ctx, r.Stream)
	switch {
	case err != nil:
		return nil, err
	case stopped:
		n.logger.WarnContext(ctx, "the case stopped, and nobody is told of this",
			slog.String("case", id.String()), slog.Uint64("position", uint64(at)))
		return nil, nil
	case failed != nil:
		return nil, fmt.Errorf("load the case of position %d: %w", at, failed)
	default:
		return nil, fmt.Errorf("the read model has no commit at position %d", at)
	}
}

// find finds the commit at a position among those of a case.
func find(commits []casework.Answered, at casework.Position) (int, bool) {
	return slices.BinarySearchFunc(commits, at, func(a casework.Answered, p casework.Position) int {
		return cmp.Compare(a.Position, p)
	})
}

// notices gives what a record tells, which is the last of the commits of its case.
func (w *work) notices(ctx context.Context, id casework.CaseID, commits []casework.Answered, r eventlog.Record) ([]*noticev1.Notice, error) {
	d := readmodel.Decode(r)
	if d.Err != nil { // which the read model folded
		return nil, fmt.Errorf("read position %d: %w", r.Position, d.Err)
	}
	before, after, err := w.cases.step(ctx, id, commits, d.Commit)
	if err != nil {
		return nil, err
	}
	return notice.Of(notice.Step{
		Before: before, After: after, At: casework.Position(r.Position), Commit: d.Commit, Approvals: w.cfg.Approvals,
		Sealed:  access.Sealed(after) || before != nil && access.Sealed(before),
		Earlier: func(p casework.Position) (*eventv1.Commit, error) { return w.earlier(ctx, commits, p) },
	})
}

// earlier reads one of the commits of a case.
func (n *Notifier) earlier(ctx context.Context, of []casework.Answered, p casework.Position) (*eventv1.Commit, error) {
	if _, ok := find(of, p); !ok {
		return nil, nil // which tells nobody
	}
	commits, err := n.cfg.Past(ctx, []casework.Position{p})
	if err != nil {
		return nil, fmt.Errorf("read position %d: %w", p, err)
	}
	return commits[0], nil
}
