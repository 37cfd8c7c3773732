package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/proto"

	personv1 "percorsi/internal/gen/percorsi/person/v1"
)

func newPersonRecords(g *globals) *cobra.Command {
	request := &personv1.ListPersonRecordsRequest{PageSize: 1000}
	cmd := &cobra.Command{
		Use:   "records ID",
		Short: "Show what was recorded of a person, the newest last, with what was corrected",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			request.PersonId = args[0]
			return g.people(func(c personv1.PersonServiceClient) error {
				records, err := personRecords(cmd.Context(), c, request)
				if err != nil {
					return err
				}
				slices.Reverse(records)
				if !g.json {
					return printPersonRecords(cmd.OutOrStdout(), args[0], records)
				}
				for _, r := range records {
					if err := printJSON(cmd.OutOrStdout(), r); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&request.OtherId, "with", "", "only what was said of the person and this other one")
	return cmd
}

// personRecords reads every page of the records that a request asks for.
func personRecords(ctx context.Context, c personv1.PersonServiceClient, r *personv1.ListPersonRecordsRequest) ([]*personv1.PersonRecord, error) {
	var out []*personv1.PersonRecord
	for {
		page, err := c.ListPersonRecords(ctx, r)
		if err != nil {
			return nil, err
		}
		out = append(out, page.GetRecords()...)
		if r.PageToken = page.GetNextPageToken(); r.GetPageToken() == "" {
			return out, nil
		}
	}
}

func printPersonRecords(w io.Writer, of string, records []*personv1.PersonRecord) error {
	t := newTable(w)
	t.row("FACT", "DAY", "WHAT", "SAYS", "BY", "CORRECTED")
	for _, r := range records {
		other := r.GetOtherId()
		if other == of {
			other = r.GetPersonId()
		}
		t.row(nameOfFact(r.GetRecorded()), r.GetStands().GetOccurredOn(), inWords(r.GetRecorded().GetType()), says(r.GetStands(), other),
			r.GetRecorded().GetUser(), marked(r.GetRecorded()))
	}
	return t.flush()
}

// says tells what stands, in short; of what was voided only the other one.
func says(c *personv1.PersonContent, other string) string {
	var words []string
	for _, word := range []string{
		other, nameOf(&personv1.Person{Identity: c.GetIdentity()}),
		bornOf(&personv1.Person{Identity: c.GetIdentity(), Demographics: c.GetDemographics()}),
		term(c.GetBasis()), c.GetReason().GetPlain(),
	} {
		if word != "" {
			words = append(words, word)
		}
	}
	return strings.Join(words, ", ")
}

// personCorrecting is what the command line says about one correction of a person.
type personCorrecting struct {
	mistake

	with string
}

func newPersonCorrect(g *globals) *cobra.Command {
	c := &personCorrecting{}
	cmd := &cobra.Command{
		Use:   "correct ID",
		Short: "Amend or void what was recorded of a person",
		Long: `Amend or void what was recorded of a person. --fact names it by the command that
recorded it, as person records shows it. What is not said stays as it stands:
fields of the identity and of the demographics one by one. With --void nothing
follows from it any more, and details are those before; a correction that is
voided brings back what it corrected. Who was registered stays registered, and
an identifier stays: register the right one, and link the two.`,
		Example: `  percorsi person correct ID --fact 01990000-0000-7000-8000-000000000004 --fields '{"identity": {"birthDate": "1961-03-02"}}' --why typing-error
  percorsi person correct ID --fact 01990000-0000-7000-8000-000000000007 --void --why wrong-person --note "due cugine"`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.people(func(people personv1.PersonServiceClient) error {
				request, err := c.request(cmd.Context(), people, args[0])
				if err != nil {
					return err
				}
				answer, err := people.CorrectPersonRecords(cmd.Context(), request)
				if err != nil {
					return err
				}
				if g.json {
					return printJSON(cmd.OutOrStdout(), answer)
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "corrected at position %d, by the command %s\n", answer.GetPosition(), answer.GetId())
				return err
			})
		},
	}
	flags := cmd.Flags()
	c.flags(flags, ": identity, demographics, basis, reason", "typing-error, wrong-person, wrong-date, not-happened or other")
	c.noteFlag(flags)
	flags.StringVar(&c.with, "with", "", "the other one, of something that was said of two who are not linked now")
	return cmd
}

// request makes the call that corrects, out of what stands.
func (c *personCorrecting) request(ctx context.Context, people personv1.PersonServiceClient, id string) (*personv1.CorrectPersonRecordsRequest, error) {
	wrong, err := c.read()
	if err != nil {
		return nil, err
	}
	was, err := c.found(ctx, people, id, wrong)
	if err != nil {
		return nil, err
	}
	next := &personv1.PersonRecordCorrection{
		CommandId: wrong.command, Index: wrong.index, Reason: wrong.reason, Note: wrong.note, Seen: was.GetNewest(),
		What: &personv1.PersonRecordCorrection_Void{Void: true},
	}
	if !c.void {
		right, err := c.amended(was.GetStands())
		if err != nil {
			return nil, err
		}
		next.What = &personv1.PersonRecordCorrection_Amend{Amend: right}
	}
	return &personv1.CorrectPersonRecordsRequest{
		CommandId: c.commandID(), PersonId: was.GetPersonId(), OccurredOn: c.day, Corrections: []*personv1.PersonRecordCorrection{next},
	}, nil
}

// found finds the record that is wrong. It may be the correction of one.
func (c *personCorrecting) found(ctx context.Context, people personv1.PersonServiceClient, id string, wrong named) (*personv1.PersonRecord, error) {
	records, err := personRecords(ctx, people, &personv1.ListPersonRecordsRequest{
		PersonId: id, OtherId: c.with, CommandId: wrong.command, PageSize: 1000,
	})
	if err != nil {
		return nil, err
	}
	for _, r := range records {
		if wrong.names(r.GetRecorded().GetCommandId(), r.GetRecorded().GetIndex()) {
			return r, nil
		}
		if m := wrong.among(r.GetRecorded()); m != nil {
			return &personv1.PersonRecord{PersonId: r.GetPersonId(), Newest: m.GetPosition()}, nil
		}
	}
	return nil, usagef("--fact %s: there is no such record of this person; person records shows them, with --with OTHER what was said of two", c.of)
}

// amended gives the record as it should have been.
func (c *personCorrecting) amended(stands *personv1.PersonContent) (*personv1.PersonContent, error) {
	if stands == nil {
		return nil, usagef("--fact %s: it was voided, or is a correction: void that one", c.of)
	}
	changes := &personv1.PersonContent{}
	if err := readContent(c.fields, changes); err != nil {
		return nil, err
	}
	right := proto.CloneOf(stands)
	if d := changes.GetIdentity(); d != nil && right.GetIdentity() != nil {
		overlay(right.GetIdentity().ProtoReflect(), d.ProtoReflect())
		changes.Identity = nil
	}
	if d := changes.GetDemographics(); d != nil && right.GetDemographics() != nil {
		overlay(right.GetDemographics().ProtoReflect(), d.ProtoReflect())
		changes.Demographics = nil
	}
	overlay(right.ProtoReflect(), changes.ProtoReflect())
	right.OccurredOn = c.dayOr(right.GetOccurredOn())
	return right, nil
}
