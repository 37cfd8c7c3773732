package recorder

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/access"
	"percorsi/internal/api"
	"percorsi/internal/casework"
	"percorsi/internal/correction"
	"percorsi/internal/fact"
	"percorsi/internal/fault"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	correctionv1 "percorsi/internal/gen/percorsi/correction/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/readmodel"
)

// Correct records corrections of facts of one case for the caller in ctx, all or
// none. The words in the request are sealed in place. A retry gets the first
// answer, as of any command.
func (s *Cases) Correct(ctx context.Context, r *correctionv1.CorrectRequest) (*casefilev1.Recorded, error) {
	caller, err := Caller(ctx)
	if err != nil {
		return nil, err
	}
	switch {
	case r.GetCommand().GetCaseId() == "":
		return nil, fault.Field("command.case_id", "is missing: name the case in which something is wrong")
	case r.GetCommand().GetChoice() != nil:
		return nil, fault.Field("command.choice", "does not belong to a correction: look at both versions, and correct the one that stands")
	}
	attempt, err := s.attempt(caller, r, r.GetCommand())
	if err != nil {
		return nil, err
	}
	calls, err := api.ReadRecordings()
	if err != nil {
		return nil, err
	}
	d := &correcting{of: s, caller: caller, request: r, attempt: attempt, calls: calls}
	out, err := s.recorder.Record(ctx, attempt, func(c *casework.Case, now time.Time) ([]*eventv1.Fact, error) {
		return d.decide(ctx, c, now.In(s.zone))
	})
	if clash, ok := errors.AsType[*casework.Clash](err); ok {
		return nil, s.withVersions(ctx, caller, d.on, clash, d.mine(clash))
	}
	if err != nil {
		return nil, err
	}
	return d.recorded(ctx, out)
}

// correcting is one request on its way.
type correcting struct {
	of      *Cases
	caller  access.Caller
	request *correctionv1.CorrectRequest
	attempt Attempt
	calls   api.Recordings
	sealed  bool
	// on is the case that the newest decision was taken on.
	on *casework.Case
}

func (d *correcting) decide(ctx context.Context, c *casework.Case, now time.Time) ([]*eventv1.Fact, error) {
	d.on = c
	if c == nil || !access.Sees(d.caller, c) {
		return nil, access.NoSuchCase()
	}
	history, err := readmodel.CaseHistory(ctx, c, d.of.history.Commits)
	if err != nil {
		return nil, err
	}
	ledger, err := correction.Read(history)
	if err != nil {
		return nil, err
	}
	cmd := casework.CorrectionCommand{ID: d.attempt.Command, On: d.request.GetCommand().GetOccurredOn(), User: d.caller.User, Under: d.of.book}
	for i, asked := range d.request.GetCorrections() {
		next, err := ask(i, asked)
		if err != nil {
			return nil, err
		}
		if err := d.may(c, i, ledger.Find(next.Of), next.Replacement); err != nil {
			return nil, err
		}
		cmd.Asked = append(cmd.Asked, next)
	}
	if err := d.seal(c); err != nil {
		return nil, err
	}
	for i, asked := range d.request.GetCorrections() { // sealed by now, and without empty notes
		cmd.Asked[i].Replacement, cmd.Asked[i].Note = asked.GetAmend(), asked.GetNote()
	}
	return casework.DecideCorrections(c, history, cmd, now)
}

// ask reads one correction of a request.
func ask(i int, asked *correctionv1.Correction) (casework.AskedCorrection, error) {
	ref, ok := correction.RefOf(asked.GetCommandId(), int(asked.GetIndex()))
	switch {
	case !ok:
		return casework.AskedCorrection{}, fault.Field(fmt.Sprintf("corrections[%d].command_id", i), "is not a UUID")
	case asked.GetAmend() == nil && !asked.GetVoid():
		return casework.AskedCorrection{}, fault.Field(fmt.Sprintf("corrections[%d]", i), "does not say what is right: amend the fact, or void it")
	case asked.GetAmend() != nil && fact.Name(asked.GetAmend()) == "":
		return casework.AskedCorrection{}, fault.Field(fmt.Sprintf("corrections[%d].amend", i), "is empty: give the fact as it should have been recorded")
	}
	return casework.AskedCorrection{
		Of: ref, Revision: casework.Revision(asked.GetRevision()), Replacement: asked.GetAmend(), Reason: asked.GetReason(),
	}, nil
}

// may says that the caller may correct a fact, if there is one.
func (d *correcting) may(c *casework.Case, i int, e *correction.Entry, replacement *eventv1.Fact) error {
	if e == nil {
		return nil // which the decision says better
	}
	for _, f := range []*eventv1.Fact{e.Root().Recorded, e.Root().Fact, replacement} {
		if f == nil {
			continue
		}
		call, ok := d.calls.Of(fact.Unwrap(f))
		if !ok {
			return fault.Field(fmt.Sprintf("corrections[%d]", i), "is not about a fact that somebody records by itself: correct the fact of which it tells")
		}
		if err := access.MayCorrect(d.caller, c, call.Path, f, e.Commit.GetActor()); err != nil {
			return err
		}
	}
	return nil
}

// seal seals the words of the request the first time a decision is taken, and
// checks that the people it names are known.
func (d *correcting) seal(c *casework.Case) error {
	if d.sealed {
		return nil
	}
	for i, asked := range d.request.GetCorrections() {
		if err := d.of.known(asked.GetAmend()); err != nil {
			return correction.Amending(i, err)
		}
	}
	if err := d.of.vault.SealTexts(d.request, c.Person); err != nil {
		return err
	}
	d.sealed = true
	return nil
}

// mine gives the correction that clashed as the fact it would have been.
func (d *correcting) mine(clash *casework.Clash) *eventv1.Fact {
	asked := d.request.GetCorrections()
	i := max(0, slices.IndexFunc(asked, func(a *correctionv1.Correction) bool {
		return a.GetRevision() == uint64(clash.Seen)
	}))
	one, day := asked[i], d.request.GetCommand().GetOccurredOn()
	if one.GetAmend() == nil {
		return &eventv1.Fact{OccurredOn: day, Fact: &eventv1.Fact_FactVoided{FactVoided: &eventv1.FactVoided{
			CommandId: one.GetCommandId(), Index: int64(one.GetIndex()), Reason: one.GetReason(), Note: one.GetNote(),
		}}}
	}
	return &eventv1.Fact{OccurredOn: day, Fact: &eventv1.Fact_FactAmended{FactAmended: &eventv1.FactAmended{
		CommandId: one.GetCommandId(), Index: int64(one.GetIndex()), Replacement: one.GetAmend(), Reason: one.GetReason(), Note: one.GetNote(),
	}}}
}

// recorded answers with the part of the first correction.
func (d *correcting) recorded(ctx context.Context, out Outcome[*casework.Case]) (*casefilev1.Recorded, error) {
	history, err := readmodel.CaseHistory(ctx, out.State, d.of.history.Commits)
	if err != nil {
		return nil, err
	}
	ledger, err := correction.Read(history)
	if err != nil {
		return nil, err
	}
	answer := &casefilev1.Recorded{
		CaseId: d.attempt.Stream, Id: d.attempt.Command.String(), Position: uint64(out.Position),
		Revision: uint64(out.Position), RecordedAt: timestamppb.New(out.RecordedAt),
	}
	if e := ledger.Find(correction.Ref{Command: d.attempt.Command}); e != nil {
		part, err := casework.PartOf(e.Root().Fact)
		if err != nil {
			return nil, err
		}
		answer.Part = string(part)
	}
	return answer, nil
}
