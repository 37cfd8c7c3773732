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

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
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
		name := r.GetRecorded().GetCommandId()
		if n := r.GetRecorded().GetIndex(); n > 0 {
			name = fmt.Sprintf("%s.%d", name, n)
		}
		other := r.GetOtherId()
		if other == of {
			other = r.GetPersonId()
		}
		t.row(name, r.GetStands().GetOccurredOn(), inWords(r.GetRecorded().GetType()), says(r.GetStands(), other),
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
	of, with, on, fields, why, note, day, id string
	void                                     bool
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
	flags.StringVar(&c.of, "fact", "", "command that recorded it")
	flags.StringVar(&c.with, "with", "", "the other one, of something that was said of two who are not linked now")
	flags.StringVar(&c.on, "on", "", "day on which it was true")
	flags.StringVar(&c.fields, "fields", "{}", "fields that were wrong as JSON, or @FILE: identity, demographics, basis, reason")
	flags.BoolVar(&c.void, "void", false, "it should not have been recorded")
	flags.StringVar(&c.why, "why", "", "typing-error, wrong-person, wrong-date, not-happened or other")
	flags.StringVar(&c.note, "note", "", "why, in words; it is sealed")
	flags.StringVar(&c.day, "day", time.Now().Format(time.DateOnly), "day of the correction")
	flags.StringVar(&c.id, "id", "", "id of the command, a UUID (default a new one); the same id again changes nothing")
	return cmd
}

// request makes the call that corrects, out of what stands.
func (c *personCorrecting) request(ctx context.Context, people personv1.PersonServiceClient, id string) (*personv1.CorrectPersonRecordsRequest, error) {
	next := &personv1.PersonRecordCorrection{What: &personv1.PersonRecordCorrection_Void{Void: true}}
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
	was, err := c.found(ctx, people, id, next)
	if err != nil {
		return nil, err
	}
	if next.Seen = was.GetNewest(); !c.void {
		right, err := c.amended(was.GetStands())
		if err != nil {
			return nil, err
		}
		next.What = &personv1.PersonRecordCorrection_Amend{Amend: right}
	}
	if c.id == "" {
		c.id = uuid.NewString()
	}
	return &personv1.CorrectPersonRecordsRequest{
		CommandId: c.id, PersonId: was.GetPersonId(), OccurredOn: c.day, Corrections: []*personv1.PersonRecordCorrection{next},
	}, nil
}

// found finds the record that is wrong. It may be the correction of one.
func (c *personCorrecting) found(
	ctx context.Context, people personv1.PersonServiceClient, id string, next *personv1.PersonRecordCorrection,
) (*personv1.PersonRecord, error) {
	records, err := personRecords(ctx, people, &personv1.ListPersonRecordsRequest{
		PersonId: id, OtherId: c.with, CommandId: next.GetCommandId(), PageSize: 1000,
	})
	if err != nil {
		return nil, err
	}
	for _, r := range records {
		if r.GetRecorded().GetCommandId() == next.GetCommandId() && r.GetRecorded().GetIndex() == next.GetIndex() {
			return r, nil
		}
		for _, m := range r.GetRecorded().GetCorrections() {
			if m.GetCommandId() == next.GetCommandId() && m.GetIndex() == next.GetIndex() {
				return &personv1.PersonRecord{PersonId: r.GetPersonId(), Newest: m.GetPosition()}, nil
			}
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
	if c.on != "" {
		right.OccurredOn = c.on
	}
	return right, nil
}
