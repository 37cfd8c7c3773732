package sample_test

import (
	"context"
	"crypto/sha256"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"percorsi/internal/access"
	"percorsi/internal/casework"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	correctionv1 "percorsi/internal/gen/percorsi/correction/v1"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
	"percorsi/internal/sample"
)

// day reads a day of a test.
func day(t *testing.T, s string) casework.Day {
	t.Helper()
	d, err := casework.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// play plays a district against an office, up to the office's today unless
// another last day is given.
func play(t *testing.T, o *office, cfg sample.Config) sample.Summary {
	t.Helper()
	cfg.Conn, cfg.Token = o, token
	if cfg.To == 0 {
		cfg.To = casework.DayOf(o.now)
	}
	sum, err := sample.Play(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	sum.Seconds = 0
	return sum
}

// content gives what each command says, without the revisions: these depend on
// the order in which stories met the log.
func (o *office) content(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, e := range o.log {
		data, err := proto.MarshalOptions{Deterministic: true}.Marshal(withoutRevision(e.request))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(append([]byte(e.method+e.by.User), data...))
		out[e.command] = string(sum[:])
	}
	return out
}

func withoutRevision(request proto.Message) proto.Message {
	m := proto.Clone(request).ProtoReflect()
	if r, ok := m.Interface().(interface{ GetCommand() *casefilev1.Command }); ok {
		r.GetCommand().Revision = 0
		if choice := r.GetCommand().GetChoice(); choice != nil {
			choice.SeenRevision = 0
		}
	}
	if r, ok := m.Interface().(*correctionv1.CorrectRequest); ok {
		for _, one := range r.GetCorrections() {
			one.Revision = 0
		}
	}
	if r, ok := m.Interface().(*indicatorv1.CorrectPlanRecordsRequest); ok {
		for _, one := range r.GetCorrections() {
			one.Seen = 0
		}
	}
	if r, ok := m.Interface().(*personv1.CorrectPersonRecordsRequest); ok {
		for _, one := range r.GetCorrections() {
			one.Seen = 0
		}
	}
	if field := m.Descriptor().Fields().ByName("revision"); field != nil {
		m.Set(field, protoreflect.ValueOfUint64(0))
	}
	return m.Interface()
}

func TestTheRulesAcceptEveryCommandWhateverTheSeed(t *testing.T) {
	for seed := range uint64(3) {
		o := openOffice(t)
		sum := play(t, o, sample.Config{Seed: seed, Cases: 150})
		if sum.Commands != len(o.log) {
			t.Errorf("seed %d: %d commands were counted, %d recorded", seed, sum.Commands, len(o.log))
		}
	}
}

func TestTheSameSeedGivesTheSameFactsHoweverManyStoriesPlayAtATime(t *testing.T) {
	alone, together := openOffice(t), openOffice(t)
	first := play(t, alone, sample.Config{Seed: 11, Cases: 150, Parallel: 1})
	second := play(t, together, sample.Config{Seed: 11, Cases: 150, Parallel: 16})
	if diff := cmp.Diff(first, second); diff != "" {
		t.Error(diff)
	}
	if !maps.Equal(alone.content(t), together.content(t)) {
		t.Error("the commands are not the same")
	}
}

func TestAnotherSeedGivesOtherFacts(t *testing.T) {
	one, other := openOffice(t), openOffice(t)
	play(t, one, sample.Config{Seed: 1, Cases: 60})
	play(t, other, sample.Config{Seed: 2, Cases: 60})
	mine, theirs := one.content(t), other.content(t)
	for id := range mine {
		if _, both := theirs[id]; both {
			t.Fatalf("command %s is in both districts", id)
		}
	}
}

func TestPlayedAgainItChangesNothing(t *testing.T) {
	o := openOffice(t)
	cfg := sample.Config{Seed: 5, Cases: 150}
	first, position := play(t, o, cfg), o.last
	second := play(t, o, cfg)
	if o.last != position {
		t.Errorf("the log went on from %d to %d", position, o.last)
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Error(diff)
	}
}

func TestALaterLastDayOnlyAddsWhatHappenedSince(t *testing.T) {
	o := openOffice(t)
	cfg := sample.Config{Seed: 3, From: day(t, "2026-09-01"), To: day(t, "2026-09-14")}
	early := play(t, o, cfg)
	before := o.content(t)
	cfg.To = day(t, "2026-09-25")
	late := play(t, o, cfg)
	after := o.content(t)
	for id, said := range before {
		if after[id] != said {
			t.Fatalf("command %s changed", id)
		}
	}
	if late.Commands <= early.Commands || len(after) != late.Commands {
		t.Errorf("%d commands by the first day, %d by the later one, %d recorded", early.Commands, late.Commands, len(after))
	}
}

func TestNothingHappensAfterTheLastDay(t *testing.T) {
	o := openOffice(t)
	play(t, o, sample.Config{Seed: 8, Cases: 120, To: day(t, "2025-10-31")})
	for _, e := range o.log {
		if e.on > "2025-10-31" {
			t.Fatalf("%s happened on %s", e.method, e.on)
		}
	}
}

func TestProgressCountsEveryStory(t *testing.T) {
	var seen, last int
	play(t, openOffice(t), sample.Config{Seed: 1, Cases: 60, Progress: func(done, total int) {
		if seen++; done != seen {
			t.Errorf("story %d is told as %d", seen, done)
		}
		last = total
	}})
	if seen == 0 || seen != last {
		t.Errorf("%d stories were told of %d", seen, last)
	}
}

// strict is an office that refuses one method.
type strict struct {
	*office
	refuses string
}

func (s strict) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	if strings.HasSuffix(method, s.refuses) {
		return status.Error(codes.FailedPrecondition, "not today")
	}
	return s.office.Invoke(ctx, method, args, reply, opts...)
}

func TestARefusedCommandEndsThePlayAndIsNamed(t *testing.T) {
	_, err := sample.Play(t.Context(), sample.Config{
		Conn: strict{openOffice(t), "/HoldFirstMeeting"}, Token: token, Cases: 60, To: day(t, today),
	})
	if status.Code(err) != codes.FailedPrecondition {
		t.Fatalf("got %v, want the status of the refusal", err)
	}
	for _, part := range []string{"story ", "first_meeting_held", "/percorsi.intake.v1.IntakeService/HoldFirstMeeting", "case-manager", "not today"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
}

func TestAMissingPlanEndsThePlay(t *testing.T) {
	_, err := sample.Play(t.Context(), sample.Config{
		Conn: strict{openOffice(t), "/GetPlan"}, Token: token, Cases: 60, To: day(t, today),
	})
	if err == nil || !strings.Contains(err.Error(), "read the plan") {
		t.Errorf("got %v", err)
	}
}

func TestAConfigThatCannotBePlayedIsRefused(t *testing.T) {
	o, to := openOffice(t), day(t, today)
	for name, cfg := range map[string]sample.Config{
		"no connection":       {Token: token, To: to},
		"no tokens":           {Conn: o, To: to},
		"no last day":         {Conn: o, Token: token},
		"ends before it is":   {Conn: o, Token: token, From: to, To: to - 1},
		"fewer than no cases": {Conn: o, Token: token, To: to, Cases: -1},
		"fewer than nobody":   {Conn: o, Token: token, To: to, Parallel: -1},
	} {
		if _, err := sample.Play(t.Context(), cfg); err == nil {
			t.Errorf("%s: it was played", name)
		}
	}
	if len(o.log) != 0 {
		t.Errorf("%d commands were recorded", len(o.log))
	}
}

func TestAnOperatorWithoutATokenEndsThePlay(t *testing.T) {
	_, err := sample.Play(t.Context(), sample.Config{
		Conn: openOffice(t), To: day(t, today), Cases: 60,
		Token: func(c access.Caller) (string, error) {
			if c.Role == access.Coordinator {
				return "", status.Error(codes.Unauthenticated, "no key")
			}
			return token(c)
		},
	})
	if err == nil || !strings.Contains(err.Error(), "no key") {
		t.Errorf("got %v", err)
	}
}

func TestACancelledPlayEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := sample.Play(ctx, sample.Config{
		Conn: openOffice(t), Token: token, Cases: 60, To: day(t, today),
		Progress: func(done, _ int) {
			if done == 5 {
				cancel()
			}
		},
	})
	if err == nil {
		t.Error("it was played to the end")
	}
}
