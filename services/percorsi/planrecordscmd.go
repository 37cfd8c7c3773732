package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

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
		indicator, what := planRecord(r.GetStands())
		t.row(nameOfFact(r.GetRecorded()), r.GetStands().GetOccurredOn(), indicator, what, r.GetRecorded().GetUser(), marked(r.GetRecorded()))
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
type planCorrecting struct{ mistake }

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
	c.flags(cmd.Flags(), "", "typing-error, wrong-date, not-happened or other")
	return cmd
}

// request makes the call that corrects, out of what stands.
func (c *planCorrecting) request(ctx context.Context, service indicatorv1.IndicatorServiceClient) (*indicatorv1.CorrectPlanRecordsRequest, error) {
	wrong, err := c.read()
	if err != nil {
		return nil, err
	}
	was, err := c.found(ctx, service, wrong)
	if err != nil {
		return nil, err
	}
	next := &indicatorv1.PlanRecordCorrection{
		CommandId: wrong.command, Index: wrong.index, Reason: wrong.reason, Seen: was.GetNewest(),
		What: &indicatorv1.PlanRecordCorrection_Void{Void: true},
	}
	if !c.void {
		right, err := c.amended(was.GetStands())
		if err != nil {
			return nil, err
		}
		next.What = &indicatorv1.PlanRecordCorrection_Amend{Amend: right}
	}
	return &indicatorv1.CorrectPlanRecordsRequest{
		CommandId: c.commandID(), OccurredOn: c.day, Corrections: []*indicatorv1.PlanRecordCorrection{next},
	}, nil
}

// found finds the record that is wrong. It may be the correction of one.
func (c *planCorrecting) found(ctx context.Context, service indicatorv1.IndicatorServiceClient, wrong named) (*indicatorv1.PlanRecord, error) {
	records, err := planRecords(ctx, service, &indicatorv1.ListPlanRecordsRequest{CommandId: wrong.command, PageSize: 1000})
	if err != nil {
		return nil, err
	}
	for _, r := range records {
		if wrong.names(r.GetRecorded().GetCommandId(), r.GetRecorded().GetIndex()) {
			return r, nil
		}
		if m := wrong.among(r.GetRecorded()); m != nil {
			return &indicatorv1.PlanRecord{Newest: m.GetPosition()}, nil
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
	return fact.Wrap(right, c.dayOr(stands.GetOccurredOn()))
}
