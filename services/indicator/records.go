package indicator

import (
	"cmp"
	"context"
	"slices"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/correction"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
	"percorsi/internal/readmodel"
	"percorsi/internal/recorder"
)

// recordsOfPage is how many records a page has where nobody says.
const recordsOfPage = 100

// ListPlanRecords shows activities and supplied figures, the newest first, with
// their corrections. What one command recorded stays on one page.
func (s *Server) ListPlanRecords(ctx context.Context, r *indicatorv1.ListPlanRecordsRequest) (*indicatorv1.ListPlanRecordsResponse, error) {
	caller, err := recorder.Caller(ctx)
	if err != nil {
		return nil, err
	}
	before, err := readmodel.ParsePlace(r.GetPageToken())
	if err != nil {
		return nil, err
	}
	at, err := readmodel.Reach(ctx, s.model, r.GetMinPosition())
	if err != nil {
		return nil, err
	}
	p, err := s.model.Plan(ctx, r.GetPlanId())
	if err != nil {
		return nil, err
	}
	ledger, err := p.Ledger()
	if err != nil {
		return nil, err
	}
	out := &indicatorv1.ListPlanRecordsResponse{Position: at}
	for _, e := range slices.Backward(slices.Collect(ledger.All())) {
		if before != 0 && e.At >= uint64(before) || !asked(r, e) || !supplied(caller, e) {
			continue
		}
		if n := len(out.GetRecords()); n >= cmp.Or(int(r.GetPageSize()), recordsOfPage) && out.GetRecords()[n-1].GetRecorded().GetPosition() != e.At {
			out.NextPageToken = readmodel.Place(casework.Position(out.GetRecords()[n-1].GetRecorded().GetPosition()))
			break
		}
		recorded, err := s.history.Recorded(e, "")
		if err != nil {
			return nil, err
		}
		shown := &indicatorv1.PlanRecord{Recorded: recorded, Newest: e.Newest()}
		if !e.Voided {
			shown.Stands = e.Fact
		}
		out.Records = append(out.Records, shown)
	}
	return out, nil
}

// asked tells whether a record is an activity or a figure that a request asks
// for.
func asked(r *indicatorv1.ListPlanRecordsRequest, e *correction.Entry) bool {
	of := indicatorOf(e.Recorded)
	if e.Of != nil || of == "" {
		return false
	}
	if i := r.GetIndicatorId(); i != "" && i != of && i != indicatorOf(e.Fact) {
		return false
	}
	return r.GetCommandId() == "" || r.GetCommandId() == e.Command.String() ||
		slices.ContainsFunc(e.Trail, func(by *correction.Entry) bool { return r.GetCommandId() == by.Command.String() })
}

// indicatorOf gives the indicator that a fact counts for; empty for a fact that
// is neither an activity nor a figure.
func indicatorOf(f *eventv1.Fact) string {
	return cmp.Or(f.GetActivityRecorded().GetIndicator(), f.GetFigureSupplied().GetIndicator())
}

// supplied tells whether a caller is shown a record: a reporting body what it
// supplied, everybody else all.
func supplied(c access.Caller, e *correction.Entry) bool {
	return c.Role != access.ReportingBody || access.MayCorrectPlan(c, e.Recorded) == nil
}
