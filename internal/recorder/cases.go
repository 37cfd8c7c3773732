package recorder

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/fact"
	"percorsi/internal/fault"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/history"
	"percorsi/internal/privacy"
	"percorsi/internal/readmodel"
)

// CaseModel is where a recorder of cases finds a case that it has not written
// itself.
type CaseModel interface {
	Case(ctx context.Context, id casework.CaseID) (*casework.Case, error)
	Wait(ctx context.Context, p casework.Position) error
	// QuarantineOf tells whether a case stopped at a commit that cannot be
	// read: nothing can be decided on what is left of it.
	QuarantineOf(ctx context.Context, s eventlog.Stream) (readmodel.Quarantine, bool, error)
}

// Cases records the commands of cases.
type Cases struct {
	recorder *Recorder[*casework.Case]
	vault    *privacy.Vault
	history  *history.Reader
	zone     *time.Location
	book     casework.Rulebook
}

// NewCases makes a recorder of cases. zone is that of the office: it decides
// which day it is. book is what new facts are held against.
func NewCases(log Log, model CaseModel, vault *privacy.Vault, now func() time.Time, zone *time.Location, book casework.Rulebook) *Cases {
	facts := history.NewReader(log, vault)
	return &Cases{
		recorder: New(caseAggregate(model, facts.Commits), log, now),
		vault:    vault,
		history:  facts,
		zone:     zone,
		book:     book,
	}
}

func caseAggregate(model CaseModel, past readmodel.Past) Aggregate[*casework.Case] {
	return Aggregate[*casework.Case]{
		Prefix: "case",
		Load: func(ctx context.Context, id string) (*casework.Case, error) {
			q, stopped, err := model.QuarantineOf(ctx, eventlog.Stream("case."+id))
			if err != nil {
				return nil, err
			}
			if stopped {
				return nil, q.Err()
			}
			return orNone(model.Case(ctx, uuid.MustParse(id)))
		},
		Evolve: func(ctx context.Context, c *casework.Case, at eventlog.Position, commit *eventv1.Commit) (*casework.Case, error) {
			return readmodel.EvolveCase(ctx, c, casework.Position(at), commit, past)
		},
		Last: func(c *casework.Case) eventlog.Position {
			if c == nil {
				return 0
			}
			return eventlog.Position(c.Last)
		},
		Answer: func(c *casework.Case, command uuid.UUID) ([16]byte, eventlog.Position, bool) {
			a, ok := c.Answer(command)
			return a.Digest, eventlog.Position(a.Position), ok
		},
		Reached: reached(model),
	}
}

// Record records one fact of a case for the caller in ctx. request is the whole
// request, by which a retry is recognised. The words in content are sealed in
// place. A retry gets the first answer even if the caller does not see the case
// any more: it tells nothing that the caller was not told before.
func (s *Cases) Record(ctx context.Context, request proto.Message, cmd *casefilev1.Command, content proto.Message) (*casefilev1.Recorded, error) {
	caller, err := Caller(ctx)
	if err != nil {
		return nil, err
	}
	attempt, err := s.attempt(caller, request, cmd)
	if err != nil {
		return nil, err
	}
	if !content.ProtoReflect().IsValid() { // a fact without fields may be left out
		content = content.ProtoReflect().New().Interface()
	}
	f, err := fact.Wrap(content, cmd.GetOccurredOn())
	if err != nil {
		return nil, err
	}
	if subject(f) != "" && attempt.Stream != attempt.Command.String() {
		return nil, fault.Field("command.case_id", "must be empty here: a new case takes the id of the command that opens it")
	}
	seal := s.sealOnce(request, f)
	command := casework.Command{
		ID: attempt.Command, Revision: casework.Revision(cmd.GetRevision()), Fact: f, User: caller.User, Choice: choice(cmd),
		Under: s.book,
	}
	var decidedOn *casework.Case
	out, err := s.recorder.Record(ctx, attempt, func(c *casework.Case, now time.Time) ([]*eventv1.Fact, error) {
		decidedOn = c
		if err := access.MayRecord(caller, c, f); err != nil {
			return nil, err
		}
		if err := seal(c); err != nil {
			return nil, err
		}
		command.Choice = choice(cmd) // its words are sealed now
		return casework.Decide(c, command, now.In(s.zone))
	})
	// Both versions are read once the turn of the case is given back: a clash
	// holds up nobody.
	if clash, ok := errors.AsType[*casework.Clash](err); ok {
		return nil, s.withVersions(ctx, caller, decidedOn, clash, f)
	}
	if err != nil {
		return nil, err
	}
	return recorded(attempt, out, command)
}

// choice gives the answer to a clash that a command brings; nil for none.
func choice(cmd *casefilev1.Command) *casework.Choice {
	c := cmd.GetChoice()
	if c == nil {
		return nil
	}
	return &casework.Choice{Kind: c.GetKind(), Seen: casework.Revision(c.GetSeenRevision()), Reason: c.GetReason()}
}

// attempt names the stream: that of the case, or of the case that the command
// opens, which takes the id of the command.
func (s *Cases) attempt(caller access.Caller, request proto.Message, cmd *casefilev1.Command) (Attempt, error) {
	a, err := NewAttempt(s.vault, caller, cmd.GetCommandId(), request)
	if err != nil || cmd.GetCaseId() == "" {
		return a, err
	}
	id, err := uuid.Parse(cmd.GetCaseId())
	if err != nil {
		return a, fault.Field("command.case_id", "is not a UUID")
	}
	a.Stream = id.String()
	return a, nil
}

// sealOnce seals the words of a request, which are those of its fact and of its
// choice, the first time a decision is taken, with the key of the person of the case, and checks
// that the people it names are known.
func (s *Cases) sealOnce(request proto.Message, f *eventv1.Fact) func(c *casework.Case) error {
	done := false
	return func(c *casework.Case) error {
		if done {
			return nil
		}
		person := subject(f)
		if c != nil {
			person = c.Person
		}
		if person == "" {
			return access.NoSuchCase()
		}
		if err := s.known(f); err != nil {
			return err
		}
		if err := s.vault.SealTexts(request, person); err != nil {
			return err
		}
		done = true
		return nil
	}
}

// subject gives the person of a case that a fact opens.
func subject(f *eventv1.Fact) string {
	if p := f.GetSignalled().GetPersonId(); p != "" {
		return p
	}
	return f.GetApplied().GetPersonId()
}

// known says that the people a fact names are registered: each has a key.
func (s *Cases) known(f *eventv1.Fact) error {
	if p := subject(f); p != "" {
		if err := s.registered(p, "fact.person_id"); err != nil {
			return err
		}
	}
	for _, m := range f.GetHouseholdRecorded().GetMembers() {
		if err := s.registered(m.GetPersonId(), "fact.members"); err != nil {
			return err
		}
	}
	return nil
}

// registered says that there is a key of a person. Keys that cannot be reached
// are no reason to register anybody.
func (s *Cases) registered(person, field string) error {
	err := s.vault.CheckKey(person)
	if err != nil && fault.KindOf(err) != fault.Unavailable {
		return fault.Field(field, "names a person who is not registered: register the person first")
	}
	return err
}

// withVersions gives a clash with what both sides wrote.
func (s *Cases) withVersions(ctx context.Context, caller access.Caller, c *casework.Case, clash *casework.Clash, f *eventv1.Fact) error {
	words := access.ReadsWords(caller, c)
	theirs, err := s.history.On(ctx, c, clash.Part, casework.Position(clash.Seen), maxTheirs, words)
	if err != nil {
		return err
	}
	mine, err := s.history.Entry(ctx, c, f, words)
	if err != nil {
		return err
	}
	v := versions{theirs: theirs, mine: mine}
	if same := newestOf(theirs, mine.GetType()); same != nil {
		base, err := s.history.Before(ctx, c, clash.Part, mine.GetType(), clash.Seen, words)
		if err != nil {
			return err
		}
		v.fields = history.Compare(base, same, mine)
	}
	return newClashError(clash, v)
}

// newestOf gives the newest fact of a type; nil where there is none.
func newestOf(entries []*casefilev1.HistoryEntry, kind string) *casefilev1.HistoryEntry {
	for _, e := range slices.Backward(entries) {
		if e.GetType() == kind {
			return e
		}
	}
	return nil
}

// recorded answers a command. Where theirs was kept the revision that stands is
// theirs, which the command stated.
func recorded(a Attempt, out Outcome[*casework.Case], cmd casework.Command) (*casefilev1.Recorded, error) {
	part, err := cmd.Part()
	if err != nil {
		return nil, err
	}
	revision := uint64(out.Position)
	if cmd.Choice != nil && cmd.Choice.Kind == eventv1.ChoiceKind_CHOICE_KIND_KEEP_THEIRS {
		revision = uint64(cmd.Revision)
	}
	return &casefilev1.Recorded{
		CaseId:     a.Stream,
		Id:         a.Command.String(),
		Position:   uint64(out.Position),
		Part:       string(part),
		Revision:   revision,
		RecordedAt: timestamppb.New(out.RecordedAt),
	}, nil
}
