package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
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
	as      actor
	command casefilev1.Command
	of      string
	on      string
	fields  string
	void    bool
	why     string
	note    string
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
	flags.StringVar(&c.of, "fact", "", "command that recorded the fact, with .N for the Nth fact of it from 0")
	flags.StringVar(&c.on, "on", "", "day on which the fact was true")
	flags.StringVar(&c.fields, "fields", "{}", "fields that were wrong as JSON, or @FILE")
	flags.BoolVar(&c.void, "void", false, "the fact should not have been recorded")
	flags.StringVar(&c.why, "why", "", "typing-error, wrong-case, wrong-person, wrong-date, not-happened or other")
	flags.StringVar(&c.note, "note", "", "why, in words")
	flags.StringVar(&c.command.OccurredOn, "day", time.Now().Format(time.DateOnly), "day of the correction")
	flags.StringVar(&c.command.CommandId, "id", "", "id of the command, a UUID (default a new one); the same id again changes nothing")
	c.as.flags(flags, access.CaseManager)
	return cmd
}

// request makes the call that corrects, out of what the case shows of the fact.
func (c *correcting) request(ctx context.Context, cases casefilev1.CaseFileServiceClient, file string) (*correctionv1.CorrectRequest, error) {
	next, err := c.correction()
	if err != nil {
		return nil, err
	}
	entries, err := wholeHistory(ctx, cases, file)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(entries, func(e *casefilev1.HistoryEntry) bool {
		return e.GetCommandId() == next.GetCommandId() && e.GetIndex() == next.GetIndex()
	})
	if i < 0 {
		return nil, usagef("--fact %s: the case has no such fact; case history --json shows command_id and index of each", c.of)
	}
	if next.Revision, err = revisionOf(ctx, cases, file, entries[i].GetPart()); err != nil {
		return nil, err
	}
	if next.What = (&correctionv1.Correction_Void{Void: true}); !c.void {
		right, err := c.amended(standing(entries, entries[i]))
		if err != nil {
			return nil, err
		}
		next.What = &correctionv1.Correction_Amend{Amend: right}
	}
	c.command.CaseId = file
	if c.command.GetCommandId() == "" {
		c.command.CommandId = uuid.NewString()
	}
	return &correctionv1.CorrectRequest{Command: &c.command, Corrections: []*correctionv1.Correction{next}}, nil
}

// correction reads which fact is wrong, and why.
func (c *correcting) correction() (*correctionv1.Correction, error) {
	next := &correctionv1.Correction{}
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
	if c.note != "" {
		next.Note = &eventv1.Text{Form: &eventv1.Text_Plain{Plain: c.note}}
	}
	return next, nil
}

var errNothingLeft = usagef("--void leaves nothing of the fact: leave out --on and --fields")

// namedFact reads the name of a fact: the command that recorded it, with .N for
// the Nth fact of it from 0.
func namedFact(of string) (command string, index int32, err error) {
	command, place, several := strings.Cut(of, ".")
	if !several {
		return command, 0, nil
	}
	n, err := strconv.ParseInt(place, 10, 32)
	if err != nil {
		return "", 0, usagef("--fact %s: what follows the dot is no number", of)
	}
	return command, int32(n), nil
}

// correctionReason reads why something is corrected.
func correctionReason(why string) (eventv1.CorrectionReason, error) {
	reason, ok := readTerm[eventv1.CorrectionReason](why)
	if !ok {
		return 0, usagef("--why %q: give typing-error, wrong-case, wrong-person, wrong-date, not-happened or other", why)
	}
	return reason, nil
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
	if c.on != "" {
		was.on = c.on
	}
	f, err := fact.Wrap(content, was.on)
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
