package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/access"
	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
)

func newPlanRecords(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:   "records [INDICATOR]",
		Short: "Show the activities and supplied figures of the plan, the newest last, with what was corrected",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			conn, err := g.dial(access.Planner)
			if err != nil {
				return err
			}
			defer hangUp(conn)
			request := &indicatorv1.ListPlanRecordsRequest{PageSize: 1000}
			if len(args) == 1 {
				request.IndicatorId = args[0]
			}
			records, err := planRecords(cmd.Context(), indicatorv1.NewIndicatorServiceClient(conn), request)
			if err != nil {
				return err
			}
			slices.Reverse(records)
			if !g.json {
				return printPlanRecords(cmd.OutOrStdout(), records)
			}
			for _, r := range records {
				if err := printJSON(cmd.OutOrStdout(), r); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// planRecords reads every page of the records that a request asks for.
func planRecords(ctx context.Context, c indicatorv1.IndicatorServiceClient, r *indicatorv1.ListPlanRecordsRequest) ([]*indicatorv1.PlanRecord, error) {
	var out []*indicatorv1.PlanRecord
	for {
		page, err := c.ListPlanRecords(ctx, r)
		if err != nil {
			return nil, err
		}
		out = append(out, page.GetRecords()...)
		if r.PageToken = page.GetNextPageToken(); r.GetPageToken() == "" {
			return out, nil
		}
	}
}

func printPlanRecords(w io.Writer, records []*indicatorv1.PlanRecord) error {
	t := newTable(w)
	t.row("FACT", "DAY", "INDICATOR", "WHAT", "BY", "CORRECTED")
	for _, r := range records {
		name := r.GetRecorded().GetCommandId()
		if n := r.GetRecorded().GetIndex(); n > 0 {
			name = fmt.Sprintf("%s.%d", name, n)
		}
		indicator, what := planRecord(r.GetStands())
		t.row(name, r.GetStands().GetOccurredOn(), indicator, what, r.GetRecorded().GetUser(), marked(r.GetRecorded()))
	}
	return t.flush()
}

// planRecord says what stands, in short; nothing of what was voided.
func planRecord(f *eventv1.Fact) (indicator, what string) {
	if a := f.GetActivityRecorded(); a != nil {
		words := []string{fmt.Sprint(a.GetQuantity()), term(a.GetKind())}
		if a.GetParticipants() > 0 {
			words = append(words, fmt.Sprintf("%d people", a.GetParticipants()))
		}
		return a.GetIndicator(), strings.Join(append(words, a.GetBodies()...), ", ")
	}
	s := f.GetFigureSupplied()
	if s == nil {
		return "", ""
	}
	value := fmt.Sprint(s.GetNumerator())
	if s.GetDenominator() != 0 {
		value += fmt.Sprintf(" of %d", s.GetDenominator())
	}
	return s.GetIndicator(), fmt.Sprintf("%s, %s to %s, %s", value, s.GetFrom(), s.GetTo(), s.GetSuppliedBy())
}

// planCorrecting is what the command line says about one correction of a plan.
type planCorrecting struct {
	of, on, fields, why, day, id string
	void                         bool
}

func newPlanCorrect(g *globals) *cobra.Command {
	c := &planCorrecting{}
	cmd := &cobra.Command{
		Use:   "correct",
		Short: "Amend or void an activity or a supplied figure",
		Long: `Amend or void an activity or a supplied figure. --fact names it by the command
that recorded it, as plan records shows it. What is not said stays as it stands.
With --void nothing counts of it any more; a correction that is voided brings
back what it corrected.`,
		Example: `  percorsi plan correct --fact 01990000-0000-7000-8000-000000000004 --fields '{"quantity": 2}' --why typing-error
  percorsi plan correct --fact 01990000-0000-7000-8000-000000000004 --void --why not-happened`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			conn, err := g.dial(access.Planner)
			if err != nil {
				return err
			}
			defer hangUp(conn)
			service := indicatorv1.NewIndicatorServiceClient(conn)
			request, err := c.request(cmd.Context(), service)
			if err != nil {
				return err
			}
			answer, err := service.CorrectPlanRecords(cmd.Context(), request)
			if err != nil {
				return err
			}
			if g.json {
				return printJSON(cmd.OutOrStdout(), answer)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "corrected at position %d, by the command %s\n", answer.GetPosition(), answer.GetId())
			return err
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&c.of, "fact", "", "command that recorded it")
	flags.StringVar(&c.on, "on", "", "day on which it was true")
	flags.StringVar(&c.fields, "fields", "{}", "fields that were wrong as JSON, or @FILE")
	flags.BoolVar(&c.void, "void", false, "it should not have been recorded")
	flags.StringVar(&c.why, "why", "", "typing-error, wrong-date, not-happened or other")
	flags.StringVar(&c.day, "day", time.Now().Format(time.DateOnly), "day of the correction")
	flags.StringVar(&c.id, "id", "", "id of the command, a UUID (default a new one); the same id again changes nothing")
	return cmd
}

// request makes the call that corrects, out of what stands.
func (c *planCorrecting) request(ctx context.Context, service indicatorv1.IndicatorServiceClient) (*indicatorv1.CorrectPlanRecordsRequest, error) {
	next := &indicatorv1.PlanRecordCorrection{What: &indicatorv1.PlanRecordCorrection_Void{Void: true}}
	var err error
	if next.CommandId, next.Index, err = namedFact(c.of); err != nil {
		return nil, err
	}
	if next.Reason, err = correctionReason(c.why); err != nil {
		return nil, err
	}
	if c.void && (c.on != "" || c.fields != "{}") {
		return nil, errNothingLeft
	}
	was, err := c.found(ctx, service, next)
	if err != nil {
		return nil, err
	}
	if next.Seen = was.GetNewest(); !c.void {
		right, err := c.amended(was.GetStands())
		if err != nil {
			return nil, err
		}
		next.What = &indicatorv1.PlanRecordCorrection_Amend{Amend: right}
	}
	if c.id == "" {
		c.id = uuid.NewString()
	}
	return &indicatorv1.CorrectPlanRecordsRequest{
		CommandId: c.id, OccurredOn: c.day, Corrections: []*indicatorv1.PlanRecordCorrection{next},
	}, nil
}

// found finds the record that is wrong. It may be the correction of one.
func (c *planCorrecting) found(
	ctx context.Context, service indicatorv1.IndicatorServiceClient, next *indicatorv1.PlanRecordCorrection,
) (*indicatorv1.PlanRecord, error) {
	records, err := planRecords(ctx, service, &indicatorv1.ListPlanRecordsRequest{CommandId: next.GetCommandId(), PageSize: 1000})
	if err != nil {
		return nil, err
	}
	for _, r := range records {
		if r.GetRecorded().GetCommandId() == next.GetCommandId() && r.GetRecorded().GetIndex() == next.GetIndex() {
			return r, nil
		}
		for _, m := range r.GetRecorded().GetCorrections() {
			if m.GetCommandId() == next.GetCommandId() && m.GetIndex() == next.GetIndex() {
				return &indicatorv1.PlanRecord{Newest: m.GetPosition()}, nil
			}
		}
	}
	return nil, usagef("--fact %s: the plan has no such record; plan records shows them", c.of)
}

// amended gives the record as it should have been.
func (c *planCorrecting) amended(stands *eventv1.Fact) (*eventv1.Fact, error) {
	content := fact.Unwrap(stands)
	if content == nil {
		return nil, usagef("--fact %s: it was voided, or is a correction: void that one", c.of)
	}
	changes := content.ProtoReflect().New().Interface()
	if err := readContent(c.fields, changes); err != nil {
		return nil, err
	}
	right := proto.Clone(content)
	overlay(right.ProtoReflect(), changes.ProtoReflect())
	day := stands.GetOccurredOn()
	if c.on != "" {
		day = c.on
	}
	return fact.Wrap(right, day)
}
