package fact_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"buf.build/go/protovalidate"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/testing/protocmp"

	"percorsi/internal/fact"
	"percorsi/internal/fact/facttest"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// A golden is a commit of one fact, as bytes (.binpb) and as text (.txtpb).
// Its name is that of the fact; a second shape of closed is closed.2, and so
// on. A golden that is there is never written again: it stands for bytes that
// are in somebody's log.
var update = flag.Bool("update", false, "add goldens for facts and fields that have none; none is changed")

func TestEveryFactHasAGoldenWithEveryFieldFilled(t *testing.T) {
	for _, kind := range facttest.Kinds() {
		t.Run(string(kind.Name()), func(t *testing.T) {
			if hasFullGolden(t, kind) {
				return
			}
			if !*update {
				t.Fatal("no golden has every field of this fact: run go test ./internal/fact -update")
			}
			addGolden(t, kind)
		})
	}
}

func TestEveryGoldenStillDecodesToWhatItWas(t *testing.T) {
	files, err := filepath.Glob("testdata/*.binpb")
	if err != nil || len(files) == 0 {
		t.Fatalf("no goldens: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(file, ".binpb")
		t.Run(filepath.Base(name), func(t *testing.T) {
			want := read(t, file)
			got, err := fact.Decode(want)
			if err != nil {
				t.Fatal(err)
			}
			wasText(t, name+".txtpb", got)
			again, err := fact.Encode(got)
			if err != nil || !bytes.Equal(again, want) {
				t.Errorf("it encodes to other bytes:\n%x, %v, want\n%x", again, err, want)
			}
			of, _, _ := strings.Cut(filepath.Base(name), ".")
			if len(got.GetFacts()) != 1 || fact.Name(got.GetFacts()[0]) != of {
				t.Errorf("it has %d facts, the first a %s; want one %s", len(got.GetFacts()), fact.Name(got.GetFacts()[0]), of)
			}
		})
	}
}

func TestAFilledFactKeepsTheRulesOfItsFields(t *testing.T) {
	for _, kind := range facttest.Kinds() {
		if err := protovalidate.Validate(facttest.Filled(kind)); err != nil {
			t.Errorf("%s: %v", kind.Name(), err)
		}
	}
}

// wasText checks a commit against the text of its golden.
func wasText(t *testing.T, file string, got *eventv1.Commit) {
	t.Helper()
	want := &eventv1.Commit{}
	if err := prototext.Unmarshal(read(t, file), want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("the commit and its text differ (-text +bytes):\n%s", diff)
	}
}

func hasFullGolden(t *testing.T, kind protoreflect.FieldDescriptor) bool {
	t.Helper()
	for n := 1; ; n++ {
		b, err := os.ReadFile(golden(kind, n) + ".binpb")
		if os.IsNotExist(err) {
			return false
		}
		commit := &eventv1.Commit{}
		if err := proto.Unmarshal(b, commit); err != nil {
			t.Fatal(err)
		}
		if missing(commit.ProtoReflect()) == "" {
			return true
		}
	}
}

// golden gives the path, without its end, of the nth golden of a kind.
func golden(kind protoreflect.FieldDescriptor, n int) string {
	name := string(kind.Name())
	if n > 1 {
		name += fmt.Sprintf(".%d", n)
	}
	return filepath.Join("testdata", name)
}

// missing gives the full name of a field that is not set in m or in a message
// inside it; of a oneof one field is enough.
func missing(m protoreflect.Message) protoreflect.FullName {
	for i := range m.Descriptor().Fields().Len() {
		fd := m.Descriptor().Fields().Get(i)
		one := fd.ContainingOneof()
		if one != nil && m.WhichOneof(one) != nil && m.WhichOneof(one) != fd {
			continue
		}
		if strings.HasPrefix(string(m.Descriptor().FullName()), "google.") {
			continue
		}
		if !m.Has(fd) {
			return fd.FullName()
		}
		if inner := missingInside(m, fd); inner != "" {
			return inner
		}
	}
	return ""
}

func missingInside(m protoreflect.Message, fd protoreflect.FieldDescriptor) protoreflect.FullName {
	switch {
	case fd.Message() == nil:
		return ""
	case fd.IsList():
		return missing(m.Get(fd).List().Get(0).Message())
	default:
		return missing(m.Get(fd).Message())
	}
}

// addGolden writes the first golden of a kind that is not there yet.
func addGolden(t *testing.T, kind protoreflect.FieldDescriptor) {
	t.Helper()
	commit := facttest.Commit(facttest.Filled(kind))
	b, err := fact.Encode(commit)
	if err != nil {
		t.Fatal(err)
	}
	text, err := prototext.MarshalOptions{Multiline: true}.Marshal(commit)
	if err != nil {
		t.Fatal(err)
	}
	// The marshaller puts a second space after a colon in some builds.
	text = bytes.ReplaceAll(text, []byte(":  "), []byte(": "))
	n := 1
	for exists(golden(kind, n) + ".binpb") {
		n++
	}
	write(t, golden(kind, n)+".binpb", b)
	write(t, golden(kind, n)+".txtpb", text)
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// write makes a file, and fails where there is one.
func write(t *testing.T, file string, b []byte) {
	t.Helper()
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
