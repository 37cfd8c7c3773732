package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"percorsi/scripts/generate/codegen"
)

const eventProto = `syntax = "proto3";
package house.event.v1;
option go_package = "house/internal/gen/house/event/v1;eventv1";
// Fact: something that happened.
message Fact {
  // Day it was true.
  string occurred_on = 1;
}
`

const apiProto = `syntax = "proto3";
package house.intake.v1;
import "house/event/v1/event.proto";
option go_package = "house/internal/gen/house/intake/v1;intakev1";
// IntakeService opens cases.
service IntakeService {
  // Records a fact.
  rpc Record(house.event.v1.Fact) returns (house.event.v1.Fact);
}
`

// house is a small repository on disk.
type house struct {
	repository
	t *testing.T
}

func newHouse(t *testing.T) house {
	t.Helper()
	h := house{t: t, repository: repository{
		root:    t.TempDir(),
		protos:  "proto",
		gen:     "internal/gen",
		forever: "house.event.v1",
		shapes:  "proto/house/event/v1/shapes.txt",
		plugins: plugins("house", "../tools/go.mod"),
	}}
	h.write("proto/house/event/v1/event.proto", eventProto)
	h.write("proto/house/intake/v1/intake.proto", apiProto)
	return h
}

func (h house) write(name, text string) {
	h.t.Helper()
	file := filepath.Join(h.root, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		h.t.Fatal(err)
	}
}

// changes gives what would change, and what it would change to.
func (h house) changes() (codegen.Changes, codegen.Tree) {
	h.t.Helper()
	want, err := h.generate(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	have, err := h.read()
	if err != nil {
		h.t.Fatal(err)
	}
	return have.Changes(want), want
}

func (h house) apply() {
	h.t.Helper()
	changes, want := h.changes()
	if err := changes.Apply(h.root, want); err != nil {
		h.t.Fatal(err)
	}
}

func TestWhatWasGeneratedIsCurrent(t *testing.T) {
	h := newHouse(t)
	h.apply()
	for _, name := range []string{
		"internal/gen/house/event/v1/event.pb.go",
		"internal/gen/house/intake/v1/intake.pb.go",
		"internal/gen/house/intake/v1/intake_grpc.pb.go",
		"proto/house/event/v1/shapes.txt",
	} {
		if _, err := os.Stat(filepath.Join(h.root, name)); err != nil {
			t.Error(err)
		}
	}
	changes, _ := h.changes()
	if err := current(changes); err != nil {
		t.Error(err)
	}
}

func TestWhatIsNotCurrentIsNamed(t *testing.T) {
	h := newHouse(t)
	h.apply()
	h.write("proto/house/event/v1/event.proto", strings.Replace(eventProto, "message Fact {", "message Fact {\n// Words.\nstring note = 2;", 1))
	h.write("internal/gen/house/old/v1/old.pb.go", "package oldv1")
	if err := os.Remove(filepath.Join(h.root, "internal/gen/house/intake/v1/intake.pb.go")); err != nil {
		t.Fatal(err)
	}
	changes, _ := h.changes()
	err := current(changes)
	if err == nil {
		t.Fatal("stale files pass as current")
	}
	for _, want := range []string{
		"make generate",
		"internal/gen/house/event/v1/event.pb.go is out of date",
		"proto/house/event/v1/shapes.txt is out of date",
		"internal/gen/house/intake/v1/intake.pb.go is missing",
		"internal/gen/house/old/v1/old.pb.go is not generated from any proto file",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q: %v", want, err)
		}
	}
}

func TestGenerateRefuses(t *testing.T) {
	cases := map[string]struct{ old, now, want string }{
		"a file that does not compile":   {"string occurred_on", "Nowhere occurred_on", "event.proto:7:"},
		"a name without a comment":       {"// Day it was true.", "", "event.proto:7: field house.event.v1.Fact.occurred_on has no comment"},
		"code outside its folder":        {"internal/gen/house/event", "elsewhere", "elsewhere/v1/event.pb.go"},
		"a number that changes its type": {"string occurred_on", "int64 occurred_on", "house.event.v1.Fact: number 1 was"},
		"a number that goes":             {"string occurred_on = 1;", "string occurred_on = 2;", "number 1 (occurred_on) is gone"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.write("proto/house/event/v1/shapes.txt", "house.event.v1.Fact 1 occurred_on string\n")
			h.write("proto/house/event/v1/event.proto", strings.Replace(eventProto, c.old, c.now, 1))
			_, err := h.generate(t.Context())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestAListOfShapesThatIsDamagedIsRefused(t *testing.T) {
	h := newHouse(t)
	h.write("proto/house/event/v1/shapes.txt", "<<<<<<< ours\n")
	_, err := h.generate(t.Context())
	if err == nil || !strings.Contains(err.Error(), "shapes.txt: line 1") {
		t.Errorf("got %v, want the line named", err)
	}
}
