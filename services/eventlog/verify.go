package eventlog

import (
	"fmt"

	"google.golang.org/grpc"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	eventlogv1 "percorsi/internal/gen/percorsi/eventlog/v1"
	"percorsi/internal/person"
	"percorsi/internal/plan"
	"percorsi/internal/readmodel"
)

// progressEvery is how many positions lie between two words on progress.
const progressEvery = 5000

// Verify reads the whole log and tells what is wrong with it: a hole, a commit
// that does not decode, a stream that does not fold.
func (s *Server) Verify(_ *eventlogv1.VerifyRequest, stream grpc.ServerStreamingServer[eventlogv1.VerifyResponse]) error {
	ctx := stream.Context()
	last, err := s.log.Last(ctx)
	if err != nil {
		return err
	}
	v := newVerifier()
	tell := func(at eventlog.Position, problem string, done bool) error {
		return stream.Send(&eventlogv1.VerifyResponse{
			Position: uint64(at), Last: uint64(last), Facts: v.facts, Problem: problem, Done: done,
		})
	}
	for record, err := range s.log.Read(ctx, 0, last) {
		if err != nil {
			// Behind a hole nothing can be trusted: it is the last word.
			if err := tell(record.Position, err.Error(), false); err != nil {
				return err
			}
			break
		}
		if problem := v.check(record); problem != nil {
			err = tell(record.Position, fmt.Sprintf("position %d, %s: %v", record.Position, record.Stream, problem), false)
		} else if record.Position%progressEvery == 0 {
			err = tell(record.Position, "", false)
		}
		if err != nil {
			return err
		}
	}
	return tell(last, "", true)
}

// verifier folds every stream as it goes. A stream that stopped is named once.
type verifier struct {
	facts   uint64
	cases   map[string]*casework.Case
	people  map[string]*person.Record
	plans   map[string]*plan.State
	stopped map[eventlog.Stream]bool
}

func newVerifier() *verifier {
	return &verifier{
		cases:   map[string]*casework.Case{},
		people:  map[string]*person.Record{},
		plans:   map[string]*plan.State{},
		stopped: map[eventlog.Stream]bool{},
	}
}

// check tells what is wrong with one record; nil if nothing is.
func (v *verifier) check(r eventlog.Record) error {
	if v.stopped[r.Stream] {
		return nil
	}
	d := readmodel.Decode(r)
	err := d.Err
	if err == nil {
		err = v.fold(r, d.Commit)
	}
	if err != nil {
		v.stopped[r.Stream] = true
	}
	return err
}

func (v *verifier) fold(r eventlog.Record, commit *eventv1.Commit) (err error) {
	v.facts += uint64(len(commit.GetFacts()))
	kind, id := readmodel.Split(r.Stream)
	switch kind {
	case readmodel.CaseStream:
		v.cases[id], err = casework.Evolve(v.cases[id], casework.Position(r.Position), commit)
	case readmodel.PersonStream:
		v.people[id], err = person.Evolve(v.people[id], person.Position(r.Position), commit)
	case readmodel.PlanStream:
		v.plans[id], err = plan.Evolve(v.plans[id], uint64(r.Position), commit)
	default:
		err = fmt.Errorf("a log of percorsi has no streams of the kind %q", kind)
	}
	return err
}
