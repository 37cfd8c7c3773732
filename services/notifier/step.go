package notifier

import (
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
func (n *Notifier) noticesOf(ctx context.Context, r eventlog.Record) ([]*noticev1.Notice, error) {
	kind, name := readmodel.Split(r.Stream)
	if kind != readmodel.CaseStream || !tells(r) {
		return nil, nil
	}
	id, err := readmodel.ParseID(name)
	if err != nil {
		return nil, nil //nolint:nilerr // no case is folded from such a stream
	}
	at := casework.Position(r.Position)
	if err := n.cfg.Model.Wait(ctx, at); err != nil {
		return nil, fmt.Errorf("wait for the read model: %w", err)
	}
	commands, err := n.commands(ctx, id, r)
	if commands == nil || err != nil {
		return nil, err
	}
	return n.notices(ctx, commands)
}

// tells tells whether anybody may be told of a record. One without the header
// must be looked into.
func tells(r eventlog.Record) bool {
	names, ok := r.Header[fact.HeaderFacts]
	return !ok || slices.ContainsFunc(strings.Split(names, ","), notice.Tells)
}

// commands gives the positions of the commits of a case up to that of a record,
// which is the last; none where the case was not folded that far because it
// stopped.
func (n *Notifier) commands(ctx context.Context, id casework.CaseID, r eventlog.Record) ([]casework.Position, error) {
	at := casework.Position(r.Position)
	c, failed := n.cfg.Model.Case(ctx, id)
	if failed == nil {
		var out []casework.Position
		for _, a := range c.Commands {
			if a.Position <= at {
				out = append(out, a.Position)
			}
		}
		if len(out) > 0 && out[len(out)-1] == at {
			return out, nil
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

// notices gives what the last of the commits of a case tells.
func (n *Notifier) notices(ctx context.Context, at []casework.Position) ([]*noticev1.Notice, error) {
	commits, err := n.cfg.Past(ctx, at)
	if err != nil {
		return nil, fmt.Errorf("read a case up to position %d: %w", at[len(at)-1], err)
	}
	s := notice.Step{Approvals: n.cfg.Approvals, Earlier: func(p casework.Position) (*eventv1.Commit, error) {
		i, ok := slices.BinarySearch(at, p)
		if !ok {
			return nil, nil // which tells nobody
		}
		return commits[i], nil
	}}
	for i, commit := range commits {
		s.Before, s.At, s.Commit = s.After, at[i], commit
		if s.After, err = readmodel.EvolveCase(ctx, s.Before, at[i], commit, n.cfg.Past); err != nil {
			return nil, fmt.Errorf("fold a case up to position %d: %w", at[i], err)
		}
	}
	s.Sealed = access.Sealed(s.After) || s.Before != nil && access.Sealed(s.Before)
	return notice.Of(s)
}
