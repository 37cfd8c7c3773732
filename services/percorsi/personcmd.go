package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"percorsi/internal/access"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
)

func newPerson(g *globals) *cobra.Command {
	cmd := &cobra.Command{Use: "person", Short: "Show people, find those who may be one, link them, tell them apart, correct what was recorded", Args: cobra.NoArgs}
	cmd.AddCommand(
		newPersonShow(g), newPersonFind(g), newPersonDuplicates(g),
		newPersonLink(g), newPersonUnlink(g), newPersonTellApart(g), newPersonHouseholds(g),
		newPersonRecords(g), newPersonCorrect(g),
	)
	return cmd
}

// people asks about people, as a case manager: planners may not.
func (g *globals) people(ask func(personv1.PersonServiceClient) error) error {
	conn, err := g.dial(access.CaseManager)
	if err != nil {
		return err
	}
	defer hangUp(conn)
	return ask(personv1.NewPersonServiceClient(conn))
}

func newPersonShow(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "Show one person, and the other registrations of the same person",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.people(func(c personv1.PersonServiceClient) error {
				answer, err := c.GetPerson(cmd.Context(), &personv1.GetPersonRequest{PersonId: args[0]})
				if err != nil {
					return err
				}
				if g.json {
					return printJSON(cmd.OutOrStdout(), answer)
				}
				return printPerson(cmd.OutOrStdout(), answer)
			})
		},
	}
}

func printPerson(w io.Writer, answer *personv1.GetPersonResponse) error {
	p, t := answer.GetPerson(), newTable(w)
	row := func(name, value string) {
		if value != "" {
			t.row(name, value)
		}
	}
	row("person", p.GetPersonId())
	if p.GetErased() {
		row("ERASED", "the key is gone: nothing of this person can be read")
	}
	row("identifier", strings.TrimSpace(term(p.GetIdentifierKind())+" "+p.GetIdentity().GetIdentifier()))
	row("name", nameOf(p))
	row("born", bornOf(p))
	row("address", p.GetIdentity().GetAddress())
	row("phones", strings.Join(p.GetIdentity().GetPhones(), ", "))
	row("revision", fmt.Sprint(p.GetRevision()))
	for _, l := range answer.GetLinked() {
		if !l.GetDirect() {
			row("also", l.GetPersonId()+", through others")
			continue
		}
		row("also", fmt.Sprintf("%s, since %s, %s, by %s of %s, at revision %d", l.GetPersonId(), l.GetSince(),
			term(l.GetBasis()), l.GetUser(), l.GetBody(), l.GetRevision()))
		row("because", l.GetReason())
	}
	return t.flush()
}

func nameOf(p *personv1.Person) string {
	return strings.TrimSpace(p.GetIdentity().GetSurname() + " " + p.GetIdentity().GetName())
}

func bornOf(p *personv1.Person) string {
	if day := p.GetIdentity().GetBirthDate(); day != "" {
		return day
	}
	if year := p.GetDemographics().GetBirthYear(); year != 0 {
		return fmt.Sprint(year)
	}
	return ""
}

func newPersonFind(g *globals) *cobra.Command {
	request := &personv1.FindPersonsRequest{}
	cmd := &cobra.Command{
		Use:   "find",
		Short: "Find people by identifier, or by surname and name as they sound",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return g.people(func(c personv1.PersonServiceClient) error {
				found, err := c.FindPersons(cmd.Context(), request)
				if err != nil {
					return err
				}
				if g.json {
					return printJSON(cmd.OutOrStdout(), found)
				}
				t := newTable(cmd.OutOrStdout())
				t.row("PERSON", "NAME", "BORN", "IDENTIFIER")
				for _, p := range found.GetPersons() {
					t.row(p.GetPersonId(), nameOf(p), bornOf(p), p.GetIdentity().GetIdentifier())
				}
				return t.flush()
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&request.Identifier, "identifier", "", "codice fiscale, temporary, STP or ENI code")
	flags.StringVar(&request.Surname, "surname", "", "surname")
	flags.StringVar(&request.Name, "name", "", "name")
	return cmd
}

func newPersonDuplicates(g *globals) *cobra.Command {
	request := &personv1.FindDuplicatesRequest{}
	cmd := &cobra.Command{
		Use:   "duplicates ID",
		Short: "Show registrations that may be of the same person, the most alike first",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			request.PersonId = args[0]
			return g.people(func(c personv1.PersonServiceClient) error {
				found, err := c.FindDuplicates(cmd.Context(), request)
				if err != nil {
					return err
				}
				if g.json {
					return printJSON(cmd.OutOrStdout(), found)
				}
				return printDuplicates(cmd.OutOrStdout(), found.GetDuplicates())
			})
		},
	}
	cmd.Flags().BoolVar(&request.ToldApart, "told-apart", false, "show also those who were told apart")
	return cmd
}

func printDuplicates(w io.Writer, found []*personv1.PossibleDuplicate) error {
	if len(found) == 0 {
		_, err := fmt.Fprintln(w, "nobody looks like this person")
		return err
	}
	t := newTable(w)
	t.row("PERSON", "SCORE", "NAME", "BORN", "BECAUSE", "SAID BEFORE")
	for _, d := range found {
		var why []string
		for _, l := range d.GetLikeness() {
			why = append(why, term(l))
		}
		before := "nothing"
		switch {
		case d.GetBond() != 0:
			before = fmt.Sprintf("%s, at revision %d", term(d.GetBond()), d.GetBondRevision())
		case d.GetBondRevision() != 0:
			before = fmt.Sprintf("voided, at revision %d", d.GetBondRevision())
		}
		t.row(d.GetPerson().GetPersonId(), d.GetScore(), nameOf(d.GetPerson()), bornOf(d.GetPerson()), strings.Join(why, ", "), before)
	}
	return t.flush()
}

// saying is what the three verbs about two people have in common.
type saying struct {
	day, reason, command string
	revision             uint64
}

func (s *saying) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&s.day, "day", time.Now().Format(time.DateOnly), "day it was found out")
	flags.StringVar(&s.reason, "reason", "", "reason, in words; it is sealed")
	flags.Uint64Var(&s.revision, "revision", 0, "revision of what was said of the two before, as person show and duplicates give it")
	flags.StringVar(&s.command, "command", "", "id of the command, to send the same one again (default a new one)")
}

func (s *saying) id() string {
	if s.command != "" {
		return s.command
	}
	return uuid.NewString()
}

func (s *saying) text() *eventv1.Text {
	if s.reason == "" {
		return nil
	}
	return &eventv1.Text{Form: &eventv1.Text_Plain{Plain: s.reason}}
}

// say is a verb about two people.
func (g *globals) say(use, short, done string, send func(*cobra.Command, personv1.PersonServiceClient, *saying, []string) (*personv1.BondRecorded, error)) *cobra.Command {
	s := &saying{}
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.people(func(c personv1.PersonServiceClient) error {
				answer, err := send(cmd, c, s, args)
				if err != nil {
					return err
				}
				if g.json {
					return printJSON(cmd.OutOrStdout(), answer)
				}
				text := fmt.Sprintf("%s at position %d", done, answer.GetPosition())
				if answer.GetStillLinked() {
					text += "; they are still one through others: see person show"
				}
				_, err = fmt.Fprintln(cmd.OutOrStdout(), text)
				return err
			})
		},
	}
	s.flags(cmd)
	return cmd
}

func newPersonLink(g *globals) *cobra.Command {
	var basis string
	cmd := g.say("link ID ID", "Say that two registrations are of one person; nothing is merged", "linked",
		func(cmd *cobra.Command, c personv1.PersonServiceClient, s *saying, args []string) (*personv1.BondRecorded, error) {
			shows, ok := readTerm[eventv1.LinkBasis](basis)
			if !ok {
				return nil, usagef("--basis %s: give document, code-replaced, typing-error, person-says or other", basis)
			}
			return c.LinkPersons(cmd.Context(), &personv1.LinkPersonsRequest{
				CommandId: s.id(), PersonId: args[0], OtherId: args[1], Revision: s.revision, OccurredOn: s.day,
				Basis: shows, Reason: s.text(),
			})
		})
	cmd.Flags().StringVar(&basis, "basis", "", "what shows it: document, code-replaced, typing-error, person-says or other")
	return cmd
}

func newPersonUnlink(g *globals) *cobra.Command {
	return g.say("unlink ID ID", "Say that a link was an error; all is as if it had never been", "unlinked",
		func(cmd *cobra.Command, c personv1.PersonServiceClient, s *saying, args []string) (*personv1.BondRecorded, error) {
			return c.UnlinkPersons(cmd.Context(), &personv1.UnlinkPersonsRequest{
				CommandId: s.id(), PersonId: args[0], OtherId: args[1], Revision: s.revision, OccurredOn: s.day, Reason: s.text(),
			})
		})
}

func newPersonTellApart(g *globals) *cobra.Command {
	return g.say("tell-apart ID ID", "Say that two registrations that look alike are of two persons", "told apart",
		func(cmd *cobra.Command, c personv1.PersonServiceClient, s *saying, args []string) (*personv1.BondRecorded, error) {
			return c.TellPersonsApart(cmd.Context(), &personv1.TellPersonsApartRequest{
				CommandId: s.id(), PersonId: args[0], OtherId: args[1], Revision: s.revision, OccurredOn: s.day, Reason: s.text(),
			})
		})
}
