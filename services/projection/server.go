package projection

import (
	"cmp"
	"context"
	"log/slog"
	"sync/atomic"

	"github.com/google/uuid"
	"google.golang.org/grpc"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/fault"
	projectionv1 "percorsi/internal/gen/percorsi/projection/v1"
	"percorsi/internal/readmodel"
	"percorsi/services/projector"
)

// Projector tells where the read model of this process stands.
type Projector interface {
	Status(ctx context.Context) (projector.Status, error)
}

// Model gives the streams that stopped.
type Model interface {
	Quarantined(ctx context.Context, p readmodel.Page) (readmodel.QuarantinePage, error)
}

// Tables is a read model that is kept, and so can be made anew, compared and
// mended. Each calls report from time to time, one call after the other, with
// how far it is.
type Tables interface {
	// Rebuild folds the log into new rows, and swaps them in. One that is
	// cancelled leaves nothing behind.
	Rebuild(ctx context.Context, log eventlog.Reader, o readmodel.RebuildOptions, report func(readmodel.Progressing)) (readmodel.Rebuilt, error)
	// Reconcile compares the rows with the log.
	Reconcile(ctx context.Context, log eventlog.Reader, report func(readmodel.Progressing)) (readmodel.Reconciled, error)
	// Repair folds one case again and replaces its rows.
	Repair(ctx context.Context, id casework.CaseID) (readmodel.Repaired, error)
}

// Config is what the service works on.
type Config struct {
	Projector Projector
	Model     Model
	// Tables is nil for a read model in memory: then there is nothing to mend.
	Tables Tables
	// Log is what Tables are folded from.
	Log eventlog.Reader
	// Logger gets what is done to the tables; nil drops it.
	Logger *slog.Logger
}

// Server serves ProjectionService.
type Server struct {
	projectionv1.UnimplementedProjectionServiceServer
	cfg    Config
	logger *slog.Logger
	// rebuilding is how far the rebuild is that this process carries out; nil
	// if there is none.
	rebuilding atomic.Pointer[readmodel.Progressing]
}

// NewServer makes the service.
func NewServer(cfg Config) *Server {
	return &Server{cfg: cfg, logger: cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler))}
}

// tables gives what is to be mended, or says why there is nothing.
func (s *Server) tables() (Tables, error) {
	if s.cfg.Tables == nil {
		return nil, fault.New(fault.NotNow,
			"the read model of this server is in memory, where it is made anew from the log at every start: to do that now, start the server again")
	}
	return s.cfg.Tables, nil
}

// Rebuild makes the tables anew, and tells how far it is. It lasts as long as
// the caller listens.
func (s *Server) Rebuild(r *projectionv1.RebuildRequest, stream grpc.ServerStreamingServer[projectionv1.RebuildResponse]) error {
	tables, err := s.tables()
	if err != nil {
		return err
	}
	if !s.rebuilding.CompareAndSwap(nil, &readmodel.Progressing{Phase: "begin"}) {
		return fault.New(fault.NotNow, "this server rebuilds the read model already: percorsi projections status shows how far it is")
	}
	defer s.rebuilding.Store(nil)
	ctx := stream.Context()
	s.logger.InfoContext(ctx, "the read model is built anew, beside the one that is read")
	done, err := carry(ctx,
		func(p readmodel.Progressing) error {
			return stream.Send(&projectionv1.RebuildResponse{Step: &projectionv1.RebuildResponse_Progress{Progress: progress(p)}})
		},
		func(ctx context.Context, report func(readmodel.Progressing)) (readmodel.Rebuilt, error) {
			return tables.Rebuild(ctx, s.cfg.Log, readmodel.RebuildOptions{Afresh: r.GetAfresh()}, func(p readmodel.Progressing) {
				s.rebuilding.Store(&p)
				report(p)
			})
		})
	if err != nil {
		s.logger.WarnContext(ctx, "the read model was not built anew: the old one is read", slog.Any("error", err))
		return err
	}
	s.logger.InfoContext(ctx, "the read model was built anew", slog.Uint64("position", uint64(done.Position)),
		slog.Uint64("facts", done.Facts), slog.Duration("took", done.Took), slog.Bool("swapped", done.Swapped))
	return stream.Send(&projectionv1.RebuildResponse{Step: &projectionv1.RebuildResponse_Rebuilt{Rebuilt: rebuilt(done)}})
}

// Reconcile compares the tables with the log, and tells how far it is.
func (s *Server) Reconcile(_ *projectionv1.ReconcileRequest, stream grpc.ServerStreamingServer[projectionv1.ReconcileResponse]) error {
	tables, err := s.tables()
	if err != nil {
		return err
	}
	ctx := stream.Context()
	done, err := carry(ctx,
		func(p readmodel.Progressing) error {
			return stream.Send(&projectionv1.ReconcileResponse{Step: &projectionv1.ReconcileResponse_Progress{Progress: progress(p)}})
		},
		func(ctx context.Context, report func(readmodel.Progressing)) (readmodel.Reconciled, error) {
			return tables.Reconcile(ctx, s.cfg.Log, report)
		})
	if err != nil {
		return err
	}
	if done.Total > 0 {
		s.logger.ErrorContext(ctx, "the read model does not say what the log says", slog.Int("differences", done.Total))
	}
	return stream.Send(&projectionv1.ReconcileResponse{Step: &projectionv1.ReconcileResponse_Reconciled{Reconciled: reconciled(done)}})
}

// Repair folds one case again.
func (s *Server) Repair(ctx context.Context, r *projectionv1.RepairRequest) (*projectionv1.RepairResponse, error) {
	tables, err := s.tables()
	if err != nil {
		return nil, err
	}
	id, err := uuid.Parse(r.GetCaseId())
	if err != nil {
		return nil, fault.Field("case_id", "is not a UUID")
	}
	done, err := tables.Repair(ctx, id)
	if err != nil {
		return nil, err
	}
	s.logger.InfoContext(ctx, "a case was folded again", slog.String("case", id.String()),
		slog.Bool("changed", done.Changed), slog.Bool("whole", done.Whole))
	return &projectionv1.RepairResponse{Changed: done.Changed, Whole: done.Whole, Reason: done.Reason}, nil
}
