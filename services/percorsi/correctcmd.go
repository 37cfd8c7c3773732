package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/access"
	"percorsi/internal/fact"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	correctionv1 "percorsi/internal/gen/percorsi/correction/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// correcting is what the command line says about one correction.
type correcting struct {
	mistake

	as actor
}

func newCaseCorrect(g *globals) *cobra.Command {
	c := &correcting{}
	cmd := &cobra.Command{
		Use:   "correct CASE",
		Short: "Amend or void one fact of a case",
		Long: `Amend or void one fact of a case. --fact names it by the command that recorded
it, as case history --json shows it, with .N behind it for the Nth fact of that
command. What is not said stays as it stands: --on gives another day, --fields
other fields. With --void nothing follows from the fact any more; a correction
that is voided brings back what it corrected.`,
		Example: `  percorsi case correct CASE --fact 01990000-0000-7000-8000-000000000004 --on 2025-02-18 --why wrong-date
  percorsi case correct CASE --fact 01990000-0000-7000-8000-000000000004 --void --why not-happened --note "era un'altra persona"`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			conn, err := g.dialActor(&c.as)
			if err != nil {
				return err
			}
			defer hangUp(conn)
			request, err := c.request(cmd.Context(), casefilev1.NewCaseFileServiceClient(conn), args[0])
			if err != nil {
				return err
			}
			answer, err := correctionv1.NewCorrectionServiceClient(conn).Correct(cmd.Context(), request)
			if err != nil {
				return err
			}
			if g.json {
				return printJSON(cmd.OutOrStdout(), answer)
			}
			return printRecorded(cmd.OutOrStdout(), answer)
		},
	}
	flags := cmd.Flags()
	c.flags(flags, "", "typing-error, wrong-case, wrong-person, wrong-date, not-happened or other")
	c.noteFlag(flags)
	c.as.flags(flags, access.CaseManager)
	return cmd
}

// request makes the call that corrects, out of what the case shows of the fact.
func (c *correcting) request(ctx context.Context, cases casefilev1.CaseFileServiceClient, file string) (*correctionv1.CorrectRequest, error) {
	wrong, err := c.read()
	if err != nil {
		return nil, err
	}
	entries, err := wholeHistory(ctx, cases, file)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(entries, func(e *casefilev1.HistoryEntry) bool {
		return wrong.names(e.GetCommandId(), e.GetIndex())
	})
	if i < 0 {
		return nil, usagef("--fact %s: the case has no such fact; case history --json shows command_id and index of each", c.of)
	}
	next := &correctionv1.Correction{
		CommandId: wrong.command, Index: wrong.index, Reason: wrong.reason, Note: wrong.note,
		What: &correctionv1.Correction_Void{Void: true},
	}
	if next.Revision, err = revisionOf(ctx, cases, file, entries[i].GetPart()); err != nil {
		return nil, err
	}
	if !c.void {
		right, err := c.amended(standing(entries, entries[i]))
		if err != nil {
			return nil, err
		}
		next.What = &correctionv1.Correction_Amend{Amend: right}
	}
	return &correctionv1.CorrectRequest{
		Command:     &casefilev1.Command{CommandId: c.commandID(), CaseId: file, OccurredOn: c.day},
		Corrections: []*correctionv1.Correction{next},
	}, nil
}

// wrongFact is a fact as it stands, as the API shows it.
type wrongFact struct {
	kind, on string
	fields   map[string]any
}

// standing gives a fact as its newest amendment shows it, or as it was recorded.
func standing(entries []*casefilev1.HistoryEntry, e *casefilev1.HistoryEntry) wrongFact {
	out := wrongFact{kind: e.GetType(), on: e.GetOccurredOn(), fields: e.GetData().AsMap()}
	for _, m := range e.GetCorrections() {
		i := slices.IndexFunc(entries, func(by *casefilev1.HistoryEntry) bool {
			return by.GetPosition() == m.GetPosition() && by.GetIndex() == m.GetIndex()
		})
		if m.GetVoid() || !m.GetInForce() || i < 0 {
			continue
		}
		replacement := entries[i].GetData().GetFields()["replacement"].GetStructValue()
		out.on = replacement.GetFields()["occurred_on"].GetStringValue()
		out.fields = replacement.GetFields()[e.GetType()].GetStructValue().AsMap()
	}
	return out
}

// amended gives the fact as it should have been recorded.
func (c *correcting) amended(was wrongFact) (*eventv1.Fact, error) {
	content, err := contentOf(was.kind)
	if err != nil {
		return nil, err
	}
	plainWords(content.ProtoReflect().Descriptor(), was.fields)
	shown, err := json.Marshal(was.fields)
	if err != nil {
		return nil, err
	}
	if err := readContent(string(shown), content); err != nil {
		return nil, fmt.Errorf("read the fact as the case shows it: %w", err)
	}
	changes := content.ProtoReflect().New().Interface()
	if err := readContent(c.fields, changes); err != nil {
		return nil, err
	}
	overlay(content.ProtoReflect(), changes.ProtoReflect())
	f, err := fact.Wrap(content, c.dayOr(was.on))
	if err != nil {
		return nil, err
	}
	return proto.CloneOf(f), nil
}

// wholeHistory reads every fact of a case.
func wholeHistory(ctx context.Context, cases casefilev1.CaseFileServiceClient, file string) ([]*casefilev1.HistoryEntry, error) {
	var out []*casefilev1.HistoryEntry
	request := &casefilev1.GetHistoryRequest{CaseId: file, PageSize: 500}
	for {
		page, err := cases.GetHistory(ctx, request)
		if err != nil {
			return nil, err
		}
		out = append(out, page.GetEntries()...)
		if request.PageToken = page.GetNextPageToken(); request.GetPageToken() == "" {
			return out, nil
		}
	}
}

// revisionOf reads the revision of a part of a case.
func revisionOf(ctx context.Context, cases casefilev1.CaseFileServiceClient, file, part string) (uint64, error) {
	answer, err := cases.GetCase(ctx, &casefilev1.GetCaseRequest{CaseId: file})
	if err != nil {
		return 0, err
	}
	for _, p := range answer.GetCase().GetParts() {
		if p.GetPart() == part {
			return p.GetRevision(), nil
		}
	}
	return 0, nil
}
