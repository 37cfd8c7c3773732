package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"percorsi/internal/access"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
)

func newIndicators(g *globals) *cobra.Command {
	request := &indicatorv1.ListFiguresRequest{}
	var by, format string
	cmd := &cobra.Command{
		Use:   "indicators [ID...]",
		Short: "The figures of the plan",
		RunE: func(cmd *cobra.Command, args []string) error {
			if g.json {
				format = "json"
			}
			write, ok := figureFormats[format]
			if !ok {
				return usagef("--format %s: give table, json or csv", format)
			}
			var err error
			if request.By, err = breakDown(by); err != nil {
				return err
			}
			request.IndicatorIds = args
			conn, err := g.dial(access.Planner)
			if err != nil {
				return err
			}
			defer hangUp(conn)
			answer, err := indicatorv1.NewIndicatorServiceClient(conn).ListFigures(cmd.Context(), request)
			if err != nil {
				return err
			}
			return write(cmd.OutOrStdout(), answer.GetFigures())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&request.PlanId, "plan", "", "plan; by default the only one")
	flags.StringVar(&request.Period, "period", "", "a year, or years such as 2025-2027; by default the whole plan")
	flags.StringVar(&by, "by", "", "split by comune, managing-body, area, flow, sex, age-class, citizenship or year")
	flags.StringVar(&format, "format", "table", "table, json or csv")
	return cmd
}

func breakDown(by string) (indicatorv1.BreakDown, error) {
	if by == "" {
		return 0, nil
	}
	v, ok := readTerm[indicatorv1.BreakDown](by)
	if !ok {
		return 0, usagef("--by %s: give comune, managing-body, area, flow, sex, age-class, citizenship or year", by)
	}
	return v, nil
}

// figureFormats are the ways to print figures.
var figureFormats = map[string]func(io.Writer, []*indicatorv1.Figure) error{
	"table": figureTable,
	"json":  figureJSON,
	"csv":   figureCSV,
}

// figure is a figure as scripts read it.
type figure struct {
	ID                string   `json:"id"`
	Dimension         string   `json:"dimension"`
	Label             string   `json:"label"`
	Group             string   `json:"group,omitempty"`
	Status            string   `json:"status"`
	Value             *float64 `json:"value"`
	Unit              string   `json:"unit"`
	Numerator         int64    `json:"numerator"`
	Denominator       int64    `json:"denominator"`
	Unknown           int64    `json:"unknown"`
	Coverage          *float64 `json:"coverage"`
	Target            *float64 `json:"target"`
	Achievement       *float64 `json:"achievement"`
	Band              string   `json:"band"`
	Reason            string   `json:"reason"`
	ReasonText        string   `json:"reason_text"`
	PlanVersion       int32    `json:"plan_version"`
	DefinitionVersion int32    `json:"definition_version"`
	From              string   `json:"from"`
	To                string   `json:"to"`
	Note              string   `json:"note,omitempty"`
	Position          uint64   `json:"position"`
}

func show(f *indicatorv1.Figure) figure {
	return figure{
		ID: f.GetId(), Dimension: term(f.GetDimension()), Label: f.GetLabel(), Group: f.GetGroup(),
		Status: strings.TrimPrefix(f.GetStatus().String(), "FIGURE_STATUS_"), Value: f.Value, Unit: f.GetUnit(),
		Numerator: f.GetNumerator(), Denominator: f.GetDenominator(), Unknown: f.GetUnknown(), Coverage: f.Coverage,
		Target: f.Target, Achievement: f.Achievement, Band: f.GetBand(), Reason: f.GetReason(), ReasonText: f.GetReasonText(),
		PlanVersion: f.GetPlanVersion(), DefinitionVersion: f.GetDefinitionVersion(),
		From: f.GetFrom(), To: f.GetTo(), Note: f.GetNote(), Position: f.GetPosition(),
	}
}

func figureJSON(w io.Writer, figures []*indicatorv1.Figure) error {
	out := make([]figure, 0, len(figures))
	for _, f := range figures {
		out = append(out, show(f))
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	return enc.Encode(out)
}

func figureTable(w io.Writer, figures []*indicatorv1.Figure) error {
	t := newTable(w)
	t.row("ID", "GROUP", "VALUE", "UNIT", "NUM", "DEN", "UNKNOWN", "TARGET", "ACHIEVED", "BAND", "STATUS", "LABEL")
	for _, f := range figures {
		s := show(f)
		status := s.Status
		if s.Reason != "" {
			status += ": " + s.ReasonText
		}
		t.row(s.ID, dash(s.Group), number(s.Value), dash(s.Unit), s.Numerator, s.Denominator, s.Unknown,
			number(s.Target), number(s.Achievement), dash(s.Band), status, s.Label)
	}
	return t.flush()
}

func figureCSV(w io.Writer, figures []*indicatorv1.Figure) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"id", "dimension", "label", "group", "status", "value", "unit", "numerator", "denominator", "unknown", "coverage", "target", "achievement", "band", "reason", "from", "to", "position"}); err != nil {
		return err
	}
	for _, f := range figures {
		s := show(f)
		if err := c.Write([]string{
			s.ID, s.Dimension, s.Label, s.Group, s.Status, number(s.Value), s.Unit, strconv.FormatInt(s.Numerator, 10),
			strconv.FormatInt(s.Denominator, 10), strconv.FormatInt(s.Unknown, 10), number(s.Coverage), number(s.Target),
			number(s.Achievement), s.Band, s.Reason, s.From, s.To, strconv.FormatUint(s.Position, 10),
		}); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func number(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', -1, 64)
}

func newExplain(g *globals) *cobra.Command {
	request := &indicatorv1.ExplainFigureRequest{}
	cmd := &cobra.Command{
		Use:   "explain INDICATOR",
		Short: "The units and facts behind one figure",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			request.IndicatorId = args[0]
			conn, err := g.dial(access.Planner)
			if err != nil {
				return err
			}
			defer hangUp(conn)
			client := indicatorv1.NewIndicatorServiceClient(conn)
			return explainFigure(cmd, g, client, request)
		},
	}
	cmd.Flags().StringVar(&request.Period, "period", "", "a year, or years such as 2025-2027; by default the whole plan")
	cmd.Flags().Int32Var(&request.PageSize, "limit", 100, "units of one page")
	cmd.Flags().StringVar(&request.PageToken, "page", "", "token of the page before")
	return cmd
}

func explainFigure(cmd *cobra.Command, g *globals, client indicatorv1.IndicatorServiceClient, r *indicatorv1.ExplainFigureRequest) error {
	answer, err := client.ExplainFigure(cmd.Context(), r)
	if err != nil {
		return err
	}
	w := cmd.OutOrStdout()
	if g.json {
		return printJSON(w, answer)
	}
	if err := figureTable(w, []*indicatorv1.Figure{answer.GetFigure()}); err != nil {
		return err
	}
	t := newTable(w)
	t.row("VERDICT", "CASE", "UNIT", "KEY", "VALUE", "FACTS")
	for _, e := range answer.GetEvidence() {
		facts := make([]string, 0, len(e.GetFacts()))
		for _, f := range e.GetFacts() {
			facts = append(facts, fmt.Sprintf("%s %s @%d", f.GetOccurredOn(), f.GetType(), f.GetPosition()))
		}
		t.row(term(e.GetVerdict()), dash(e.GetCaseId()), dash(e.GetUnitId()), dash(e.GetKey()), e.GetValue(), strings.Join(facts, ", "))
	}
	if err := t.flush(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%d of %d units, at position %d\n", len(answer.GetEvidence()), answer.GetTotal(), answer.GetPosition())
	if err == nil && answer.GetNextPageToken() != "" {
		_, err = fmt.Fprintf(w, "more: --page %s\n", answer.GetNextPageToken())
	}
	return err
}
