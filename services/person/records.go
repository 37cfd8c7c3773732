package person

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"percorsi/internal/casework"
	"percorsi/internal/correction"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	"percorsi/internal/person"
	"percorsi/internal/privacy"
	"percorsi/internal/readmodel"
)

// recordsOfPage is how many records a page has where nobody says.
const recordsOfPage = 100

// ListPersonRecords shows what was recorded of a person, the newest first, with
// its corrections. What one command recorded stays on one page.
func (s *Server) ListPersonRecords(ctx context.Context, r *personv1.ListPersonRecordsRequest) (*personv1.ListPersonRecordsResponse, error) {
	before, err := readmodel.ParsePlace(r.GetPageToken())
	if err != nil {
		return nil, err
	}
	at, err := readmodel.Reach(ctx, s.model, r.GetMinPosition())
	if err != nil {
		return nil, err
	}
	found, err := s.recordsOf(ctx, r)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(e recordEntry) bool {
		return before != 0 && e.At >= uint64(before) || !asked(r, e.Entry)
	})
	slices.SortFunc(found, func(a, b recordEntry) int { return cmp.Or(cmp.Compare(b.At, a.At), cmp.Compare(b.Index, a.Index)) })
	out := &personv1.ListPersonRecordsResponse{Position: at}
	for i, e := range found {
		if i >= cmp.Or(int(r.GetPageSize()), recordsOfPage) && found[i-1].At != e.At {
			out.NextPageToken = readmodel.Place(casework.Position(found[i-1].At))
			break
		}
		shown, err := s.record(e)
		if err != nil {
			return nil, err
		}
		out.Records = append(out.Records, shown)
	}
	return out, nil
}

// asked tells whether a command that a request names recorded or corrected a fact;
// any did where it names none.
func asked(r *personv1.ListPersonRecordsRequest, e *correction.Entry) bool {
	return r.GetCommandId() == "" || r.GetCommandId() == e.Command.String() ||
		slices.ContainsFunc(e.Trail, func(by *correction.Entry) bool { return asked(r, by) })
}

// recordEntry is a fact and the person in whose stream it lies.
type recordEntry struct {
	*correction.Entry

	of string
}

// recordsOf gives the facts of a person that the caller may be told of: those in
// the stream of the person, and what was said of the person in those of others who
// are linked. Where another one is named, what was said of the two.
func (s *Server) recordsOf(ctx context.Context, r *personv1.ListPersonRecordsRequest) ([]recordEntry, error) {
	record, err := s.readable(ctx, r.GetPersonId())
	if err != nil {
		return nil, err
	}
	if r.GetOtherId() != "" {
		other, err := s.readable(ctx, r.GetOtherId())
		if err != nil {
			return nil, err
		}
		return s.saidOf(ctx, record, other)
	}
	out, err := s.factsOf(ctx, record, func(about string) (bool, error) { return s.mayBeNamed(ctx, about) })
	if err != nil {
		return nil, err
	}
	group, err := s.model.Group(ctx, record.ID)
	if err != nil {
		return nil, err
	}
	for _, g := range group {
		if g.ID >= record.ID || person.BondOf(g, record).Revision == 0 {
			continue
		}
		may, err := s.mayBeNamed(ctx, g.ID)
		switch {
		case err != nil:
			return nil, err
		case !may:
			continue
		}
		said, err := s.saidOf(ctx, g, record)
		if err != nil {
			return nil, err
		}
		out = append(out, said...)
	}
	return out, nil
}

// saidOf gives what was said of two, which lies with the smaller pseudonym.
func (s *Server) saidOf(ctx context.Context, one, other *person.Record) ([]recordEntry, error) {
	if one.ID == other.ID {
		return nil, fault.Field("other_id", "is the same person: name two")
	}
	if one.ID > other.ID {
		one, other = other, one
	}
	return s.factsOf(ctx, one, func(about string) (bool, error) { return about == other.ID, nil })
}

// mayBeNamed tells whether the caller may be told of somebody else; of nobody else
// always.
func (s *Server) mayBeNamed(ctx context.Context, id string) (bool, error) {
	if id == "" {
		return true, nil
	}
	other, err := s.model.Person(ctx, id)
	if err == nil {
		err = s.mayRead(ctx, other)
	}
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return err == nil, err
}

// factsOf gives the facts in the stream of a person that are kept, by the other
// one whom they tell of.
func (s *Server) factsOf(ctx context.Context, r *person.Record, keep func(about string) (bool, error)) ([]recordEntry, error) {
	past, err := readmodel.PersonHistory(ctx, r, s.history.Commits)
	if err != nil {
		return nil, err
	}
	ledger, err := correction.Read(past)
	if err != nil {
		return nil, err
	}
	var out []recordEntry
	for e := range ledger.All() {
		if e.Of != nil {
			continue
		}
		kept, err := keep(person.SaidOf(e.Recorded))
		if err != nil {
			return nil, err
		}
		if kept {
			out = append(out, recordEntry{Entry: e, of: r.ID})
		}
	}
	return out, nil
}

// record shows one fact with its corrections, and what stands in its place.
func (s *Server) record(e recordEntry) (*personv1.PersonRecord, error) {
	out := &personv1.PersonRecord{PersonId: e.of, OtherId: person.SaidOf(e.Recorded), Newest: e.Newest()}
	var err error
	if out.Recorded, err = s.history.Recorded(e.Entry, e.of); err != nil {
		return nil, err
	}
	if out.Recorded.Part = partDetails; out.GetOtherId() != "" {
		out.Recorded.Part = partLink + out.GetOtherId()
	}
	if !e.Voided {
		out.Stands, err = s.content(e.of, e.Fact)
	}
	return out, err
}

// content opens what a fact of a person says. Once the key is gone only the day and
// what is no word are left, and words say that they were erased.
func (s *Server) content(id string, f *eventv1.Fact) (*personv1.PersonContent, error) {
	out := &personv1.PersonContent{OccurredOn: f.GetOccurredOn()}
	if d, ok := detailsIn(f); ok {
		identity, err := s.vault.OpenIdentity(id, d.GetIdentity())
		if errors.Is(err, privacy.ErrErased) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		out.Identity = identity
		out.Demographics, err = s.vault.OpenDemographics(id, d.GetDemographics())
		return out, err
	}
	out.Basis = f.GetPersonLinked().GetBasis()
	reason := reasonIn(f)
	if reason == nil {
		return out, nil
	}
	words, err := s.vault.OpenText(id, reason)
	out.Reason = &eventv1.Text{Form: &eventv1.Text_Plain{Plain: words}}
	return out, err
}

// reasonIn gives the reason of what was said of two.
func reasonIn(f *eventv1.Fact) *eventv1.Text {
	switch f := f.GetFact().(type) {
	case *eventv1.Fact_PersonLinked:
		return f.PersonLinked.GetReason()
	case *eventv1.Fact_PersonUnlinked:
		return f.PersonUnlinked.GetReason()
	case *eventv1.Fact_PersonsToldApart:
		return f.PersonsToldApart.GetReason()
	default:
		return nil
	}
}
