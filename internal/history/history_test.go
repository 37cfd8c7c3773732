package history_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/casework"
	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/memlog"
	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/history"
	"percorsi/internal/privacy"
)

// story is one case in a log, with the words of its facts sealed.
type story struct {
	t      *testing.T
	log    *memlog.Log
	vault  *privacy.Vault
	person string
	c      *casework.Case
	stream eventlog.Stream
}

func newStory(t *testing.T) *story {
	t.Helper()
	vault, err := privacy.OpenVault(t.TempDir() + "/keys")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = vault.Close() })
	s := &story{t: t, log: memlog.New(time.Now), vault: vault, person: uuid.NewString()}
	if err := vault.CreateKey(s.person); err != nil {
		t.Fatal(err)
	}
	s.tell("op-1", &eventv1.Signalled{
		PersonId: s.person, Pathway: eventv1.Pathway_PATHWAY_GENERALE, Area: eventv1.Area_AREA_HOUSING,
		Service: eventv1.Service_SERVICE_HOUSING_AGENCY, Comune: "098031", ManagingBody: "ACSI",
		SignalledByKind: eventv1.BodyKind_BODY_KIND_CITIZEN,
	})
	return s
}

// tell records a fact by somebody.
func (s *story) tell(user string, content proto.Message) {
	s.t.Helper()
	f, err := fact.Wrap(content, "2025-03-31")
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.vault.SealTexts(f, s.person); err != nil {
		s.t.Fatal(err)
	}
	command := uuid.New()
	last := casework.Position(0)
	if s.c == nil {
		s.stream = eventlog.Stream("case." + command.String())
	} else {
		last = s.c.Last
	}
	commit := &eventv1.Commit{
		CommitId: uuid.NewString(), CommandId: command.String(), CommandDigest: make([]byte, 16), Stream: string(s.stream),
		RecordedAt: timestamppb.New(time.Date(2025, 4, 1, 8, 0, 0, 0, time.UTC)),
		Actor:      &eventv1.Actor{User: user, Role: "case-manager", Body: "ACSI"}, Facts: []*eventv1.Fact{f},
	}
	data, err := fact.Encode(commit)
	if err != nil {
		s.t.Fatal(err)
	}
	at, err := s.log.Append(s.t.Context(), eventlog.Entry{Stream: s.stream, Expect: eventlog.ExpectLast(eventlog.Position(last)), Data: data})
	if err != nil {
		s.t.Fatal(err)
	}
	if s.c, err = casework.Evolve(s.c, casework.Position(at), commit); err != nil {
		s.t.Fatal(err)
	}
}

func note(words string) *eventv1.Text { return &eventv1.Text{Form: &eventv1.Text_Plain{Plain: words}} }

// shown gives each fact of the history as type, who recorded it, and its note.
func (s *story) shown(after casework.Position, words bool) []string {
	s.t.Helper()
	var out []string
	for e, err := range history.NewReader(s.log, s.vault).Of(s.t.Context(), s.c, after, words) {
		if err != nil {
			s.t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%d %s by %s: %s", e.GetPosition(), e.GetType(), e.GetUser(), e.GetData().GetFields()["note"].GetStringValue()))
	}
	return out
}

func TestAHistoryTellsEveryFactInOrderWithItsWordsForWhoMayReadThem(t *testing.T) {
	s := newStory(t)
	s.tell("op-2", &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE, Reached: true, Note: note("richiama domani")})
	for _, tt := range []struct {
		name  string
		after casework.Position
		words bool
		want  []string
	}{
		{"with words", 0, true, []string{"1 signalled by op-1: ", "2 contact_attempted by op-2: richiama domani"}},
		{"without words", 0, false, []string{"1 signalled by op-1: ", "2 contact_attempted by op-2: "}},
		{"after a position", 1, true, []string{"2 contact_attempted by op-2: richiama domani"}},
		{"after the end", 2, true, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := s.shown(tt.after, tt.words); fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("shown %q, want %q", got, tt.want)
			}
		})
	}
}

func TestTheHistoryOfAPartLeavesOutTheOthersAndKeepsTheNewest(t *testing.T) {
	s := newStory(t)
	for range 3 {
		s.tell("op-2", &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE})
	}
	s.tell("op-3", &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need_NEED_HOUSING}})
	entries, err := history.NewReader(s.log, s.vault).On(t.Context(), s.c, casework.PartContacts, 1, 2, false)
	if err != nil {
		t.Fatal(err)
	}
	var at []uint64
	for _, e := range entries {
		at = append(at, e.GetPosition())
	}
	if want := []uint64{3, 4}; fmt.Sprint(at) != fmt.Sprint(want) {
		t.Errorf("positions %v, want the two newest of the part, %v", at, want)
	}
}

func TestWhatTwoPeopleStartedFromIsTheNewestOfItsTypeThatBothSaw(t *testing.T) {
	s := newStory(t)
	s.tell("op-2", &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need_NEED_HOUSING}})         // 2
	s.tell("op-2", &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE})                // 3
	s.tell("op-2", &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need_NEED_HEALTH}})          // 4
	s.tell("op-3", &eventv1.EligibilityAssessed{Eligible: true, Note: note("ha diritto di sicuro")}) // 5
	s.tell("op-3", &eventv1.TakenInCharge{})                                                         // 6
	r := history.NewReader(s.log, s.vault)
	for _, tt := range []struct {
		part casework.Part
		kind string
		seen casework.Revision
		want uint64
	}{
		{casework.PartNeeds, "needs_recorded", 4, 4},
		{casework.PartNeeds, "needs_recorded", 3, 2},
		{casework.PartNeeds, "needs_recorded", 0, 0},
		{casework.PartIntake, "eligibility_assessed", 6, 5},
		{casework.PartIntake, "taken_in_charge", 5, 0},
		{casework.PartIntake, "needs_recorded", 6, 0}, // that is another part
	} {
		e, err := r.Before(t.Context(), s.c, tt.part, tt.kind, tt.seen, false)
		if err != nil || e.GetPosition() != tt.want {
			t.Errorf("%s of %s up to %d: position %d, %v; want %d", tt.kind, tt.part, tt.seen, e.GetPosition(), err, tt.want)
		}
		if e.GetData().GetFields()["note"] != nil {
			t.Errorf("%s shows words to who may not read them", tt.kind)
		}
	}
}
