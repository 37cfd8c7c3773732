package schema_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"google.golang.org/protobuf/reflect/protoreflect"

	"percorsi/scripts/generate/schema"
)

func tree(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func TestFilesImportEachOtherTheStandardOnesAndThoseLinkedIn(t *testing.T) {
	files, err := schema.Compile(t.Context(), tree(map[string]string{
		"b/case.proto": `syntax = "proto3";
			package b;
			import "a/day.proto";
			import "buf/validate/validate.proto";
			import "google/protobuf/timestamp.proto";
			message Case {
				string id = 1 [(buf.validate.field).string = {uuid: true}];
				a.Day opened = 2;
				google.protobuf.Timestamp recorded_at = 3;
			}`,
		"a/day.proto": `syntax = "proto3"; package a; message Day { int32 number = 1; }`,
		"a/notes.txt": `not a proto file`,
	}))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 2 || files[0].Path() != "a/day.proto" || files[1].Path() != "b/case.proto" {
		t.Fatalf("files of the tree, sorted: got %v", files)
	}
	opened := files[1].Messages().ByName("Case").Fields().ByName("opened")
	if got := opened.Message().FullName(); got != protoreflect.FullName("a.Day") {
		t.Errorf("opened is a %s, want a.Day", got)
	}
}

func TestCommentsSurviveCompilation(t *testing.T) {
	files, err := schema.Compile(t.Context(), tree(map[string]string{
		"a.proto": "syntax = \"proto3\";\n// A day of the calendar.\nmessage Day {}\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	day := files[0].Messages().Get(0)
	if got := files[0].SourceLocations().ByDescriptor(day).LeadingComments; got != " A day of the calendar.\n" {
		t.Errorf("comment of Day: got %q", got)
	}
}

func TestEveryProblemIsReportedAtOnce(t *testing.T) {
	_, err := schema.Compile(t.Context(), tree(map[string]string{
		"a.proto": `syntax = "proto3"; message A { Nowhere x = 1; Neither y = 2; }`,
	}))
	if err == nil {
		t.Fatal("unknown types were accepted")
	}
	for _, want := range []string{"a.proto:1:", "Nowhere", "Neither"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not name %s: %v", want, err)
		}
	}
}

func TestAnImportNobodyUsesIsAProblem(t *testing.T) {
	_, err := schema.Compile(t.Context(), tree(map[string]string{
		"a.proto": `syntax = "proto3"; import "google/protobuf/timestamp.proto"; message A {}`,
	}))
	if err == nil || !strings.Contains(err.Error(), "timestamp.proto") {
		t.Errorf("got %v, want the unused import named", err)
	}
}

func TestAnImportFromNowhereIsAProblem(t *testing.T) {
	_, err := schema.Compile(t.Context(), tree(map[string]string{
		"a.proto": `syntax = "proto3"; import "other/house.proto"; message A { other.House h = 1; }`,
	}))
	if err == nil || !strings.Contains(err.Error(), "other/house.proto") {
		t.Errorf("got %v, want the missing import named", err)
	}
}

func TestATreeWithoutProtoFilesIsRefused(t *testing.T) {
	if _, err := schema.Compile(t.Context(), fstest.MapFS{}); !errors.Is(err, schema.ErrNoFiles) {
		t.Errorf("got %v, want %v", err, schema.ErrNoFiles)
	}
}
