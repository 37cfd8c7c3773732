package projection

import (
	"context"
	"errors"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/eventlog"
	"percorsi/internal/fault"
	projectionv1 "percorsi/internal/gen/percorsi/projection/v1"
	"percorsi/internal/readmodel"
	"percorsi/services/projector"
)

// GetStatus shows where the read model stands. It is asked when something does
// not work, so it answers with what is known, and with what is wrong.
func (s *Server) GetStatus(ctx context.Context, r *projectionv1.GetStatusRequest) (*projectionv1.GetStatusResponse, error) {
	page, badPage := s.cfg.Model.Quarantined(ctx, readmodel.Page{Size: int(r.GetPageSize()), Token: r.GetPageToken()})
	if badPage != nil && fault.KindOf(badPage) == fault.Invalid {
		return nil, badPage
	}
	status, err := s.cfg.Projector.Status(ctx)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	out := &projectionv1.GetStatusResponse{
		Backend: s.backend(), Health: healths[status.Health], Leading: status.Leading,
		Position: uint64(status.Position), Last: uint64(status.Last), Lag: status.Lag,
		Behind: durationpb.New(status.Behind), Rate: status.Rate, Facts: status.Facts,
		Trouble:     trouble(errors.Join(status.Err, err, badPage)),
		Quarantined: int64(status.Quarantined), NextPageToken: page.Next,
	}
	for _, q := range page.Rows {
		out.Stopped = append(out.GetStopped(), &projectionv1.StoppedStream{
			Stream: string(q.Stream), At: uint64(q.At), Since: timestamppb.New(q.Since), Reason: q.Reason, Waiting: int64(q.Waiting),
		})
	}
	if p := s.rebuilding.Load(); p != nil {
		out.Rebuilding = progress(*p)
	}
	return out, nil
}

func (s *Server) backend() projectionv1.Backend {
	if s.cfg.Tables == nil {
		return projectionv1.Backend_BACKEND_MEMORY
	}
	return projectionv1.Backend_BACKEND_POSTGRES
}

var healths = map[projector.Health]projectionv1.Health{
	projector.Failed:     projectionv1.Health_HEALTH_FAILED,
	projector.Stuck:      projectionv1.Health_HEALTH_STUCK,
	projector.CatchingUp: projectionv1.Health_HEALTH_CATCHING_UP,
	projector.Late:       projectionv1.Health_HEALTH_LATE,
	projector.Poisoned:   projectionv1.Health_HEALTH_POISONED,
	projector.Live:       projectionv1.Health_HEALTH_LIVE,
}

// trouble says what is wrong in words that were written for people. What a
// database or a network says stays in the log of the process.
func trouble(err error) string {
	if err == nil {
		return ""
	}
	if gap, ok := errors.AsType[*eventlog.Gap](err); ok {
		return gap.Error()
	}
	if known, ok := errors.AsType[*fault.Error](err); ok && known.Kind != fault.Internal && known.Message != "" {
		return known.Message
	}
	return "the log or the database does not answer as it should: the log of the server says more"
}

func progress(p readmodel.Progressing) *projectionv1.Progress {
	out := &projectionv1.Progress{Phase: p.Phase, Done: p.Done, Total: p.Total, PerSecond: p.PerSecond}
	if p.Left > 0 {
		out.Left = durationpb.New(p.Left)
	}
	return out
}

func rebuilt(r readmodel.Rebuilt) *projectionv1.Rebuilt {
	return &projectionv1.Rebuilt{
		Position: uint64(r.Position), Facts: r.Facts, Cases: r.Cases, Took: durationpb.New(r.Took),
		PerSecond: r.PerSecond, Resumed: r.Resumed, Swapped: r.Swapped,
		Differences: differences(r.Differences), Total: int64(r.Total),
	}
}

func reconciled(r readmodel.Reconciled) *projectionv1.Reconciled {
	return &projectionv1.Reconciled{
		Position: uint64(r.Position), Cases: r.Cases, Facts: r.Facts,
		Differences: differences(r.Differences), Total: int64(r.Total),
	}
}

func differences(list []readmodel.Difference) []*projectionv1.Difference {
	var out []*projectionv1.Difference
	for _, d := range list {
		out = append(out, &projectionv1.Difference{Stream: d.Stream, Table: d.Table, What: d.What})
	}
	return out
}
