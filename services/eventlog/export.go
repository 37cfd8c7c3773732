package eventlog

import (
	"context"
	"fmt"
	"iter"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/structpb"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/fact"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	eventlogv1 "percorsi/internal/gen/percorsi/eventlog/v1"
	"percorsi/internal/readmodel"
	"percorsi/internal/recorder"
)

// Log is what the service needs of the log.
type Log interface {
	Read(ctx context.Context, after, upTo eventlog.Position) iter.Seq2[eventlog.Record, error]
	Last(ctx context.Context) (eventlog.Position, error)
}

// Copy is a second place that keeps the log. It reads like the log.
type Copy = Log

// Renderer shows the fields of a fact; words and identities only on demand.
type Renderer interface {
	Render(f *eventv1.Fact, person string, words bool) (*structpb.Struct, error)
}

// Server serves EventLogService.
type Server struct {
	eventlogv1.UnimplementedEventLogServiceServer
	log    Log
	copied Copy
	model  readmodel.Cases
	render Renderer
}

// NewServer makes the service. copied is the copy of the log that Verify
// compares with it; nil if there is none.
func NewServer(log Log, copied Copy, model readmodel.Cases, render Renderer) *Server {
	return &Server{log: log, copied: copied, model: model, render: render}
}

// Export sends the facts between two positions, in log order.
func (s *Server) Export(r *eventlogv1.ExportRequest, stream grpc.ServerStreamingServer[eventlogv1.ExportResponse]) error {
	ctx := stream.Context()
	caller, err := recorder.Caller(ctx)
	if err != nil {
		return err
	}
	if r.GetPersonal() {
		if err := access.MayExportPersonal(caller); err != nil {
			return err
		}
	}
	after, upTo, err := s.bounds(ctx, r.GetFrom(), r.GetTo())
	if err != nil {
		return err
	}
	for record, err := range s.log.Read(ctx, after, upTo) {
		if err != nil {
			return err
		}
		if err := s.send(ctx, stream, caller, record, r.GetPersonal()); err != nil {
			return err
		}
	}
	return nil
}

// bounds gives the positions to read after and up to, for a caller who wants
// those from one to another, both included.
func (s *Server) bounds(ctx context.Context, from, to uint64) (after, upTo eventlog.Position, err error) {
	last, err := s.log.Last(ctx)
	if err != nil {
		return 0, 0, err
	}
	after, upTo = eventlog.Position(max(from, 1)-1), eventlog.Position(to)
	if upTo == 0 {
		upTo = last
	}
	switch {
	case upTo > last:
		return 0, 0, fault.Field("to", "is after the last position, %d", last)
	case from > uint64(upTo)+1:
		return 0, 0, fault.Field("from", "is after to: give the first position in from")
	}
	return after, upTo, nil
}

// send shows the facts of one commit.
func (s *Server) send(ctx context.Context, stream grpc.ServerStreamingServer[eventlogv1.ExportResponse], caller access.Caller, record eventlog.Record, personal bool) error {
	commit, err := fact.Decode(record.Data)
	if err != nil {
		return err
	}
	person, words := "", false
	if personal {
		if person, words, err = s.opens(ctx, caller, record.Stream); err != nil {
			return err
		}
	}
	for i, f := range commit.GetFacts() {
		data, err := s.render.Render(f, person, words)
		if err != nil {
			return err
		}
		if err := stream.Send(&eventlogv1.ExportResponse{
			Position: uint64(record.Position), Index: int32(i), CommitId: commit.GetCommitId(), CommandId: commit.GetCommandId(),
			Stream: commit.GetStream(), Type: fact.Name(f), OccurredOn: f.GetOccurredOn(), RecordedAt: commit.GetRecordedAt(),
			Actor: commit.GetActor().GetUser(), Role: commit.GetActor().GetRole(), Body: commit.GetActor().GetBody(), Data: data,
		}); err != nil {
			return err
		}
	}
	return nil
}

// opens tells whose key opens the words of a stream, and whether the caller may
// read them.
func (s *Server) opens(ctx context.Context, caller access.Caller, stream eventlog.Stream) (person string, words bool, err error) {
	kind, id := readmodel.Split(stream)
	switch kind {
	case readmodel.PersonStream:
		cases, err := s.model.CasesOf(ctx, id)
		return id, access.ReadsPerson(caller, cases), err
	case readmodel.CaseStream:
		c, err := s.caseOf(ctx, id)
		if err != nil || c == nil {
			return "", false, err
		}
		return c.Person, access.ReadsWords(caller, c), nil
	default:
		return "", false, nil
	}
}

// caseOf gives a case; nil for one that stopped before it began.
func (s *Server) caseOf(ctx context.Context, id string) (*casework.Case, error) {
	parsed, err := uuid.Parse(id)
	if err != nil {
		return nil, fmt.Errorf("the stream of a case without an id: %w", err)
	}
	c, err := s.model.Case(ctx, parsed)
	if err != nil && (fault.KindOf(err) == fault.NotFound || fault.KindOf(err) == fault.Unavailable) {
		return nil, nil
	}
	return c, err
}
