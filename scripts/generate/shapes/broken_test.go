package shapes_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestASchemaMayAlwaysAdd(t *testing.T) {
	was := `message Fact { string id = 1; oneof fact { Closed closed = 2; } }
		message Closed {} enum Kind { KIND_UNSPECIFIED = 0; }`
	cases := map[string]string{
		"nothing": was,
		"a field": `message Fact { string id = 1; oneof fact { Closed closed = 2; } int32 score = 3; }
			message Closed {} enum Kind { KIND_UNSPECIFIED = 0; }`,
		"a fact": `message Fact { string id = 1; oneof fact { Closed closed = 2; Opened opened = 3; } }
			message Closed {} message Opened {} enum Kind { KIND_UNSPECIFIED = 0; }`,
		"a value, and another order": `enum Kind { KIND_UNSPECIFIED = 0; KIND_NEW = 7; }
			message Closed { string why = 1; }
			message Fact { oneof fact { Closed closed = 2; } string id = 1; }`,
	}
	for name, now := range cases {
		t.Run(name, func(t *testing.T) {
			if got := read(t, was).Shapes().Broken(read(t, now)); len(got) > 0 {
				t.Errorf("refused: %q", got)
			}
		})
	}
}

func TestANumberMayGoIfItIsReservedWithItsName(t *testing.T) {
	was := read(t, `message Fact { string id = 1; string note = 2; }
		enum Kind { KIND_UNSPECIFIED = 0; KIND_OLD = 1; }`).Shapes()
	now := read(t, `message Fact { reserved 2; reserved "note"; string id = 1; }
		enum Kind { reserved 1; reserved "KIND_OLD"; KIND_UNSPECIFIED = 0; }`)
	if got := was.Broken(now); len(got) > 0 {
		t.Errorf("refused: %q", got)
	}
}

func TestABrokenPromiseSaysHowToMendIt(t *testing.T) {
	const mend = ": restore it, and give the new meaning a new number"
	cases := map[string]struct{ was, now, want string }{
		"a type changed": {
			`message Fact { string id = 1; }`,
			`message Fact { bytes id = 1; }`,
			`log.Fact: number 1 was "id string" and is now "id bytes"` + mend,
		},
		"a name changed": {
			`message Fact { string opened_on = 1; }`,
			`message Fact { string closed_on = 1; }`,
			`log.Fact: number 1 was "opened_on string" and is now "closed_on string"` + mend,
		},
		"one became many": {
			`message Fact { string id = 1; }`,
			`message Fact { repeated string id = 1; }`,
			`log.Fact: number 1 was "id string" and is now "id repeated string"` + mend,
		},
		"a field moved into a oneof": {
			`message Fact { string id = 1; }`,
			`message Fact { oneof x { string id = 1; } }`,
			`log.Fact: number 1 was "id string" and is now "id string oneof=x"` + mend,
		},
		"plain became sealed": {
			`import "google/protobuf/descriptor.proto"; extend google.protobuf.FieldOptions { bool personal = 50100; }
				message Fact { bytes id = 1; }`,
			`import "google/protobuf/descriptor.proto"; extend google.protobuf.FieldOptions { bool personal = 50100; }
				message Fact { bytes id = 1 [(personal) = true]; }`,
			`log.Fact: number 1 was "id bytes" and is now "id bytes (log.personal)"` + mend,
		},
		"a field went": {
			`message Fact { string id = 1; string note = 2; }`,
			`message Fact { string id = 1; }`,
			`log.Fact: number 2 (note) is gone: restore it, or write "reserved 2; reserved "note";" in its place`,
		},
		"only the number was reserved": {
			`message Fact { string id = 1; string note = 2; }`,
			`message Fact { reserved 2; string id = 1; }`,
			`log.Fact: number 2 (note) is gone: restore it, or write "reserved 2; reserved "note";" in its place`,
		},
		"an enum value went": {
			`enum Kind { KIND_UNSPECIFIED = 0; KIND_OLD = 1; }`,
			`enum Kind { KIND_UNSPECIFIED = 0; }`,
			`log.Kind: number 1 (KIND_OLD) is gone: restore it, or write "reserved 1; reserved "KIND_OLD";" in its place`,
		},
		"an enum value got another name": {
			`enum Kind { KIND_UNSPECIFIED = 0; KIND_OLD = 1; }`,
			`enum Kind { KIND_UNSPECIFIED = 0; KIND_NEW = 1; }`,
			`log.Kind: number 1 was "KIND_OLD value" and is now "KIND_NEW value"` + mend,
		},
		"a message went": {
			`message Fact { string id = 1; }`,
			`message Other {}`,
			`log.Fact: number 1 (id) is gone: the log may hold it, so restore it`,
		},
		"an extension went": {
			`import "google/protobuf/descriptor.proto"; extend google.protobuf.FieldOptions { bool personal = 50100; }`,
			`message Other {}`,
			`google.protobuf.FieldOptions: number 50100 (log.personal) is gone: the log may hold it, so restore it`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := read(t, c.was).Shapes().Broken(read(t, c.now))
			if diff := cmp.Diff([]string{c.want}, got); diff != "" {
				t.Errorf("broken promises (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAReservedNumberThatComesBackIsRecognisedLater(t *testing.T) {
	first := read(t, `message Fact { string id = 1; string note = 2; }`).Shapes()
	without := read(t, `message Fact { reserved 2; reserved "note"; string id = 1; }`)
	list := first.Extend(without.Shapes())
	same := read(t, `message Fact { string id = 1; string note = 2; }`)
	if got := list.Broken(same); len(got) > 0 {
		t.Errorf("the old field came back as it was and was refused: %q", got)
	}
	other := read(t, `message Fact { string id = 1; int32 score = 2; }`)
	if got := list.Broken(other); len(got) != 1 {
		t.Errorf("an old number with a new meaning: got %q, want one broken promise", got)
	}
}
