package fact

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// ErrUnknown says that a commit holds a number this version of the program
// has no meaning for. The version that wrote it can read it.
var ErrUnknown = errors.New("written by a newer version of percorsi: install that version to read it")

// check gives an error for a commit without facts, a fact without content,
// and for whatever the schema does not know, wherever it lies.
func check(commit *eventv1.Commit) error {
	if len(commit.GetFacts()) == 0 {
		return errors.New("the commit has no facts")
	}
	if err := known(commit.ProtoReflect()); err != nil {
		return err
	}
	for i, f := range commit.GetFacts() {
		if kindOf(f) == nil {
			return fmt.Errorf("facts[%d]: the fact has no content", i)
		}
	}
	return nil
}

// known gives an error if m, or a message inside it, has a field or a word of
// a vocabulary that the schema does not have.
func known(m protoreflect.Message) error {
	if unknown := m.GetUnknown(); len(unknown) > 0 {
		number, _, _ := protowire.ConsumeField(unknown)
		return fmt.Errorf("number %d of %s: %w", number, m.Descriptor().Name(), ErrUnknown)
	}
	look := looks[m.Descriptor().FullName()]
	for _, one := range look.oneofs {
		if fd := m.WhichOneof(one); fd != nil {
			if err := knownField(m, fd); err != nil {
				return err
			}
		}
	}
	for _, fd := range look.fields {
		if err := knownField(m, fd); err != nil {
			return err
		}
	}
	return nil
}

func knownField(m protoreflect.Message, fd protoreflect.FieldDescriptor) error {
	if !m.Has(fd) {
		return nil
	}
	if !fd.IsList() {
		return knownValue(fd, m.Get(fd))
	}
	list := m.Get(fd).List()
	for i := range list.Len() {
		if err := knownValue(fd, list.Get(i)); err != nil {
			return err
		}
	}
	return nil
}

func knownValue(fd protoreflect.FieldDescriptor, v protoreflect.Value) error {
	if fd.Message() != nil {
		return known(v.Message())
	}
	if fd.Enum() != nil && fd.Enum().Values().ByNumber(v.Enum()) == nil {
		return fmt.Errorf("value %d of %s: %w", v.Enum(), fd.FullName(), ErrUnknown)
	}
	return nil
}

// look says which fields of a message can hold something unknown: messages
// and words of a vocabulary.
type look struct {
	oneofs []protoreflect.OneofDescriptor
	fields []protoreflect.FieldDescriptor
}

// looks has the look of each message that can lie in a commit. Every commit
// of the log is looked at on each replay; to go through all its fields took
// as long as decoding it. It is made once and never changed.
var looks = looksFrom((*eventv1.Commit)(nil).ProtoReflect().Descriptor(), map[protoreflect.FullName]look{})

func looksFrom(m protoreflect.MessageDescriptor, table map[protoreflect.FullName]look) map[protoreflect.FullName]look {
	if _, done := table[m.FullName()]; done {
		return table
	}
	var l look
	for i := range m.Oneofs().Len() {
		if one := m.Oneofs().Get(i); !one.IsSynthetic() {
			l.oneofs = append(l.oneofs, one)
		}
	}
	for i := range m.Fields().Len() {
		fd := m.Fields().Get(i)
		one := fd.ContainingOneof()
		if (fd.Message() != nil || fd.Enum() != nil) && (one == nil || one.IsSynthetic()) {
			l.fields = append(l.fields, fd)
		}
	}
	table[m.FullName()] = l
	for i := range m.Fields().Len() {
		if inner := m.Fields().Get(i).Message(); inner != nil {
			looksFrom(inner, table)
		}
	}
	return table
}
