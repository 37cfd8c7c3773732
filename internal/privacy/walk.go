package privacy

import (
	"fmt"

	"google.golang.org/protobuf/reflect/protoreflect"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

var (
	textName = (*eventv1.Text)(nil).ProtoReflect().Descriptor().FullName()
	factName = (*eventv1.Fact)(nil).ProtoReflect().Descriptor().FullName()
)

// visitor sees a message and its path. A message it does not keep is taken
// out of the field it is in.
type visitor func(path string, m protoreflect.Message) (keep bool, err error)

// walk shows m, and every message inside it, to visit; the outer one first.
// Nothing is written where everything is kept.
func walk(path string, m protoreflect.Message, visit visitor) (keep bool, err error) {
	keep, err = visit(path, m)
	if err != nil || !keep {
		return false, err
	}
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		err = walkField(join(path, fd), m, fd, v, visit)
		return err == nil
	})
	return true, err
}

func walkField(path string, m protoreflect.Message, fd protoreflect.FieldDescriptor, v protoreflect.Value, visit visitor) error {
	switch {
	case fd.IsMap():
		if fd.MapValue().Message() == nil {
			return nil
		}
		return walkMap(path, v.Map(), visit)
	case fd.Message() == nil:
		return nil
	case fd.IsList():
		return walkList(path, v.List(), visit)
	}
	keep, err := walk(path, v.Message(), visit)
	if err == nil && !keep {
		m.Clear(fd)
	}
	return err
}

func walkList(path string, list protoreflect.List, visit visitor) error {
	kept := 0
	for i := range list.Len() {
		keep, err := walk(fmt.Sprintf("%s[%d]", path, i), list.Get(i).Message(), visit)
		if err != nil {
			return err
		}
		if !keep {
			continue
		}
		if kept < i {
			list.Set(kept, list.Get(i))
		}
		kept++
	}
	if kept < list.Len() {
		list.Truncate(kept)
	}
	return nil
}

func walkMap(path string, entries protoreflect.Map, visit visitor) (err error) {
	entries.Range(func(k protoreflect.MapKey, v protoreflect.Value) bool {
		var keep bool
		keep, err = walk(fmt.Sprintf("%s[%q]", path, k.String()), v.Message(), visit)
		if err == nil && !keep {
			entries.Clear(k)
		}
		return err == nil
	})
	return err
}

// join adds a field to a path. What happened is called "fact" in every
// request, whatever its name in the envelope.
func join(path string, fd protoreflect.FieldDescriptor) string {
	name := string(fd.Name())
	if fd.ContainingOneof() != nil && fd.Parent().FullName() == factName {
		name = "fact"
	}
	if path == "" {
		return name
	}
	return path + "." + name
}

// text reads a Text by its descriptor, so that it may be of any Go type.
type text struct{ protoreflect.Message }

// asText tells whether m is a Text.
func asText(m protoreflect.Message) (text, bool) {
	return text{m}, m.Descriptor().FullName() == textName
}

func (t text) field(name protoreflect.Name) protoreflect.FieldDescriptor {
	return t.Descriptor().Fields().ByName(name)
}

func (t text) about() string   { return t.Get(t.field("about")).String() }
func (t text) plain() string   { return t.Get(t.field("plain")).String() }
func (t text) sealed() []byte  { return t.Get(t.field("sealed")).Bytes() }
func (t text) isPlain() bool   { return t.Has(t.field("plain")) }
func (t text) isSealed() bool  { return t.Has(t.field("sealed")) }
func (t text) seal(box []byte) { t.Set(t.field("sealed"), protoreflect.ValueOfBytes(box)) }

// person gives who the words are about.
func (t text) person(ofTheCase string) string {
	if about := t.about(); about != "" {
		return about
	}
	return ofTheCase
}
