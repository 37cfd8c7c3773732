package plan

import (
	"slices"
	"sync/atomic"

	"github.com/google/uuid"

	"percorsi/internal/correction"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// State is one plan, whole, as of its newest commit. It is shared freely and
// never changed; Evolve gives a new one. A nil State is a plan of which nothing
// is recorded yet.
type State struct {
	// Plan is the version published last.
	Plan *eventv1.Plan
	// PublishedAt is the position of the commit that published it.
	PublishedAt uint64
	// Activities is every activity, in the order they were recorded.
	Activities []*Activity
	// Supplied is every supplied figure that stands. A body that supplies the
	// same figure again, for the same days, replaces what it supplied before.
	Supplied []*Supplied
	// Commands is every command that was recorded, for the life of the plan.
	Commands []Answered
	// Commits is every commit, in order: what a correction is about is found
	// here, not in the log.
	Commits []correction.Recorded
	// Last is the position of the newest commit.
	Last uint64

	room *room
}

// Activity is an activity of the plan, with the day it took place and the
// position of the commit that recorded it.
type Activity struct {
	OccurredOn string
	Position   uint64
	*eventv1.ActivityRecorded
}

// Supplied is a supplied figure, with the day it was supplied and the position
// of the commit that recorded it.
type Supplied struct {
	OccurredOn string
	Position   uint64
	*eventv1.FigureSupplied
}

// Answered remembers a command, so that a retry gets the first answer.
type Answered struct {
	ID       uuid.UUID
	Digest   [16]byte
	Position uint64
}

// Answer finds the command with this id, if the plan recorded it.
func (s *State) Answer(id uuid.UUID) (Answered, bool) {
	if s == nil {
		return Answered{}, false
	}
	for _, a := range slices.Backward(s.Commands) {
		if a.ID == id {
			return a, true
		}
	}
	return Answered{}, false
}

// Indicator finds an indicator of the plan by its id; nil where there is none.
func (s *State) Indicator(id string) *eventv1.Indicator {
	if s == nil {
		return nil
	}
	return find(s.Plan, id)
}

func find(p *eventv1.Plan, id string) *eventv1.Indicator {
	for _, i := range p.GetIndicators() {
		if i.GetIndicatorId() == id {
			return i
		}
	}
	return nil
}

// DefinitionOf gives the definition by which an indicator is counted: its own,
// or that of the indicator it is shared with; nil where there is none.
func DefinitionOf(p *eventv1.Plan, id string) *eventv1.Definition {
	i := find(p, id)
	if i.GetSharedWith() != "" {
		i = find(p, i.GetSharedWith())
	}
	return i.GetDefinition()
}

// room is shared by the states of one line. The first state that evolves takes
// the room behind its lists and appends in place, so that a fold costs what it
// adds; a state that comes second, from the same point, copies.
type room struct{ taken atomic.Uint64 }

// grow gives a copy of s whose lists may be appended to.
func (s *State) grow(at uint64) *State {
	next := *s
	if s.room != nil && s.room.taken.CompareAndSwap(s.Last, at) {
		return &next
	}
	next.Activities = slices.Clip(s.Activities)
	next.Supplied = slices.Clip(s.Supplied)
	next.Commands = slices.Clip(s.Commands)
	next.Commits = slices.Clip(s.Commits)
	next.room = &room{}
	next.room.taken.Store(at)
	return &next
}
