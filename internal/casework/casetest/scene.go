package casetest

import (
	"slices"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// scene is what a proposal is made of: chance, the case as it is, and the day
// the fact is said to have happened.
type scene struct {
	Dice
	c         *casework.Case
	now       time.Time
	on        casework.Day
	household []uuid.UUID
}

// The bodies, people and Comuni of the stories.
var (
	bodies = []string{"ACSI", "ASSC", "COMUNE-LODI", "ASST-LODI", "CPI-LODI", "COOP-A", "COOP-B", "CARITAS-LODI"}
	users  = []string{"op-001", "op-002", "op-003", "op-004", "op-005"}
	comuni = []string{"098031", "098062", "098019", "098002", "015191"}
)

// version is that of every form and scale.
const version = "2024"

func pick[T any](d Dice, list []T) T { return list[d.IntN(len(list))] }

// word gives a word of a vocabulary, never the one that says it is not given.
func word[W interface {
	~int32
	protoreflect.Enum
}](d Dice) W {
	values := W(0).Descriptor().Values()
	return W(values.Get(1 + d.IntN(values.Len()-1)).Number())
}

// often is true n times in ten.
func (s *scene) often(n int) bool { return s.IntN(10) < n }

// delay gives how many days pass until a fact is recorded: mostly none.
func (s *scene) delay() casework.Day {
	switch roll := s.IntN(10); {
	case roll < 7:
		return 0
	case roll < 9:
		return casework.Day(s.IntN(5))
	default:
		return casework.Day(s.IntN(40))
	}
}

// later gives a day some days after that of the fact.
func (s *scene) later(days int) string { return (s.on + casework.Day(s.IntN(days))).String() }

// moment gives a moment on the day of the fact, not after now.
func (s *scene) moment() *timestamppb.Timestamp {
	at := s.on.Time().Add(time.Duration(s.IntN(24*60)) * time.Minute)
	if at.After(s.now) {
		at = s.now
	}
	return timestamppb.New(at)
}

// month gives a month, written as 2025-03, up to that of the fact.
func (s *scene) month() string { return s.on.AddMonths(-s.IntN(3)).Time().Format("2006-01") }

// words gives words as they lie in the log: sealed in form, though no key opens
// them.
func (s *scene) words() *eventv1.Text {
	if s.often(5) {
		return nil
	}
	return s.said()
}

// said gives words where some must be given.
func (s *scene) said() *eventv1.Text {
	sealed := make([]byte, 1+40)
	sealed[0] = 1
	for i := 1; i < len(sealed); i += 8 {
		sealed[i] = byte(s.IntN(256))
	}
	return &eventv1.Text{Form: &eventv1.Text_Sealed{Sealed: sealed}}
}

// person gives somebody of the household, the person of the case most often.
func (s *scene) person() string {
	if s.often(5) {
		return s.household[0].String()
	}
	return pick(s, s.household).String()
}

// likely tells whether somebody would record a thing: if it makes sense, or, one
// time in twenty, although it does not.
func (s *scene) likely(sense bool) bool { return sense || s.IntN(20) == 0 }

// one gives something of a list for which it makes sense, or, one time in
// twenty, anything of it; nil where there is nothing.
func one[T any](s *scene, list []*T, sense func(*T) bool) *T {
	if s.IntN(20) != 0 {
		list = slices.DeleteFunc(slices.Clone(list), func(v *T) bool { return !sense(v) })
	}
	if len(list) == 0 {
		return nil
	}
	return pick(s, list)
}

func (s *scene) project(sense func(*casework.Project) bool) string {
	if p := one(s, s.c.Projects, sense); p != nil {
		return p.ID
	}
	return ""
}

func open(p *casework.Project) bool { return p.ConcludedOn == 0 }

func (s *scene) path(sense func(*casework.Path) bool) string {
	if p := one(s, s.c.Paths, sense); p != nil {
		return p.ID
	}
	return ""
}

func (s *scene) support(sense func(*casework.Support) bool) string {
	if p := one(s, s.c.Supports, sense); p != nil {
		return p.ID
	}
	return ""
}

func (s *scene) assessment(sense func(*casework.Assessment) bool) string {
	if a := one(s, s.c.Assessments, sense); a != nil {
		return a.ID
	}
	return ""
}

func (s *scene) meeting() string {
	planned := func(m *casework.Meeting) bool { return m.HeldOn == 0 && !m.Cancelled }
	if m := one(s, s.c.Meetings, planned); m != nil {
		return m.ID
	}
	return ""
}

// needing gives the message if the id that it names is there, else nothing.
func needing(id string, msg proto.Message) proto.Message {
	if id == "" {
		return nil
	}
	return msg
}
