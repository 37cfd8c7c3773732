package person

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"percorsi/internal/correction"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// maxOrphans bounds the facts that a refusal names.
const maxOrphans = 10

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
	is = slices.DeleteFunc(is, func(o orphan) bool {
		return slices.ContainsFunc(was, func(old orphan) bool { return old.Ref == o.Ref })
	})
	for _, o := range is {
		i := slices.IndexFunc(cmd.Asked, func(a correction.Asked) bool { return a.Of == o.Ref && a.Replacement != nil })
		if i >= 0 {
			return correction.Amending(i, o.why)
		}
	}
	if len(is) == 0 {
		return nil
	}
	return fault.New(fault.NotNow, "what was said of these two later could not have been, had this been right: correct it in the same command (%s)", listed(is))
}

func listed(orphans []orphan) string {
	var names []string
	for _, o := range orphans[:min(len(orphans), maxOrphans)] {
		names = append(names, fmt.Sprintf("%s of %s at position %d", nameOf(o.Fact), o.Fact.GetOccurredOn(), o.At))
	}
	if more := len(orphans) - maxOrphans; more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}

func nameOf(f *eventv1.Fact) string {
	var name protoreflect.Name
	m := f.ProtoReflect()
	if field := m.WhichOneof(m.Descriptor().Oneofs().Get(0)); field != nil {
		name = field.Name()
	}
	return string(name)
}

// orphan is a fact about two that could not have been recorded in its place.
type orphan struct {
	*correction.Entry

	why error
}

// impossible gives what was said of two, stands, and does not follow from what
// stands before it.
func impossible(history []correction.Recorded) ([]orphan, error) {
	l, err := correction.Read(history)
	if err != nil {
		return nil, err
	}
	var out []orphan
	bonds := make(map[string]Bond)
	for e := range l.All() {
		b, ok := bondIn(e.Fact)
		if !ok || !e.Stands() {
			continue
		}
		if err := follows(bonds[b.Other], b); err != nil {
			out = append(out, orphan{Entry: e, why: err})
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
