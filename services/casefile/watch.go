package casefile

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/binary"
	"math"
	"slices"

	"google.golang.org/grpc"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	"percorsi/internal/readmodel"
)

// mark is the place of the last fact that a watcher has seen: a commit, and a
// fact in it, since a connection may be lost between two facts of a commit.
type mark struct {
	commit casework.Position
	index  int32
}

// whole is the index of a mark behind every fact of its commit.
const whole = math.MaxInt32

// token writes a mark for the watcher to come back with.
func (m mark) token() string {
	b := binary.AppendUvarint(nil, uint64(m.commit))
	return base64.RawURLEncoding.EncodeToString(binary.AppendUvarint(b, uint64(m.index))) //nolint:gosec // a place in a list
}

// parseMark reads a token. The error is Invalid on resume.
func parseMark(token string) (mark, error) {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return mark{}, badResume()
	}
	commit, n := binary.Uvarint(b)
	if n <= 0 || commit == 0 || commit > math.MaxInt64 {
		return mark{}, badResume()
	}
	index, k := binary.Uvarint(b[n:])
	if k <= 0 || n+k != len(b) || index >= whole {
		return mark{}, badResume()
	}
	return mark{commit: casework.Position(commit), index: int32(index)}, nil
}

func badResume() error {
	return fault.Field("resume", "is not a token that a watch of this case gave: leave it empty, and say after_position")
}

// after gives the position after which to read facts: those of the commit at
// the mark are read again where it is in the middle of them.
func (m mark) after() casework.Position {
	if m.index == whole {
		return m.commit
	}
	return m.commit - 1
}

// has tells whether a fact lies before the mark or at it.
func (m mark) has(e *casefilev1.HistoryEntry) bool {
	at := casework.Position(e.GetPosition())
	return at < m.commit || at == m.commit && e.GetIndex() <= m.index
}

// markOf gives where a watch begins.
func markOf(r *casefilev1.WatchCaseRequest) (mark, error) {
	if r.GetResume() != "" {
		return parseMark(r.GetResume())
	}
	return mark{commit: casework.Position(r.GetAfterPosition()), index: whole}, nil
}

// WatchCase sends the facts of a case after a mark, and then each as it is
// recorded, until the caller hangs up or may not see the case any more.
func (s *Server) WatchCase(r *casefilev1.WatchCaseRequest, stream grpc.ServerStreamingServer[casefilev1.WatchCaseResponse]) error {
	ctx := stream.Context()
	seen, err := markOf(r)
	if err != nil {
		return err
	}
	if _, err := readmodel.Reach(ctx, s.model, uint64(seen.commit)); err != nil {
		return err
	}
	for resumed := r.GetResume() != ""; ; resumed = false {
		caller, c, err := s.seen(ctx, r.GetCaseId())
		if err != nil {
			return err
		}
		if resumed {
			if err := s.resumable(ctx, c, seen); err != nil {
				return err
			}
		}
		for e, err := range s.facts(ctx, caller, c, seen.after()) {
			switch {
			case err != nil:
				return err
			case seen.has(e):
				continue
			}
			at := mark{commit: casework.Position(e.GetPosition()), index: e.GetIndex()}
			if err := stream.Send(&casefilev1.WatchCaseResponse{Entry: e, Token: at.token()}); err != nil {
				return err
			}
		}
		seen = mark{commit: max(seen.commit, c.Last), index: whole}
		if _, err := s.model.Changed(ctx, c.ID, seen.commit); err != nil {
			return err
		}
	}
}

// resumable refuses a mark that is not of a case, such as one of another case:
// who went on after it would miss facts. The model covers it.
func (s *Server) resumable(ctx context.Context, c *casework.Case, seen mark) error {
	if _, ok := slices.BinarySearchFunc(c.Commands, seen.commit, func(a casework.Answered, p casework.Position) int {
		return cmp.Compare(a.Position, p)
	}); ok {
		return nil
	}
	q, stopped, err := s.model.QuarantineOf(ctx, streamOf(c.ID))
	switch {
	case err != nil:
		return err
	case stopped: // before the commit of the mark
		return q.Err()
	default:
		return badResume()
	}
}
