package person

import (
	"slices"

	"percorsi/internal/correction"
	"percorsi/internal/fault"
)

// consistent says that nothing that was said of two became impossible.
func consistent(before, after []correction.Recorded, cmd correction.Command) error {
	was, err := impossible(before)
	if err != nil {
		return err
	}
	is, err := impossible(after)
	if err != nil {
		return err
	}
	return correction.Orphaned(was, is, func(of correction.Ref) int {
		return slices.IndexFunc(cmd.Asked, func(a correction.Asked) bool { return a.Of == of && a.Replacement != nil })
	}, "what was said of these two later")
}

// impossible gives what was said of two, stands, and does not follow from what
// stands before it.
func impossible(history []correction.Recorded) ([]correction.Orphan, error) {
	l, err := correction.Read(history)
	if err != nil {
		return nil, err
	}
	var out []correction.Orphan
	bonds := make(map[string]Bond)
	for e := range l.All() {
		b, ok := bondIn(e.Fact)
		if !ok || !e.Stands() {
			continue
		}
		if err := follows(bonds[b.Other], b); err != nil {
			out = append(out, correction.Orphan{Entry: e, Why: err})
		}
		bonds[b.Other] = b
	}
	return out, nil
}

// follows tells why something cannot be said of two of whom something else was
// said last; nil if it can.
func follows(before, next Bond) error {
	switch next.Kind {
	case Linked:
		return mayLink(before, next, nil)
	case Unlinked:
		return mayUnlink(before, next)
	case ToldApart:
		return mayTellApart(before, nil, nil)
	case NoBond:
	}
	return nil
}

// oneOrTwo says that no two who were told apart are of one group after a
// correction, besides those who are so already. others has everybody of the
// groups.
func oneOrTwo(before, after *Record, others []*Record) error {
	known := conflicts(before, others)
	for pair, on := range conflicts(after, others) {
		if _, ok := known[pair]; !ok {
			return fault.New(fault.NotNow, "two who were told apart on %s would be of one person then: look at those first", on)
		}
	}
	return nil
}

// conflicts gives everybody in the group of a person who was told apart from
// another one in it, two by two, with the day.
func conflicts(r *Record, others []*Record) map[[2]string]string {
	records := map[string]*Record{r.ID: r}
	for _, o := range others {
		if o.ID != r.ID {
			records[o.ID] = o
		}
	}
	var groups Groups
	for _, o := range records {
		groups.Put(o)
	}
	group := groups.Of(r.ID)
	out := make(map[[2]string]string)
	for i, a := range group {
		for _, b := range group[i+1:] {
			if of, ok := records[a]; ok && of.bond(b).Kind == ToldApart {
				out[[2]string{a, b}] = of.bond(b).On
			}
		}
	}
	return out
}
