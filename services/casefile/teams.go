package casefile

import (
	"context"

	"percorsi/internal/casework"
	"percorsi/internal/fault"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	"percorsi/internal/readmodel"
	"percorsi/internal/recorder"
)

// ListTeamFigures counts what teams did in the cases that the caller sees.
func (s *Server) ListTeamFigures(ctx context.Context, r *casefilev1.ListTeamFiguresRequest) (*casefilev1.ListTeamFiguresResponse, error) {
	caller, err := recorder.Caller(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := readmodel.Reach(ctx, s.model, r.GetMinPosition()); err != nil {
		return nil, err
	}
	filter := readmodel.TeamFilter{ManagingBody: r.GetManagingBody(), Team: r.GetTeam()}
	if filter.From, err = casework.ParseDay(r.GetFrom()); err != nil {
		return nil, fault.Field("from", "%s", err)
	}
	if filter.To, err = casework.ParseDay(r.GetTo()); err != nil {
		return nil, fault.Field("to", "%s", err)
	}
	if filter.To != 0 && filter.To < filter.From {
		return nil, fault.Field("to", "is before from: check both days")
	}
	figures, err := s.model.TeamFigures(ctx, readmodel.SeenBy(caller), filter)
	if err != nil {
		return nil, err
	}
	return &casefilev1.ListTeamFiguresResponse{
		Rows: each(figures.Rows, func(f readmodel.TeamFigure) *casefilev1.TeamFigure {
			return &casefilev1.TeamFigure{
				Year: int32(f.Year), Team: f.Team, Called: int64(f.Called), Held: int64(f.Held), Cancelled: int64(f.Cancelled),
				Expected: int64(f.Expected), ExpectedPresent: int64(f.Present), Cases: int64(f.Cases), CasesTwoBodies: int64(f.CasesOfBodies),
			}
		}),
		Position: uint64(figures.Position),
	}, nil
}
