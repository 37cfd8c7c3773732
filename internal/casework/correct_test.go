package casework_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/casework"
	"percorsi/internal/correction"
	"percorsi/internal/fact"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// record is a case with its commits.
type record struct {
	t       *testing.T
	c       *casework.Case
	history []correction.Recorded
}

// recordOf records facts one after the other, each by Decide and as a command of
// its own; the nth is of the command n.
func recordOf(t *testing.T, facts ...*eventv1.Fact) *record {
	t.Helper()
	r := &record{t: t}
	for i, f := range facts {
		cmd := casework.Command{ID: command(byte(i)).ID, Fact: f, User: anna}
		if made := madeBy(f); made != "" {
			f = proto.CloneOf(f)
			clearMade(f)
			cmd.Fact = f
		}
		part, err := cmd.Part()
		if err != nil {
			t.Fatal(err)
		}
		if r.c != nil {
			cmd.Revision = r.c.Revision(part)
		}
		decided, err := casework.Decide(r.c, cmd, now)
		if err != nil {
			t.Fatalf("given %s on %s: %v", fact.Name(f), f.GetOccurredOn(), err)
		}
		r.add(commitOf(cmd, decided...))
	}
	return r
}

func clearMade(f *eventv1.Fact) {
	if g := f.GetGoalSet(); g != nil {
		g.GoalId = ""
	}
	if p := f.GetProjectDrafted(); p != nil {
		p.ProjectId = ""
	}
}

func (r *record) add(c *eventv1.Commit) {
	r.t.Helper()
	c.RecordedAt = timestamppb.New(now)
	at := casework.Position(len(r.history) + 1)
	r.history = append(r.history, correction.Recorded{At: uint64(at), Commit: c})
	next, err := casework.Evolve(r.c, at, c)
	if errors.Is(err, casework.ErrNeedsHistory) {
		next, err = casework.Refold(r.history)
	}
	if err != nil {
		r.t.Fatal(err)
	}
	r.c = next
}

// asked is a correction of what the nth command recorded, by who has seen the
// newest revision; a nil replacement voids.
func (r *record) asked(n byte, with *eventv1.Fact) casework.AskedCorrection {
	r.t.Helper()
	of := correction.Ref{Command: command(n).ID}
	l, err := correction.Read(r.history)
	if err != nil {
		r.t.Fatal(err)
	}
	a := casework.AskedCorrection{Of: of, Replacement: with, Reason: eventv1.CorrectionReason_CORRECTION_REASON_TYPING_ERROR}
	if e := l.Find(of); e != nil {
		part, err := casework.PartOf(e.Root().Fact)
		if err != nil {
			r.t.Fatal(err)
		}
		a.Revision = r.c.Revision(part)
	}
	return a
}

// correct decides corrections, and folds what follows.
func (r *record) correct(n byte, asked ...casework.AskedCorrection) error {
	r.t.Helper()
	cmd := casework.CorrectionCommand{ID: command(n).ID, On: "2026-12-31", User: bruno, Asked: asked}
	facts, err := casework.DecideCorrections(r.c, r.history, cmd, now)
	if err == nil {
		r.add(commitOf(casework.Command{ID: cmd.ID, User: bruno}, facts...))
	}
	return err
}

// The history that the corrections of the tests are made on.
func summonedTwice() []*eventv1.Fact {
	return []*eventv1.Fact{
		generale()[0],
		on("2025-02-10", &eventv1.Summoned{Channel: eventv1.Channel_CHANNEL_LETTER, MeetingOn: "2025-02-20"}),
		on("2025-02-20", &eventv1.SummonsMissed{}),
		on("2025-02-21", &eventv1.FirstMeetingHeld{Mode: eventv1.MeetingMode_MEETING_MODE_SUMMONED}),
		on("2025-02-25", &eventv1.TakenInCharge{}),
		on("2025-03-01", &eventv1.ProjectDrafted{Measure: eventv1.Measure_MEASURE_HOUSING, StartsOn: "2025-03-01"}),
		on("2025-03-02", &eventv1.GoalSet{ProjectId: command(5).ID.String(), General: true}),
	}
}

func TestACorrectionThatIsRight(t *testing.T) {
	goal := command(6).ID.String()
	for _, tt := range []struct {
		name    string
		correct func(r *record) error
		show    func(c *casework.Case) any
		want    any
	}{
		{"the day of a meeting moves", func(r *record) error {
			return r.correct(20, r.asked(3, on("2025-02-23", &eventv1.FirstMeetingHeld{Mode: eventv1.MeetingMode_MEETING_MODE_SUMMONED})))
		}, func(c *casework.Case) any { return c.FirstMeetingOn }, day("2025-02-23")},
		{"what was made keeps its id, which may be left out", func(r *record) error {
			return r.correct(20, r.asked(6, on("2025-03-05", &eventv1.GoalSet{ProjectId: command(5).ID.String(), General: true, DueOn: "2025-06-01"})))
		}, func(c *casework.Case) any {
			return c.Projects[0].Goals[0].ID + " " + c.Projects[0].Goals[0].DueOn.String()
		}, goal + " 2025-06-01"},
		{
			"what was made is not there any more", func(r *record) error { return r.correct(20, r.asked(6, nil)) },
			func(c *casework.Case) any { return len(c.Projects[0].Goals) }, 0,
		},
		{"a fact and all that stood on it go together", func(r *record) error {
			return r.correct(20, r.asked(1, nil), r.asked(2, nil), r.asked(3, on("2025-02-21", &eventv1.FirstMeetingHeld{
				Mode: eventv1.MeetingMode_MEETING_MODE_SPONTANEOUS,
			})))
		}, func(c *casework.Case) any { return c.SummonedOn == 0 && c.FirstMeetingOn == day("2025-02-21") }, true},
		{"a void is voided: the fact is back", func(r *record) error {
			if err := r.correct(20, r.asked(6, nil)); err != nil {
				return err
			}
			return r.correct(21, r.asked(20, nil))
		}, func(c *casework.Case) any { return len(c.Projects[0].Goals) }, 1},
		{"a fact may be amended again", func(r *record) error {
			meeting := func(day string) *eventv1.Fact {
				return on(day, &eventv1.FirstMeetingHeld{Mode: eventv1.MeetingMode_MEETING_MODE_SUMMONED})
			}
			if err := r.correct(20, r.asked(3, meeting("2025-02-23"))); err != nil {
				return err
			}
			return r.correct(21, r.asked(3, meeting("2025-02-22")))
		}, func(c *casework.Case) any { return c.FirstMeetingOn }, day("2025-02-22")},
		{"a case that was entered in error is void as a whole", func(r *record) error {
			return r.correct(20, r.asked(0, nil), r.asked(1, nil), r.asked(2, nil), r.asked(3, nil), r.asked(4, nil), r.asked(5, nil), r.asked(6, nil))
		}, func(c *casework.Case) any { return fmt.Sprint(c.Status, " ", c.Stage(), " ", c.Person != "") }, fmt.Sprint(casework.Voided, " VOIDED true")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := recordOf(t, summonedTwice()...)
			if err := tt.correct(r); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, tt.show(r.c)); diff != "" {
				t.Errorf("the case shows (-want +got):\n%s", diff)
			}
		})
	}
}

func TestACorrectionThatIsRefused(t *testing.T) {
	meeting := on("2025-02-23", &eventv1.FirstMeetingHeld{Mode: eventv1.MeetingMode_MEETING_MODE_SUMMONED})
	for _, tt := range []struct {
		name    string
		correct func(r *record) error
		kind    fault.Kind
		field   string
		says    string
	}{
		{"a fact that is not in the case", func(r *record) error { return r.correct(20, r.asked(99, nil)) }, fault.Invalid, "corrections[0].command_id", ""},
		{"the same fact twice", func(r *record) error { return r.correct(20, r.asked(6, nil), r.asked(6, nil)) }, fault.Invalid, "corrections[1].command_id", ""},
		{"a fact of another kind", func(r *record) error {
			return r.correct(20, r.asked(3, on("2025-02-23", &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE})))
		}, fault.Invalid, "corrections[0].amend.fact", ""},
		{"another goal in the place of the goal", func(r *record) error {
			return r.correct(20, r.asked(6, on("2025-03-02", &eventv1.GoalSet{GoalId: id("another"), ProjectId: command(5).ID.String()})))
		}, fault.Invalid, "corrections[0].amend.fact", ""},
		{"another person in the place of the person", func(r *record) error {
			f := proto.CloneOf(generale()[0])
			f.GetSignalled().PersonId = id("somebody else")
			return r.correct(20, r.asked(0, f))
		}, fault.NotNow, "", "void the case"},
		{"what the fact says already", func(r *record) error {
			return r.correct(20, r.asked(3, r.history[3].Commit.GetFacts()[0]))
		}, fault.Invalid, "corrections[0].amend", ""},
		{"a day to come", func(r *record) error {
			return r.correct(20, r.asked(3, on("2027-01-01", &eventv1.FirstMeetingHeld{Mode: eventv1.MeetingMode_MEETING_MODE_SUMMONED})))
		}, fault.Invalid, "corrections[0].amend.occurred_on", ""},
		{"no day", func(r *record) error {
			return r.correct(20, r.asked(3, on("", &eventv1.FirstMeetingHeld{Mode: eventv1.MeetingMode_MEETING_MODE_SUMMONED})))
		}, fault.Invalid, "corrections[0].amend.occurred_on", ""},
		{"a day before the case began", func(r *record) error {
			return r.correct(20, r.asked(3, on("2024-01-01", &eventv1.FirstMeetingHeld{Mode: eventv1.MeetingMode_MEETING_MODE_SUMMONED})))
		}, fault.Invalid, "corrections[0].amend.occurred_on", ""},
		{"a meeting on a summons that was not there yet", func(r *record) error {
			return r.correct(20, r.asked(3, on("2025-02-09", &eventv1.FirstMeetingHeld{Mode: eventv1.MeetingMode_MEETING_MODE_SUMMONED})))
		}, fault.Invalid, "corrections[0].amend.fact.mode", ""},
		{
			"a summons away under what stands on it", func(r *record) error { return r.correct(20, r.asked(1, nil)) },
			fault.NotNow, "", "(summons_missed of 2025-02-20 at position 3, first_meeting_held of 2025-02-21 at position 4)",
		},
		{"a summons later than what stands on it", func(r *record) error {
			return r.correct(20, r.asked(1, on("2025-02-21", &eventv1.Summoned{Channel: eventv1.Channel_CHANNEL_LETTER, MeetingOn: "2025-02-22"})))
		}, fault.NotNow, "", "(summons_missed of 2025-02-20 at position 3)"},
		{"an opening under a whole case", func(r *record) error { return r.correct(20, r.asked(0, nil)) }, fault.NotNow, "", "summoned of 2025-02-10"},
		{"an amendment of an amendment", func(r *record) error {
			if err := r.correct(20, r.asked(3, meeting)); err != nil {
				return err
			}
			return r.correct(21, r.asked(20, meeting))
		}, fault.Invalid, "corrections[0].amend", ""},
		{"a fact that is void", func(r *record) error {
			if err := r.correct(20, r.asked(6, nil)); err != nil {
				return err
			}
			return r.correct(21, r.asked(6, on("2025-03-05", &eventv1.GoalSet{ProjectId: command(5).ID.String()})))
		}, fault.NotNow, "", "void that one first"},
		{"a void of what is void", func(r *record) error {
			if err := r.correct(20, r.asked(6, nil)); err != nil {
				return err
			}
			return r.correct(21, r.asked(6, nil))
		}, fault.NotNow, "", "voided already"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.correct(recordOf(t, summonedTwice()...))
			refused(t, err, tt.kind, tt.field)
			if !strings.Contains(err.Error(), tt.says) {
				t.Errorf("it says %q, not %q", err, tt.says)
			}
		})
	}
}

func TestACorrectionOfWhatSomebodyElseChangedIsAClash(t *testing.T) {
	r := recordOf(t, summonedTwice()...)
	stale := r.asked(6, nil)
	stale.Revision--
	clash, ok := errors.AsType[*casework.Clash](r.correct(20, stale))
	if !ok || clash.Current != 7 || clash.Seen != 6 {
		t.Errorf("got %v, want a clash of revision 6 with 7", clash)
	}
}

func TestOnAVoidCaseNothingIsRecordedUntilItIsBack(t *testing.T) {
	r := recordOf(t, generale()[0])
	if err := r.correct(20, r.asked(0, nil)); err != nil {
		t.Fatal(err)
	}
	cmd := casework.Command{ID: command(21).ID, Fact: on("2025-03-01", &eventv1.ContactAttempted{Channel: eventv1.Channel_CHANNEL_PHONE})}
	_, err := casework.Decide(r.c, cmd, now)
	refused(t, err, fault.NotNow, "")
	if clocks := casework.Running([]casework.ClockRule{{Name: "X", Start: nil, From: casework.CaseDayPadSigned}}, r.c); clocks != nil {
		t.Errorf("clocks %v run on a case that is void", clocks)
	}
	if err := r.correct(22, r.asked(20, nil)); err != nil {
		t.Fatal(err)
	}
	want := recordOf(t, generale()[0]).c
	if diff := cmp.Diff(want, r.c, cmpopts.IgnoreFields(casework.Case{}, "Commands", "Last", "Corrections", "Parts"), protocmp.Transform()); diff != "" {
		t.Errorf("brought back (-want +got):\n%s", diff)
	}
}

func TestAnOldMistakeIsNoReasonToRefuseACorrection(t *testing.T) {
	r := recordOf(t, summonedTwice()...)
	r.add(commitOf(command(10), on("2020-01-01", &eventv1.TakenInCharge{}))) // as an older program might have let it pass
	if err := r.correct(20, r.asked(6, nil)); err != nil {
		t.Errorf("refused: %v", err)
	}
}

func TestACorrectionSeesTheHistoryAsItWasRecorded(t *testing.T) {
	r := recordOf(t, generale()[0])
	late := commitOf(command(1), on("2025-02-10", &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need_NEED_HOUSING}}))
	r.add(late)
	late.RecordedAt = timestamppb.New(time.Date(2025, 2, 10, 8, 0, 0, 0, time.UTC))
	if err := r.correct(20, r.asked(1, on("2025-05-10", &eventv1.NeedsRecorded{Needs: []eventv1.Need{eventv1.Need_NEED_HOUSING}}))); err != nil {
		t.Errorf("a day after the first recording is refused, although it is past by now: %v", err)
	}
}
