package casework

import (
	"percorsi/internal/fact"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Choice is how somebody who met a clash settles it.
type Choice struct {
	Kind eventv1.ChoiceKind
	// Seen is the revision of the part before the clash.
	Seen Revision
	// Reason is sealed already; nil where no word was given.
	Reason *eventv1.Text
}

// clashSettled is the rule of a choice. It lies beside the part it is about, so
// that it clashes with nothing, and it changes nothing: what was chosen is the
// fact after it, or the one that stayed.
func clashSettled(f *eventv1.ClashSettled) rule {
	return rule{
		part: partOf("choices", f.GetPart()), adds: true, about: f.GetPart(),
		check: func(*Case, when) error {
			return notNow("a choice is recorded with the command that it is about: send that command again with choice")
		},
		apply: func(*Case, when) {},
	}
}

// settle gives the fact of a choice that answers a clash on a part, made by a
// command that wanted to record a fact.
func (cmd Command) settle(r rule) (*eventv1.Fact, error) {
	switch {
	case r.opens || r.adds:
		return nil, fault.Field("command.choice", "belongs to an answer to a clash, and this fact never clashes: leave choice out and give revision 0")
	case cmd.Choice.Kind == 0:
		return nil, fault.Field("command.choice.kind", "is missing: say whose version counts")
	case cmd.Choice.Seen >= cmd.Revision:
		return nil, fault.Field("command.choice.seen_revision", "is not older than revision: give what the clash names as seen_revision and current_revision")
	case cmd.Choice.Reason == nil:
		return nil, fault.Field("command.choice.reason", "has no words: the colleague whose version it is about reads why")
	}
	return &eventv1.Fact{
		OccurredOn: cmd.Fact.GetOccurredOn(),
		Fact: &eventv1.Fact_ClashSettled{ClashSettled: &eventv1.ClashSettled{
			Part: string(r.part), Seen: int64(cmd.Choice.Seen), Theirs: int64(cmd.Revision),
			Choice: cmd.Choice.Kind, Fact: fact.Name(cmd.Fact), Reason: cmd.Choice.Reason,
		}},
	}, nil
}

// chosen gives the fact of the command's choice, nil where it makes none. Where
// theirs is kept only that it is still the newest is asked: what the command
// wanted to record need not be possible any more.
func (cmd Command) chosen(c *Case, r rule) (*eventv1.Fact, error) {
	if cmd.Choice == nil {
		return nil, nil
	}
	settled, err := cmd.settle(r)
	if err != nil {
		return nil, err
	}
	return settled, unchanged(c, r, cmd.Revision)
}
