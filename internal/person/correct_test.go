package person_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	"percorsi/internal/correction"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/person"
)

var now = time.Date(2026, time.July, 1, 12, 0, 0, 0, time.UTC)

// story is one person with the commits that it comes of. The nth has position n.
type story struct {
	t       rapid.TB
	history []correction.Recorded
	record  *person.Record
}

// tell begins a story: the registration and what follows it.
func tell(t rapid.TB, facts ...*eventv1.Fact) *story {
	t.Helper()
	s := &story{t: t}
	for _, f := range append([]*eventv1.Fact{registration()}, facts...) {
		s.add(f)
	}
	return s
}

// add records a command more, as a fold does that reads commits again.
func (s *story) add(facts ...*eventv1.Fact) {
	s.t.Helper()
	c := commitOf(uuid.NewString(), facts...)
	c.Actor = &eventv1.Actor{User: "op-017", Body: "ACSI"}
	s.addAt(uint64(len(s.history)+1), c)
}

func (s *story) addAt(at uint64, c *eventv1.Commit) {
	s.t.Helper()
	s.history = append(s.history, correction.Recorded{At: at, Commit: c})
	next, err := person.Evolve(s.record, person.Position(at), c)
	if errors.Is(err, person.ErrNeedsHistory) {
		next, err = person.Refold(s.history)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.record = next
}

// wrong names the first fact of the nth commit, as whoever knows all of it.
func (s *story) wrong(n int, with *eventv1.Fact) correction.Asked {
	s.t.Helper()
	l, err := correction.Read(s.history)
	if err != nil {
		s.t.Fatal(err)
	}
	of := correction.Ref{Command: uuid.MustParse(s.history[n-1].Commit.GetCommandId())}
	return correction.Asked{
		Of: of, Seen: l.Find(of).Newest(), Replacement: with, Reason: eventv1.CorrectionReason_CORRECTION_REASON_TYPING_ERROR,
	}
}

func (s *story) decide(others []*person.Record, asked ...correction.Asked) ([]*eventv1.Fact, error) {
	cmd := correction.Command{ID: uuid.New(), On: "2026-06-30", Asked: asked}
	return person.DecideCorrections(s.record, s.history, others, cmd, now)
}

// correct records corrections, which have to be right.
func (s *story) correct(asked ...correction.Asked) {
	s.t.Helper()
	facts, err := s.decide(nil, asked...)
	if err != nil {
		s.t.Fatal(err)
	}
	s.add(facts...)
}

// unlike gives what is not that of a record without the errors.
func unlike(never, corrected *person.Record) string {
	left := *corrected
	left.Bonds = slices.DeleteFunc(slices.Clone(left.Bonds), func(b person.Bond) bool { return b.Kind == person.NoBond })
	return cmp.Diff(never, &left, protocmp.Transform(), cmpopts.EquateEmpty(),
		cmpopts.IgnoreFields(person.Record{}, "Commands", "Last", "Revision"),
		cmpopts.IgnoreFields(person.Bond{}, "Revision"))
}

// facts draws what may follow a registration.
func facts() *rapid.Generator[*eventv1.Fact] {
	return rapid.Custom(func(t *rapid.T) *eventv1.Fact {
		other := rapid.SampledFrom([]string{larger, largest}).Draw(t, "other")
		on := rapid.SampledFrom([]string{"2025-05-01", "2025-06-01", "2025-07-01"}).Draw(t, "on")
		var f *eventv1.Fact
		switch rapid.IntRange(0, 4).Draw(t, "kind") {
		case 0, 1:
			f = change()
			f.GetPersonDetailsChanged().Identity = []byte(rapid.StringN(1, 3, -1).Draw(t, "identity"))
			f.GetPersonDetailsChanged().SearchKeys = [][]byte{[]byte(on)}
		case 2:
			f = link(other, rapid.SampledFrom([]eventv1.LinkBasis{document, eventv1.LinkBasis_LINK_BASIS_PERSON_SAYS}).Draw(t, "basis"))
		case 3:
			f = unlinkOfLarger()
			f.GetPersonUnlinked().Other = other
		default:
			f = apart(other)
		}
		f.OccurredOn = on
		return f
	})
}

// amended draws what a fact should have been.
func amended(t *rapid.T, f *eventv1.Fact) *eventv1.Fact {
	right := proto.CloneOf(f)
	right.OccurredOn = "2025-08-01"
	name := []byte(rapid.StringN(4, 6, -1).Draw(t, "right"))
	if p := right.GetPersonRegistered(); p != nil {
		p.Identity, p.SearchKeys = name, [][]byte{name}
	}
	if p := right.GetPersonDetailsChanged(); p != nil {
		p.Identity, p.Demographics = name, name
	}
	if p := right.GetPersonLinked(); p != nil {
		p.Basis = eventv1.LinkBasis_LINK_BASIS_CODE_REPLACED
	}
	return right
}

func TestAPersonCorrectedIsThatWhichWasNeverWrong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := tell(t, rapid.SliceOfN(facts(), 0, 8).Draw(t, "facts")...)
		n := len(s.history)
		right := map[int]*eventv1.Fact{}
		for i, c := range s.history {
			right[i] = c.Commit.GetFacts()[0]
		}
		for range rapid.IntRange(1, 6).Draw(t, "corrections") {
			i := rapid.IntRange(1, n).Draw(t, "which")
			var with *eventv1.Fact
			if rapid.Bool().Draw(t, "amend") {
				with = amended(t, s.history[i-1].Commit.GetFacts()[0])
			}
			facts, err := s.decide(nil, s.wrong(i, with))
			switch {
			case err == nil:
				s.add(facts...)
				right[i-1] = with
			case fault.KindOf(err) == fault.Internal:
				t.Fatal(err)
			}
			if err == nil && rapid.IntRange(0, 3).Draw(t, "undo") == 0 {
				s.undo(i, right)
			}
		}
		for _, f := range rapid.SliceOfN(facts(), 0, 3).Draw(t, "behind the corrections") {
			right[len(s.history)] = f
			s.add(f)
		}
		never := &story{t: t}
		for _, i := range slices.Sorted(maps.Keys(right)) {
			f := right[i]
			if f == nil {
				continue
			}
			c := proto.CloneOf(s.history[i].Commit)
			c.Facts = []*eventv1.Fact{f}
			never.addAt(s.history[i].At, c)
		}
		if diff := unlike(never.record, s.record); diff != "" {
			t.Errorf("(-never wrong +corrected):\n%s", diff)
		}
		if whole, err := person.Refold(s.history); err != nil || cmp.Diff(whole, s.record, protocmp.Transform()) != "" {
			t.Errorf("folded as a whole: %+v, %v", whole, err)
		}
	})
}

// undo voids the newest correction of the nth fact, if it may be, and notes what
// is right then.
func (s *story) undo(n int, right map[int]*eventv1.Fact) {
	s.t.Helper()
	facts, err := s.decide(nil, s.wrong(len(s.history), nil))
	if err != nil {
		return
	}
	s.add(facts...)
	l, err := correction.Read(s.history)
	if err != nil {
		s.t.Fatal(err)
	}
	e := l.Find(correction.Ref{Command: uuid.MustParse(s.history[n-1].Commit.GetCommandId())})
	if right[n-1] = e.Fact; e.Voided {
		right[n-1] = nil
	}
}

func TestDetailsThatAreVoidedGiveWayToThoseBefore(t *testing.T) {
	s := tell(t, change(), apart(larger))
	s.correct(s.wrong(2, nil))
	if got := s.record; string(got.Identity) != "sealed identity" || string(got.Demographics) != "sealed demographics" || len(got.SearchKeys) != 2 {
		t.Errorf("details %s, %s with %d keys", got.Identity, got.Demographics, len(got.SearchKeys))
	}
	if s.record.Revision != 4 || s.record.Bonds[0].Revision != 3 || s.record.Last != 4 || len(s.record.Commands) != 4 {
		t.Errorf("revision %d, of the bond %d; last %d of %d", s.record.Revision, s.record.Bonds[0].Revision, s.record.Last, len(s.record.Commands))
	}
}

func TestABondThatIsVoidedWhollyLeavesItsRevision(t *testing.T) {
	s := tell(t, link(larger, document))
	var groups person.Groups
	groups.Put(s.record)
	s.correct(s.wrong(2, nil))
	want := []person.Bond{{Other: larger, Revision: 3}}
	if diff := cmp.Diff(want, s.record.Bonds, protocmp.Transform()); diff != "" {
		t.Errorf("bonds (-want +got):\n%s", diff)
	}
	if changed := groups.Put(s.record); len(changed) != 2 || groups.Of(larger) != nil {
		t.Errorf("of other groups are %v, of the larger one's %v", changed, groups.Of(larger))
	}
	other := of(t, larger)
	say := func(revision person.Revision) error {
		return person.Decide(s.record, other, []*person.Record{s.record}, []*person.Record{other}, person.Saying{Fact: apart(larger), Revision: revision})
	}
	expectFault(t, say(2), fault.Clash, "was voided in between: send yours with revision 3")
	expectFault(t, say(0), fault.Clash, "revision 3")
	expectFault(t, say(3), 0, "")
	s.correct(s.wrong(3, nil))
	if got := s.record.Bonds[0]; got.Kind != person.Linked || got.Revision != 4 || got.User != "op-017" {
		t.Errorf("once the voiding is void: %+v", got)
	}
}

func TestWhatOfAPersonMayBeCorrected(t *testing.T) {
	const says, other = eventv1.LinkBasis_LINK_BASIS_PERSON_SAYS, eventv1.LinkBasis_LINK_BASIS_OTHER
	right := func(change func(*eventv1.Fact), f *eventv1.Fact) *eventv1.Fact {
		f.OccurredOn = "2025-08-01"
		change(f)
		return f
	}
	same := func(*eventv1.Fact) {}
	// What was recorded after the registration, which is the first.
	linked, undone := []*eventv1.Fact{link(larger, document)}, []*eventv1.Fact{link(larger, document), unlinkOfLarger()}
	for _, tt := range []struct {
		name  string
		facts []*eventv1.Fact
		of    int
		with  *eventv1.Fact
		want  fault.Kind // 0 where it may be corrected
		text  string
	}{
		{"the day of a registration", nil, 1, right(same, registration()), 0, ""},
		{"a change of details", []*eventv1.Fact{change()}, 2, right(same, change()), 0, ""},
		{"a link", linked, 2, right(same, link(larger, document)), 0, ""},
		{"a link for nothing", linked, 2, nil, 0, ""},
		{"an unlink for nothing", undone, 3, nil, 0, ""},
		{"telling apart, with what followed it", []*eventv1.Fact{apart(larger), link(larger, document)}, 2, nil, 0, ""},

		{"a registration for nothing", nil, 1, nil, fault.NotNow, "stays registered"},
		{"another identifier", nil, 1, right(func(f *eventv1.Fact) { f.GetPersonRegistered().IdentifierKey = []byte("x") }, registration()), fault.Invalid, "amend.identity.identifier"},
		{"another kind of identifier", nil, 1, right(func(f *eventv1.Fact) { f.GetPersonRegistered().IdentifierKind++ }, registration()), fault.Invalid, "CODE_REPLACED"},
		{"another of the two", linked, 2, right(same, link(largest, document)), fault.Invalid, "amend.other_id"},
		{"another kind of fact", linked, 2, right(same, apart(larger)), fault.Invalid, "another kind"},
		{"a day to come", linked, 2, right(func(f *eventv1.Fact) { f.OccurredOn = "2026-07-02" }, link(larger, document)), fault.Invalid, "corrections[0].amend.occurred_on"},
		{"a day that is none", linked, 2, right(func(f *eventv1.Fact) { f.OccurredOn = "2025-02-30" }, link(larger, document)), fault.Invalid, "calendar day"},
		{"what it says already", linked, 2, link(larger, document), fault.Invalid, "says what the fact says"},
		{"another basis without words", linked, 2, right(func(f *eventv1.Fact) {
			f.GetPersonLinked().Basis, f.GetPersonLinked().Reason = other, nil
		}, link(larger, other)), fault.Invalid, "corrections[0].amend.reason"},
		{"an unlink without words", undone, 3, right(func(f *eventv1.Fact) { f.GetPersonUnlinked().Reason = nil }, unlinkOfLarger()), fault.Invalid, "corrections[0].amend.reason"},
		{"a link that was undone", undone, 2, nil, fault.NotNow, "person_unlinked of 2026-05-31 at position 3"},
		{"an unlink before a link", append(undone, link(larger, document)), 3, nil, fault.NotNow, "person_linked"},
		{"a link that proved enough", []*eventv1.Fact{apart(larger), link(larger, document)}, 3, right(func(f *eventv1.Fact) {
			f.GetPersonLinked().Basis = says
		}, link(larger, says)), fault.NotNow, "only a document"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := tell(t, tt.facts...)
			_, err := s.decide(nil, s.wrong(tt.of, tt.with))
			expectFault(t, err, tt.want, tt.text)
		})
	}
}

func TestWhatNobodyCanCorrectIsRefused(t *testing.T) {
	s := tell(t, link(larger, document))
	stale, missing := s.wrong(2, nil), s.wrong(2, nil)
	stale.Seen, missing.Of = 1, correction.Ref{Command: uuid.New()}
	_, err := s.decide(nil, stale)
	expectFault(t, err, fault.Clash, "at position 2")
	_, err = s.decide(nil, missing)
	expectFault(t, err, fault.Invalid, "corrections[0].command_id")
	_, err = s.decide(nil, s.wrong(2, nil), s.wrong(2, nil))
	expectFault(t, err, fault.Invalid, "corrections[1].command_id")
	for _, on := range []string{"", "2026-07-02"} {
		_, err = person.DecideCorrections(s.record, s.history, nil, correction.Command{ID: uuid.New(), On: on, Asked: []correction.Asked{s.wrong(2, nil)}}, now)
		expectFault(t, err, fault.Invalid, "occurred_on")
	}
}

func TestALinkAndItsUnlinkAreVoidedTogether(t *testing.T) {
	s := tell(t, link(larger, document), unlinkOfLarger())
	s.correct(s.wrong(2, nil), s.wrong(3, nil))
	if got := s.record.Bonds; len(got) != 1 || got[0].Kind != person.NoBond || got[0].Revision != 4 {
		t.Errorf("bonds %+v", got)
	}
}

func TestACorrectionDoesNotJoinTwoWhoWereToldApart(t *testing.T) {
	other, third := of(t, larger, link(largest, document)), of(t, largest)
	group := []*person.Record{other, third}
	s := tell(t, link(larger, document), unlinkOfLarger(), apart(largest))
	_, err := s.decide(group, s.wrong(3, nil))
	expectFault(t, err, fault.NotNow, "told apart on 2025-06-30 would be of one person")
	_, err = s.decide([]*person.Record{of(t, larger), third}, s.wrong(3, nil))
	expectFault(t, err, 0, "")
	// And who is one through others is not told apart by what is left.
	s = tell(t, apart(larger), link(larger, document), link(largest, document))
	_, err = s.decide(group, s.wrong(3, nil))
	expectFault(t, err, fault.NotNow, "would be of one person")
	_, err = s.decide(group, s.wrong(3, nil), s.wrong(4, nil))
	expectFault(t, err, 0, "")
}

func TestACorrectionOfNothingStopsTheFold(t *testing.T) {
	void := &eventv1.Fact{Fact: &eventv1.Fact_FactVoided{FactVoided: &eventv1.FactVoided{CommandId: registerID}}}
	_, err := person.Evolve(nil, 1, commitOf(changeID, void))
	if !errors.Is(err, person.ErrNeedsHistory) {
		t.Errorf("answered %v", err)
	}
	at := func(facts ...*eventv1.Fact) (out []correction.Recorded) {
		for i, f := range facts {
			out = append(out, correction.Recorded{At: uint64(i + 1), Commit: commitOf([]string{registerID, changeID}[i], f)})
		}
		return out
	}
	for name, tt := range map[string]struct {
		history []correction.Recorded
		says    string
	}{
		"nothing at all":      {nil, "begins with a registration"},
		"nothing before":      {at(void), "not recorded before"},
		"a void registration": {at(registration(), void), "begins with a registration"},
		"a fact of a case": {slices.Concat(at(registration(), &eventv1.Fact{Fact: &eventv1.Fact_FactAmended{
			FactAmended: &eventv1.FactAmended{CommandId: registerID, Replacement: &eventv1.Fact{Fact: &eventv1.Fact_Signalled{}}},
		}})), "no fact of type"},
	} {
		if got, err := person.Refold(tt.history); err == nil || got != nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v, %v; want an error that says %q", name, got, err, tt.says)
		}
	}
}
