package casetest

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"percorsi/internal/casework"
	"percorsi/internal/fact"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Dice is where chance comes from, such as *rand.Rand. IntN gives 0 to n-1.
type Dice interface {
	IntN(n int) int
}

// Teller proposes commands on one case, one after the other, as people who work
// with it might. Not all of them are right: the domain accepts some.
type Teller struct {
	dice      Dice
	seed      uint64
	made      uint32
	now       time.Time
	household []uuid.UUID
}

// NewTeller makes a teller of one case. Tellers of different seeds make
// different ids.
func NewTeller(dice Dice, seed uint64, start time.Time) *Teller {
	t := &Teller{dice: dice, seed: seed, now: start}
	for range 1 + dice.IntN(4) {
		t.household = append(t.household, t.id())
	}
	return t
}

// Now gives the moment of the last command.
func (t *Teller) Now() time.Time { return t.now }

// Open gives a command that opens a case.
func (t *Teller) Open(pathway eventv1.Pathway) casework.Command {
	s := &scene{Dice: t.dice, now: t.now, on: casework.DayOf(t.now), household: t.household}
	msg := s.signalled(pathway)
	if pathway == eventv1.Pathway_PATHWAY_ADI {
		msg = s.applied()
	}
	return t.command(s, msg)
}

// Propose lets up to twelve days pass and gives a command on an open or ended
// case.
func (t *Teller) Propose(c *casework.Case) casework.Command {
	t.now = t.now.Add(time.Duration(t.dice.IntN(12*24*60)) * time.Minute)
	s := &scene{Dice: t.dice, c: c, now: t.now, on: casework.DayOf(t.now), household: t.household}
	s.on = max(s.on-s.delay(), c.OpenedOn)
	for {
		msg := s.proposal()
		if msg == nil {
			continue // nothing in the case to say this of
		}
		cmd := t.command(s, msg)
		if part, err := cmd.Part(); err == nil {
			cmd.Revision = c.Revision(part)
			cmd.Choice = s.choice(cmd.Revision)
		}
		return cmd
	}
}

func (t *Teller) command(s *scene, msg proto.Message) casework.Command {
	f, err := fact.Wrap(msg, s.on.String())
	if err != nil {
		panic(err)
	}
	return casework.Command{ID: t.id(), Fact: f, User: pick(s, users)}
}

// Commit gives the commit that an accepted command leaves in the log; c is the
// case before it.
func (t *Teller) Commit(c *casework.Case, cmd casework.Command, facts []*eventv1.Fact) *eventv1.Commit {
	id := cmd.ID
	if c != nil {
		id = c.ID
	}
	digest := [16]byte(cmd.ID)
	return &eventv1.Commit{
		CommitId:      t.id().String(),
		CommandId:     cmd.ID.String(),
		CommandDigest: digest[:],
		Stream:        fmt.Sprintf("case.%s", id),
		RecordedAt:    timestamppb.New(t.now),
		Actor:         &eventv1.Actor{User: cmd.User, Role: "case-manager", Body: "COMUNE-LODI"},
		Facts:         facts,
	}
}

// id makes an id in the form of a UUIDv7 out of the moment, the seed and a
// count, so that the same story has the same ids.
func (t *Teller) id() uuid.UUID {
	t.made++
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], uint64(t.now.UnixMilli())<<16|uint64(t.made&0xfff)|0x7000)
	binary.BigEndian.PutUint64(id[8:], (t.seed*0x9e3779b97f4a7c15)>>2|1<<63)
	return id
}
