package shapes_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"percorsi/scripts/generate/schema"
	"percorsi/scripts/generate/shapes"
)

// read gives the schema of package log in one file with this body.
func read(t *testing.T, body string) shapes.Schema {
	t.Helper()
	return readTree(t, map[string]string{"log.proto": "package log;\n" + body})
}

func readTree(t *testing.T, bodies map[string]string) shapes.Schema {
	t.Helper()
	tree := fstest.MapFS{}
	for name, body := range bodies {
		tree[name] = &fstest.MapFile{Data: []byte("syntax = \"proto3\";\n" + body)}
	}
	files, err := schema.Compile(t.Context(), tree)
	if err != nil {
		t.Fatal(err)
	}
	return shapes.Of(files, "log")
}

// lines gives a list as its text without the header.
func lines(t *testing.T, list shapes.List) []string {
	t.Helper()
	var text strings.Builder
	if err := list.Write(&text); err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(text.String()) {
		if !strings.HasPrefix(line, "#") {
			got = append(got, strings.TrimSuffix(line, "\n"))
		}
	}
	return got
}

func TestAShapeHoldsAllThatOldBytesDependOn(t *testing.T) {
	got := lines(t, readTree(t, map[string]string{
		"log.proto": `package log;
			import "google/protobuf/descriptor.proto";
			import "google/protobuf/timestamp.proto";
			import "buf/validate/validate.proto";
			import "other.proto";
			extend google.protobuf.FieldOptions { bool personal = 50100; string unit = 50101; }
			message Fact {
				oneof fact { Closed closed = 11; string note = 10; }
				repeated Kind kinds = 3;
				map<string, Closed> by_name = 4;
				optional int32 score = 5 [(unit) = "days"];
				bytes identity = 6 [(personal) = true];
				bytes plain = 7 [(personal) = false];
				string id = 8 [(buf.validate.field).string = {uuid: true}];
				google.protobuf.Timestamp at = 9;
				other.Place place = 12;
				message Inner { Fact again = 1; }
			}
			message Closed {}
			enum Kind { option allow_alias = true; KIND_UNSPECIFIED = 0; KIND_ONE = 1; KIND_FIRST = 1; }`,
		"other.proto": `package other; message Place { string name = 1; } message Unused { int32 x = 1; }`,
	}).Shapes())
	want := []string{
		"google.protobuf.FieldOptions 50100 log.personal bool",
		"google.protobuf.FieldOptions 50101 log.unit string",
		"log.Fact 3 kinds repeated log.Kind",
		"log.Fact 4 by_name map<string,log.Closed>",
		`log.Fact 5 score optional int32 (log.unit)="days"`,
		"log.Fact 6 identity bytes (log.personal)",
		`log.Fact 7 plain bytes (log.personal)="false"`,
		"log.Fact 8 id string",
		"log.Fact 9 at google.protobuf.Timestamp",
		"log.Fact 10 note string oneof=fact",
		"log.Fact 11 closed log.Closed oneof=fact",
		"log.Fact 12 place other.Place",
		"log.Fact.Inner 1 again log.Fact",
		"log.Kind 0 KIND_UNSPECIFIED value",
		"log.Kind 1 KIND_ONE value",
		"other.Place 1 name string",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("shapes (-want +got):\n%s", diff)
	}
}

func TestWhatIsWrittenReadsBackTheSame(t *testing.T) {
	word := rapid.StringMatching(`[a-z_.A-Z][a-z_.A-Z0-9]{0,12}`)
	shape := rapid.Custom(func(t *rapid.T) shapes.Shape {
		return shapes.Shape{
			Owner:  word.Draw(t, "owner"),
			Number: rapid.Int32().Draw(t, "number"),
			Name:   word.Draw(t, "name"),
			Kind:   strings.Join(rapid.SliceOfN(word, 1, 3).Draw(t, "kind"), " "),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		numbers := func(s shapes.Shape) int32 { return s.Number }
		list := shapes.List(nil).Extend(rapid.SliceOfDistinct(shape, numbers).Draw(t, "list"))
		var text strings.Builder
		if err := list.Write(&text); err != nil {
			t.Fatal(err)
		}
		got, err := shapes.Read(strings.NewReader(text.String()))
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 && len(got) == 0 {
			return
		}
		if diff := cmp.Diff(list, got); diff != "" {
			t.Fatalf("list (-written +read):\n%s", diff)
		}
	})
}

func TestALineThatIsNotAShapeIsNamed(t *testing.T) {
	cases := map[string]struct{ text, want string }{
		"too short":           {"# list\nlog.Fact 1 id", "line 2"},
		"not a number":        {"log.Fact one id string", "line 1"},
		"number out of range": {"log.Fact 9999999999 id string", "line 1"},
		"two meanings":        {"log.Fact 1 id string\nlog.Fact 1 note string", "log.Fact 1 is listed twice"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := shapes.Read(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestAListOnlyGrows(t *testing.T) {
	was := read(t, `message Fact { string id = 1; string note = 2; }`).Shapes()
	now := read(t, `message Fact { reserved 2; reserved "note"; string id = 1; int32 score = 3; }`).Shapes()
	got := lines(t, was.Extend(now))
	want := []string{"log.Fact 1 id string", "log.Fact 2 note string", "log.Fact 3 score int32"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("extended list (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"log.Fact 1 id string", "log.Fact 2 note string"}, lines(t, was)); diff != "" {
		t.Errorf("the old list changed (-want +got):\n%s", diff)
	}
}
