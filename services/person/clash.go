package person

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"percorsi/internal/casework"
	"percorsi/internal/correction"
	"percorsi/internal/fact"
	"percorsi/internal/fault"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	"percorsi/internal/history"
	"percorsi/internal/person"
	"percorsi/internal/readmodel"
	"percorsi/internal/rpc"
)

// History reads commits by their positions and shows the facts in them.
type History interface {
	Commits(ctx context.Context, at []casework.Position) ([]*eventv1.Commit, error)
	Recorded(e *correction.Entry, person string) (*casefilev1.HistoryEntry, error)
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

// clash gives a stale change with both versions, field by field: what stood when
// the caller looked, and what stands. The caller may read who the person is, since
// they may change it.
func (s *Server) clash(ctx context.Context, e *staleError, r *personv1.ChangeDetailsRequest) error {
	past, err := readmodel.PersonHistory(ctx, e.known, s.history.Commits)
	if err != nil {
		return err
	}
	d := &casefilev1.Clash{Part: partDetails, SeenRevision: r.GetRevision(), CurrentRevision: uint64(e.known.Revision)}
	if d.Mine, err = s.entry(e.known.ID, e.mine); err != nil {
		return err
	}
	about := func(root *eventv1.Fact) bool { _, ok := detailsIn(root); return ok }
	if d.Theirs, err = s.newer(e.known.ID, partDetails, past, r.GetRevision(), about); err != nil {
		return err
	}
	if len(d.GetTheirs()) == 0 {
		return rpc.WithDetails(e, d)
	}
	seen := slices.IndexFunc(past, func(c correction.Recorded) bool { return c.At > r.GetRevision() })
	base, err := s.stood(e.known.ID, past[:seen])
	if err != nil {
		return err
	}
	now, err := s.stood(e.known.ID, past)
	if err != nil {
		return err
	}
	d.Fields = inRequest(history.Compare(base, now, d.GetMine()))
	return rpc.WithDetails(e, d)
}

// newer gives what was recorded about something after a position, also that it was
// corrected: at most the newest of it.
func (s *Server) newer(
	id, part string, past []correction.Recorded, after uint64, about func(root *eventv1.Fact) bool,
) ([]*casefilev1.HistoryEntry, error) {
	ledger, err := correction.Read(past)
	if err != nil {
		return nil, err
	}
	var out []*casefilev1.HistoryEntry
	for e := range ledger.All() {
		if e.At <= after || !about(e.Root().Recorded) {
			continue
		}
		shown, err := s.history.Recorded(e, id)
		if err != nil {
			return nil, fmt.Errorf("show position %d: %w", e.At, err)
		}
		shown.Part = part
		out = append(out, shown)
	}
	return out[max(0, len(out)-maxTheirs):], nil
}

// stood gives the details as they stand after some commits, in the form of a
// change; nil where there are none.
func (s *Server) stood(id string, past []correction.Recorded) (*casefilev1.HistoryEntry, error) {
	ledger, err := correction.Read(past)
	if err != nil {
		return nil, err
	}
	var shown *eventv1.Fact
	for e := range ledger.All() {
		if d, ok := detailsIn(e.Fact); ok && e.Stands() {
			shown = &eventv1.Fact{OccurredOn: e.Fact.GetOccurredOn(), Fact: &eventv1.Fact_PersonDetailsChanged{
				PersonDetailsChanged: &eventv1.PersonDetailsChanged{Identity: d.GetIdentity(), Demographics: d.GetDemographics()},
			}}
		}
	}
	if shown == nil {
		return nil, nil
	}
	return s.entry(id, shown)
}

// details is what says who a person is.
type details interface {
	GetIdentity() []byte
	GetDemographics() []byte
}

// detailsIn gives the sealed details of a fact that has some.
func detailsIn(f *eventv1.Fact) (details, bool) {
	switch f := f.GetFact().(type) {
	case *eventv1.Fact_PersonRegistered:
		return f.PersonRegistered, true
	case *eventv1.Fact_PersonDetailsChanged:
		return f.PersonDetailsChanged, true
	default:
		return nil, false
	}
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

// bondClash gives a clash about two persons with what was said of them last, or
// corrected of it. The caller may read who both are.
func (s *Server) bondClash(ctx context.Context, clash error, one *person.Record, before person.Bond, mine *eventv1.Fact, seen uint64) error {
	if before.Revision == 0 {
		return clash // nobody said anything: the revision was made up
	}
	d := &casefilev1.Clash{Part: partLink + before.Other, SeenRevision: seen, CurrentRevision: uint64(before.Revision)}
	var err error
	if d.Mine, err = s.entry(one.ID, mine); err != nil {
		return err
	}
	d.Mine.Part = d.GetPart()
	past, err := readmodel.PersonHistory(ctx, one, s.history.Commits)
	if err != nil {
		return err
	}
	about := func(root *eventv1.Fact) bool { return person.SaidOf(root) == before.Other }
	if d.Theirs, err = s.newer(one.ID, d.GetPart(), past, uint64(before.Revision)-1, about); err != nil {
		return err
	}
	return rpc.WithDetails(clash, d)
}
