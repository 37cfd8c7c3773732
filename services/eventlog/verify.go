package eventlog

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"google.golang.org/grpc"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	eventlogv1 "percorsi/internal/gen/percorsi/eventlog/v1"
	"percorsi/internal/history"
	"percorsi/internal/person"
	"percorsi/internal/plan"
	"percorsi/internal/readmodel"
)

const (
	// progressEvery is how many positions lie between two words on progress.
	progressEvery = 5000
	// maxDifferences bounds the problems that a comparison names.
	maxDifferences = 1000
)

// Verify reads the whole log and tells what is wrong with it: a hole, a commit
// that does not decode, a stream that does not fold, and every place where its
// copy is not the same.
func (s *Server) Verify(_ *eventlogv1.VerifyRequest, stream grpc.ServerStreamingServer[eventlogv1.VerifyResponse]) error {
	ctx := stream.Context()
	last, err := s.log.Last(ctx)
	if err != nil {
		return err
	}
	v := newVerifier(history.NewReader(places{s.log}, nil).Commits)
	v.tell = func(at eventlog.Position, problem string) error {
		return stream.Send(&eventlogv1.VerifyResponse{
			Position: uint64(at), Last: uint64(last), Facts: v.facts, Problem: problem, Copy: v.copied,
		})
	}
	if err := s.verifyLog(ctx, v, last); err != nil {
		return err
	}
	if s.copied != nil {
		if err := s.verifyCopy(ctx, v); err != nil {
			return err
		}
	}
	return stream.Send(&eventlogv1.VerifyResponse{
		Position: uint64(last), Last: uint64(last), Facts: v.facts, Copy: v.copied, Done: true,
	})
}

// verifyLog checks the log by itself.
func (s *Server) verifyLog(ctx context.Context, v *verifier, last eventlog.Position) error {
	for record, err := range s.log.Read(ctx, 0, last) {
		if hole, ok := errors.AsType[*eventlog.Gap](err); ok {
			// Behind a hole nothing can be trusted: it is the last word.
			return v.tell(hole.Position, err.Error())
		}
		if err != nil {
			return err
		}
		if problem := v.check(ctx, record); problem != nil {
			err = v.tell(record.Position, fmt.Sprintf("position %d, %s: %v", record.Position, record.Stream, problem))
		} else if record.Position%progressEvery == 0 {
			err = v.tell(record.Position, "")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// places finds one record in what can be read in order.
type places struct{ Log }

// At gives the record at a position.
func (l places) At(ctx context.Context, p eventlog.Position) (eventlog.Record, error) {
	for r, err := range l.Read(ctx, p-1, p) {
		return r, err
	}
	return eventlog.Record{}, &eventlog.Gap{Position: p}
}

// verifyCopy compares the log with its copy. It names the first maxDifferences
// places and stops there: more would say no more. It never shows what stands in
// a record.
func (s *Server) verifyCopy(ctx context.Context, v *verifier) error {
	last, err := s.copied.Last(ctx)
	if err != nil {
		return err
	}
	v.copied = &eventlogv1.CopyCheck{Last: uint64(last)}
	var sent error
	progress := func(p eventlog.Position) {
		v.copied = &eventlogv1.CopyCheck{Position: uint64(p), Last: uint64(last)}
		if p%progressEvery == 0 && sent == nil {
			sent = v.tell(p, "")
		}
	}
	found := 0
	for d, err := range eventlog.Compare(ctx, s.log, s.copied, progress) {
		if err := cmp.Or(err, sent); err != nil {
			return err
		}
		if err := v.tell(d.First, "the log and its copy differ, "+d.String()); err != nil {
			return err
		}
		if found++; found == maxDifferences {
			return v.tell(d.Last, fmt.Sprintf("the comparison with the copy stops here, after %d differences", found))
		}
	}
	return sent
}

// verifier folds every stream as it goes. A stream that stopped is named once.
type verifier struct {
	tell    func(at eventlog.Position, problem string) error
	past    readmodel.Past
	copied  *eventlogv1.CopyCheck // nil before the copy's turn
	facts   uint64
	cases   map[string]*casework.Case
	people  map[string]*person.Record
	plans   map[string]*plan.State
	stopped map[eventlog.Stream]bool
}

func newVerifier(past readmodel.Past) *verifier {
	return &verifier{
		past:    past,
		cases:   map[string]*casework.Case{},
		people:  map[string]*person.Record{},
		plans:   map[string]*plan.State{},
		stopped: map[eventlog.Stream]bool{},
	}
}

// check tells what is wrong with one record; nil if nothing is.
func (v *verifier) check(ctx context.Context, r eventlog.Record) error {
	if v.stopped[r.Stream] {
		return nil
	}
	d := readmodel.Decode(r)
	err := d.Err
	if err == nil {
		err = v.fold(ctx, r, d.Commit)
	}
	if err != nil {
		v.stopped[r.Stream] = true
	}
	return err
}

func (v *verifier) fold(ctx context.Context, r eventlog.Record, commit *eventv1.Commit) (err error) {
	v.facts += uint64(len(commit.GetFacts()))
	kind, id := readmodel.Split(r.Stream)
	switch kind {
	case readmodel.CaseStream:
		v.cases[id], err = readmodel.EvolveCase(ctx, v.cases[id], casework.Position(r.Position), commit, v.past)
	case readmodel.PersonStream:
		v.people[id], err = readmodel.EvolvePerson(ctx, v.people[id], casework.Position(r.Position), commit, v.past)
	case readmodel.PlanStream:
		v.plans[id], err = plan.Evolve(v.plans[id], uint64(r.Position), commit)
	default:
		err = fmt.Errorf("a log of percorsi has no streams of the kind %q", kind)
	}
	return err
}
