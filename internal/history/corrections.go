package history

import (
	"context"
	"fmt"

	"percorsi/internal/casework"
	"percorsi/internal/correction"
	"percorsi/internal/fact"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// root gives the fact that a correction is about in the end; any other fact is its
// own.
func (r *Reader) root(ctx context.Context, c *casework.Case, f *eventv1.Fact) (*eventv1.Fact, error) {
	for {
		ref, corrects := correction.Target(f)
		if !corrects {
			return f, nil
		}
		var err error
		if f, err = r.fact(ctx, c, ref); err != nil {
			return nil, err
		}
	}
}

// partOf tells which part of a case a fact changes. A correction changes that of
// the fact which it is about in the end.
func (r *Reader) partOf(ctx context.Context, c *casework.Case, f *eventv1.Fact) (casework.Part, error) {
	root, err := r.root(ctx, c, f)
	if err != nil {
		return "", err
	}
	return casework.PartOf(root)
}

// fell tells whether a recorded fact is a correction that made the approval of a
// part fall.
func (r *Reader) fell(ctx context.Context, c *casework.Case, e *casefilev1.HistoryEntry, part casework.Part) (bool, error) {
	commit, err := r.commit(ctx, casework.Position(e.GetPosition()))
	if err != nil {
		return false, err
	}
	f := commit.GetFacts()[e.GetIndex()]
	if !correction.Is(f) {
		return false, nil
	}
	root, err := r.root(ctx, c, f)
	if err != nil {
		return false, err
	}
	return casework.ApprovedWith(root) == part, nil
}

// fact finds a fact of a case by its name.
func (r *Reader) fact(ctx context.Context, c *casework.Case, ref correction.Ref) (*eventv1.Fact, error) {
	a, ok := c.Answer(ref.Command)
	if !ok {
		return nil, fmt.Errorf("the case has no command %s", ref.Command)
	}
	commit, err := r.commit(ctx, a.Position)
	if err != nil {
		return nil, err
	}
	facts := commit.GetFacts()
	if ref.Index < 0 || ref.Index >= len(facts) {
		return nil, fmt.Errorf("the command %s recorded %d facts", ref.Command, len(facts))
	}
	return facts[ref.Index], nil
}

// mark shows how a fact was corrected.
func (r *Reader) mark(ctx context.Context, c *casework.Case, ref correction.Ref, e *casefilev1.HistoryEntry) error {
	for _, k := range c.Corrections {
		if k.Of != ref {
			continue
		}
		commit, err := r.commit(ctx, k.At)
		if err != nil {
			return err
		}
		e.Corrections = append(e.GetCorrections(), &casefilev1.CorrectionMark{
			Position: uint64(k.At), Index: int32(k.By.Index), CommandId: k.By.Command.String(), //nolint:gosec // a commit has few facts
			Void: k.Void, InForce: k.InForce, Reason: k.Reason, User: k.User, RecordedAt: commit.GetRecordedAt(),
		})
		e.Voided = e.GetVoided() || k.Void && k.InForce
	}
	return nil
}

// Recorded shows a fact of a stream, with its corrections. person is whose words
// may be read; empty for a stream that has none, such as a plan's.
func (r *Reader) Recorded(of *correction.Entry, person string) (*casefilev1.HistoryEntry, error) {
	data, err := r.render.Render(of.Recorded, person, person != "")
	if err != nil {
		return nil, err
	}
	e := &casefilev1.HistoryEntry{Type: fact.Name(of.Recorded), OccurredOn: of.Recorded.GetOccurredOn(), Data: data, Voided: of.Voided}
	sign(e, of.At, of.Index, of.Commit)
	for _, by := range of.Trail {
		voided, amended := by.Recorded.GetFactVoided(), by.Recorded.GetFactAmended()
		mark := &casefilev1.CorrectionMark{
			Position: by.At, Index: int32(by.Index), CommandId: by.Command.String(), //nolint:gosec // a commit has few facts
			Void: voided != nil, InForce: of.By == by, Reason: voided.GetReason(),
			User: by.Commit.GetActor().GetUser(), RecordedAt: by.Commit.GetRecordedAt(),
		}
		if amended != nil {
			mark.Reason = amended.GetReason()
		}
		if person != "" {
			shown, err := r.render.Render(by.Recorded, person, true)
			if err != nil {
				return nil, err
			}
			mark.Note = shown.GetFields()["note"].GetStringValue()
		}
		e.Corrections = append(e.GetCorrections(), mark)
	}
	return e, nil
}
