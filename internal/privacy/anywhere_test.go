package privacy_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/privacy"
)

func protoValue(m proto.Message) protoreflect.Value {
	return protoreflect.ValueOfMessage(m.ProtoReflect())
}

// tree is a message type with Texts in every place a schema can put them; no
// fact has them in all of these today.
func tree(t *testing.T) protoreflect.MessageDescriptor {
	t.Helper()
	field := func(name string, number int32, label descriptorpb.FieldDescriptorProto_Label, typ string) *descriptorpb.FieldDescriptorProto {
		return &descriptorpb.FieldDescriptorProto{
			Name: new(name), Number: &number, Label: &label, TypeName: new(typ),
			Type: descriptorpb.FieldDescriptorProto_TYPE_MESSAGE.Enum(),
		}
	}
	one, many := descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL, descriptorpb.FieldDescriptorProto_LABEL_REPEATED
	key := &descriptorpb.FieldDescriptorProto{
		Name: new("key"), Number: new(int32(1)), Label: &one, Type: descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum(),
	}
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: new("tree.proto"), Package: new("tree"), Syntax: new("proto3"),
		Dependency: []string{"percorsi/event/v1/text.proto"},
		MessageType: []*descriptorpb.DescriptorProto{{
			Name: new("Tree"),
			Field: []*descriptorpb.FieldDescriptorProto{
				field("one", 1, one, ".percorsi.event.v1.Text"),
				field("many", 2, many, ".percorsi.event.v1.Text"),
				field("by_name", 3, many, ".tree.Tree.ByNameEntry"),
				field("inner", 4, one, ".tree.Tree"),
				field("inners", 5, many, ".tree.Tree"),
			},
			NestedType: []*descriptorpb.DescriptorProto{{
				Name:    new("ByNameEntry"),
				Options: &descriptorpb.MessageOptions{MapEntry: new(true)},
				Field:   []*descriptorpb.FieldDescriptorProto{key, field("value", 2, one, ".percorsi.event.v1.Text")},
			}},
		}},
	}, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return file.Messages().Get(0)
}

// grown is a tree with the same words in every place.
func grown(of protoreflect.MessageDescriptor, deep int, texts ...*eventv1.Text) *dynamicpb.Message {
	m := dynamicpb.NewMessage(of)
	fields := of.Fields()
	value := func(text *eventv1.Text) protoreflect.Value {
		return protoValue(proto.Clone(text))
	}
	m.Set(fields.ByName("one"), value(texts[0]))
	for i, text := range texts {
		m.Mutable(fields.ByName("many")).List().Append(value(text))
		name := protoreflect.ValueOfString(string(rune('a' + i))).MapKey()
		m.Mutable(fields.ByName("by_name")).Map().Set(name, value(text))
	}
	if deep > 0 {
		m.Set(fields.ByName("inner"), protoreflect.ValueOfMessage(grown(of, deep-1, texts...)))
		for range 2 {
			m.Mutable(fields.ByName("inners")).List().Append(protoreflect.ValueOfMessage(grown(of, deep-1, texts...)))
		}
	}
	return m
}

func TestWordsAreFoundWhereverTheyLie(t *testing.T) {
	v := withKeys(t, anna, bruno)
	of := tree(t)
	m := grown(of, 2, words("first"), words(" "), wordsAbout(bruno, "second"), words(""))
	if privacy.CheckSealed(m) == nil {
		t.Error("CheckSealed passes plain words")
	}
	if err := v.SealTexts(m, anna); err != nil {
		t.Fatal(err)
	}
	if err := privacy.CheckSealed(m); err != nil {
		t.Error(err)
	}

	// What was sealed is what a tree without the empty texts holds.
	want := grown(of, 2, words("first"), wordsAbout(bruno, "second"))
	byName := want.Descriptor().Fields().ByName("by_name")
	renameSecond(want, byName)
	reopen(t, v, m)
	if !proto.Equal(want, m) {
		t.Errorf("sealed and opened: %v\nwant: %v", m, want)
	}
}

// renameSecond moves the entry b, of the second text, to c, where it was
// before the empty ones were taken out.
func renameSecond(m protoreflect.Message, byName protoreflect.FieldDescriptor) {
	entries := m.Mutable(byName).Map()
	b, c := protoreflect.ValueOfString("b").MapKey(), protoreflect.ValueOfString("c").MapKey()
	entries.Set(c, entries.Get(b))
	entries.Clear(b)
	fields := byName.ContainingMessage().Fields()
	if inner := fields.ByName("inner"); m.Has(inner) {
		renameSecond(m.Get(inner).Message(), byName)
	}
	inners := m.Get(fields.ByName("inners")).List()
	for i := range inners.Len() {
		renameSecond(inners.Get(i).Message(), byName)
	}
}

// reopen turns every sealed Text in m back into plain words.
func reopen(t *testing.T, v *privacy.Vault, m protoreflect.Message) {
	t.Helper()
	m.Range(func(fd protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case fd.IsMap():
			value.Map().Range(func(_ protoreflect.MapKey, item protoreflect.Value) bool {
				reopenOne(t, v, item.Message())
				return true
			})
		case fd.IsList():
			for i := range value.List().Len() {
				reopenOne(t, v, value.List().Get(i).Message())
			}
		default:
			reopenOne(t, v, value.Message())
		}
		return true
	})
}

func reopenOne(t *testing.T, v *privacy.Vault, m protoreflect.Message) {
	t.Helper()
	text, ok := m.Interface().(*eventv1.Text)
	if !ok {
		reopen(t, v, m)
		return
	}
	person := text.GetAbout()
	if person == "" {
		person = anna
	}
	plain, err := v.Unseal(person, privacy.PurposeText, text.GetSealed())
	if err != nil {
		t.Error(err)
	}
	text.Form = &eventv1.Text_Plain{Plain: string(plain)}
}

func TestEveryPlaceThatIsRefusedIsNamed(t *testing.T) {
	v := withKeys(t, anna)
	sealed := &eventv1.Text{Form: &eventv1.Text_Sealed{Sealed: []byte{1}}}
	err := v.SealTexts(grown(tree(t), 1, sealed), anna)
	want := []string{
		`by_name["a"].sealed`,
		`inner.by_name["a"].sealed`, `inner.many[0].sealed`, `inner.one.sealed`,
		`inners[0].by_name["a"].sealed`, `inners[0].many[0].sealed`, `inners[0].one.sealed`,
		`inners[1].by_name["a"].sealed`, `inners[1].many[0].sealed`, `inners[1].one.sealed`,
		`many[0].sealed`, `one.sealed`,
	}
	refused, ok := errors.AsType[*fault.Error](err)
	if !ok {
		t.Fatalf("error %v, want a fault", err)
	}
	var got []string
	for _, violation := range refused.Violations {
		got = append(got, violation.Field)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

func TestATextByItselfIsSealedToo(t *testing.T) {
	v := withKeys(t, anna)
	text := words("words")
	if err := v.SealTexts(text, anna); err != nil {
		t.Fatal(err)
	}
	if plain, err := v.Unseal(anna, privacy.PurposeText, text.GetSealed()); err != nil || string(plain) != "words" {
		t.Errorf("it opens to %q, %v", plain, err)
	}
}
