package indicator

import (
	"context"
	"iter"
	"slices"
	"strconv"
	"strings"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/correction"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
	"percorsi/internal/indicator"
	"percorsi/internal/readmodel"
	"percorsi/internal/recorder"
)

// History gives the facts of cases and plans as people read them.
type History interface {
	Of(ctx context.Context, c *casework.Case, after casework.Position, words bool) iter.Seq2[*casefilev1.HistoryEntry, error]
	Recorded(e *correction.Entry, person string) (*casefilev1.HistoryEntry, error)
}

// GetPlan shows a plan as it was last published.
func (s *Server) GetPlan(ctx context.Context, r *indicatorv1.GetPlanRequest) (*indicatorv1.GetPlanResponse, error) {
	at, err := readmodel.Reach(ctx, s.model, r.GetMinPosition())
	if err != nil {
		return nil, err
	}
	p, err := s.model.Plan(ctx, r.GetPlanId())
	if err != nil {
		return nil, err
	}
	return &indicatorv1.GetPlanResponse{Plan: p.Plan, Position: at}, nil
}

// ListFigures shows the figures of a plan.
func (s *Server) ListFigures(ctx context.Context, r *indicatorv1.ListFiguresRequest) (*indicatorv1.ListFiguresResponse, error) {
	at, err := readmodel.Reach(ctx, s.model, r.GetMinPosition())
	if err != nil {
		return nil, err
	}
	figures, err := s.model.Figures(ctx, r.GetPlanId(), indicator.Query{
		Period: r.GetPeriod(), Indicators: r.GetIndicatorIds(), By: splits[r.GetBy()],
	})
	if err != nil {
		return nil, err
	}
	out := &indicatorv1.ListFiguresResponse{Figures: make([]*indicatorv1.Figure, 0, len(figures)), Position: at}
	for i := range figures {
		out.Figures = append(out.Figures, figure(&figures[i], at))
	}
	return out, nil
}

var splits = map[indicatorv1.BreakDown]indicator.By{
	indicatorv1.BreakDown_BREAK_DOWN_COMUNE:        indicator.ByComune,
	indicatorv1.BreakDown_BREAK_DOWN_MANAGING_BODY: indicator.ByManagingBody,
	indicatorv1.BreakDown_BREAK_DOWN_FLOW:          indicator.ByFlow,
	indicatorv1.BreakDown_BREAK_DOWN_SEX:           indicator.BySex,
	indicatorv1.BreakDown_BREAK_DOWN_AGE_CLASS:     indicator.ByAgeClass,
	indicatorv1.BreakDown_BREAK_DOWN_YEAR:          indicator.ByYear,
	indicatorv1.BreakDown_BREAK_DOWN_AREA:          indicator.ByArea,
	indicatorv1.BreakDown_BREAK_DOWN_CITIZENSHIP:   indicator.ByCitizenship,
}

var statuses = map[indicator.Status]indicatorv1.FigureStatus{
	indicator.Measured:      indicatorv1.FigureStatus_FIGURE_STATUS_MEASURED,
	indicator.NotMeasurable: indicatorv1.FigureStatus_FIGURE_STATUS_NOT_MEASURABLE,
	indicator.NoTarget:      indicatorv1.FigureStatus_FIGURE_STATUS_NO_TARGET,
	indicator.NotDue:        indicatorv1.FigureStatus_FIGURE_STATUS_NOT_DUE,
}

// figure shows a figure as it was computed at a position.
func figure(f *indicator.Figure, at uint64) *indicatorv1.Figure {
	return &indicatorv1.Figure{
		Id:                f.Indicator,
		Dimension:         f.Dimension,
		Label:             f.Label,
		Group:             f.Group,
		Status:            statuses[f.Status],
		Value:             f.Value,
		Unit:              f.Unit,
		Numerator:         f.Numerator,
		Denominator:       f.Denominator,
		Unknown:           f.Unknown,
		Coverage:          f.Coverage,
		Target:            f.Target,
		Achievement:       f.Achievement,
		Band:              f.Band,
		Reason:            string(f.Reason),
		ReasonText:        f.ReasonText,
		PlanVersion:       f.PlanVersion,
		DefinitionVersion: f.DefinitionVersion,
		From:              f.From.String(),
		To:                f.To.String(),
		Note:              f.Note,
		Position:          at,
	}
}

// ExplainFigure opens a figure into its units, and each unit of a case that the
// caller sees into its facts.
func (s *Server) ExplainFigure(ctx context.Context, r *indicatorv1.ExplainFigureRequest) (*indicatorv1.ExplainFigureResponse, error) {
	caller, err := recorder.Caller(ctx)
	if err != nil {
		return nil, err
	}
	at, err := readmodel.Reach(ctx, s.model, r.GetMinPosition())
	if err != nil {
		return nil, err
	}
	x, err := s.model.Explain(ctx, r.GetPlanId(), r.GetIndicatorId(), r.GetPeriod(),
		indicator.Page{After: r.GetPageToken(), Size: int(r.GetPageSize())})
	if err != nil {
		return nil, err
	}
	out := &indicatorv1.ExplainFigureResponse{
		Figure: figure(&x.Figure, at), Definition: x.Definition, NextPageToken: x.Next, Total: int64(x.Total), Position: at,
	}
	for _, e := range x.Evidence {
		shown, err := s.evidence(ctx, caller, e)
		if err != nil {
			return nil, err
		}
		out.Evidence = append(out.Evidence, shown)
	}
	return out, nil
}

var verdicts = map[indicator.Verdict]indicatorv1.Verdict{
	indicator.Hit:     indicatorv1.Verdict_VERDICT_HIT,
	indicator.Miss:    indicatorv1.Verdict_VERDICT_MISS,
	indicator.Unknown: indicatorv1.Verdict_VERDICT_UNKNOWN,
}

// evidence shows one unit. Of a case in a sealed compartment only that it
// counts is shown.
func (s *Server) evidence(ctx context.Context, caller access.Caller, e indicator.Evidence) (*indicatorv1.Evidence, error) {
	out := &indicatorv1.Evidence{UnitId: e.UnitID, Verdict: verdicts[e.Verdict], Key: e.Key, Value: e.Value}
	if e.CaseID == (casework.CaseID{}) {
		return out, nil
	}
	c, err := s.model.Case(ctx, e.CaseID)
	if err != nil {
		return nil, err
	}
	if !access.Sees(caller, c) {
		return &indicatorv1.Evidence{Verdict: verdicts[e.Verdict], Value: e.Value}, nil
	}
	out.CaseId = e.CaseID.String()
	if out.Key, err = s.key(ctx, caller, c, e.Key); err != nil {
		return nil, err
	}
	for entry, err := range s.history.Of(ctx, c, 0, false) {
		if err != nil {
			return nil, err
		}
		if about(entry, e.UnitID) {
			out.Facts = append(out.Facts, entry)
		}
	}
	return out, nil
}

// key gives what a unit is counted under. Where that is another registration of
// the person, which only cases name that the caller does not see, it is the one
// that the case names: a link tells nobody of a sealed case.
func (s *Server) key(ctx context.Context, caller access.Caller, c *casework.Case, key string) (string, error) {
	if key == c.Person || len(key) != len(c.Person) { // others are no pseudonyms
		return key, nil
	}
	cases, err := s.model.CasesOf(ctx, key)
	if err != nil {
		return "", err
	}
	seen := func(c *casework.Case) bool { return access.Sees(caller, c) }
	if len(cases) > 0 && !slices.ContainsFunc(cases, seen) {
		return c.Person, nil
	}
	return key, nil
}

// about tells whether a fact belongs to a unit: to the case as a whole, or to
// the part of the case that the unit is. Evaluations have numbers, not ids.
func about(e *casefilev1.HistoryEntry, unit string) bool {
	if _, err := strconv.Atoi(unit); err == nil {
		return strings.HasPrefix(e.GetPart(), "evaluation/")
	}
	return unit == "" || strings.Contains(e.GetPart(), unit)
}
