package person

import (
	"context"
	"fmt"
	"strings"

	"percorsi/internal/casework"
	"percorsi/internal/fact"
	"percorsi/internal/fault"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	"percorsi/internal/history"
	"percorsi/internal/person"
	"percorsi/internal/rpc"
)

// Commits reads commits by their positions, to show who was faster.
type Commits interface {
	Commits(ctx context.Context, at []casework.Position) ([]*eventv1.Commit, error)
}

// partDetails names in a clash what two people changed of a person.
const partDetails = "details"

// maxTheirs is how many changes a clash shows, the newest: an answer has room
// for a status of limited size.
const maxTheirs = 10

// staleError says that the details of a person were changed since the caller saw
// them.
type staleError struct {
	known *person.Record
	mine  *eventv1.Fact
}

func (e *staleError) Error() string {
	return fmt.Sprintf("somebody changed this person in between: compare both versions, then send your change with revision %d", e.known.Revision)
}

func (e *staleError) Unwrap() error { return fault.New(fault.Clash, "%s", e.Error()) }

// clash gives a stale change with both versions, field by field. The caller may
// read who the person is, since they may change it.
func (s *Server) clash(ctx context.Context, e *staleError, r *personv1.ChangeDetailsRequest) error {
	positions := make([]casework.Position, 0, len(e.known.Commands))
	for _, a := range e.known.Commands {
		positions = append(positions, casework.Position(a.Position))
	}
	commits, err := s.commits.Commits(ctx, positions)
	if err != nil {
		return err
	}
	d := &casefilev1.Clash{Part: partDetails, SeenRevision: r.GetRevision(), CurrentRevision: uint64(e.known.Revision)}
	if d.Mine, err = s.entry(e.known.ID, e.mine); err != nil {
		return err
	}
	var base *casefilev1.HistoryEntry
	for i, commit := range commits {
		entry, err := s.details(e.known.ID, commit)
		switch {
		case err != nil:
			return fmt.Errorf("show position %d: %w", positions[i], err)
		case entry == nil:
			continue
		}
		entry.Position = uint64(positions[i])
		if entry.GetPosition() <= r.GetRevision() {
			base = entry
			continue
		}
		d.Theirs = append(d.GetTheirs(), entry)
	}
	d.Theirs = d.GetTheirs()[max(0, len(d.GetTheirs())-maxTheirs):]
	if n := len(d.GetTheirs()); n > 0 {
		d.Fields = inRequest(history.Compare(base, d.GetTheirs()[n-1], d.GetMine()))
	}
	return rpc.WithDetails(e, d)
}

// details gives what a commit says about who a person is; nil for nothing.
func (s *Server) details(id string, commit *eventv1.Commit) (*casefilev1.HistoryEntry, error) {
	for i, f := range commit.GetFacts() {
		if f.GetPersonRegistered() == nil && f.GetPersonDetailsChanged() == nil {
			continue
		}
		e, err := s.entry(id, f)
		if err != nil {
			return nil, err
		}
		e.Index, e.RecordedAt, e.CommandId = int32(i), commit.GetRecordedAt(), commit.GetCommandId()
		e.User, e.Role, e.Body = commit.GetActor().GetUser(), commit.GetActor().GetRole(), commit.GetActor().GetBody()
		return e, nil
	}
	return nil, nil
}

// entry shows one fact about who a person is.
func (s *Server) entry(id string, f *eventv1.Fact) (*casefilev1.HistoryEntry, error) {
	data, err := s.vault.Render(f, id, true)
	if err != nil {
		return nil, err
	}
	return &casefilev1.HistoryEntry{Type: fact.Name(f), Part: partDetails, OccurredOn: f.GetOccurredOn(), Data: data}, nil
}

// inRequest names the fields as ChangeDetailsRequest does, which has neither a
// fact nor a command.
func inRequest(fields []*casefilev1.FieldClash) []*casefilev1.FieldClash {
	for _, f := range fields {
		f.Field = strings.TrimPrefix(strings.TrimPrefix(f.GetField(), "fact."), "command.")
	}
	return fields
}

// partLink begins the name of what two people say of a person and another one,
// whose pseudonym follows.
const partLink = "link/"

// bondClash gives a clash about two persons with what was said of them before.
// The caller may read who both are.
func (s *Server) bondClash(ctx context.Context, clash error, one string, before person.Bond, mine *eventv1.Fact, seen uint64) error {
	if before.Kind == person.NoBond {
		return clash // nobody said anything: the revision was made up
	}
	d := &casefilev1.Clash{Part: partLink + before.Other, SeenRevision: seen, CurrentRevision: uint64(before.Revision)}
	var err error
	if d.Mine, err = s.entry(one, mine); err != nil {
		return err
	}
	d.Mine.Part = d.GetPart()
	commits, err := s.commits.Commits(ctx, []casework.Position{casework.Position(before.Revision)})
	if err != nil {
		return err
	}
	for _, commit := range commits {
		for _, f := range commit.GetFacts() {
			theirs, err := s.entry(one, f)
			if err != nil {
				return err
			}
			theirs.Position, theirs.Part, theirs.RecordedAt = uint64(before.Revision), d.GetPart(), commit.GetRecordedAt()
			theirs.User, theirs.Role, theirs.Body = commit.GetActor().GetUser(), commit.GetActor().GetRole(), commit.GetActor().GetBody()
			d.Theirs = append(d.GetTheirs(), theirs)
		}
	}
	return rpc.WithDetails(clash, d)
}
