package rules_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"percorsi/scripts/generate/rules"
	"percorsi/scripts/generate/schema"
)

// check gives what the rules say about one file.
func check(t *testing.T, text string) []string {
	t.Helper()
	files, err := schema.Compile(t.Context(), fstest.MapFS{"a.proto": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range rules.Check(files) {
		got = append(got, f.String())
	}
	return got
}

func TestAFileThatKeepsTheRulesHasNoFindings(t *testing.T) {
	got := check(t, `syntax = "proto3";
		package a;
		import "google/protobuf/descriptor.proto";
		// Reads days.
		service Days {
			// One day.
			rpc Read(Day) returns (Day);
		}
		// A day.
		message Day {
			// Days since the first of January 1970.
			int32 day_number = 1;
			string iso8601 = 2; // as 2025-03-31
			// Names by language.
			map<string, string> names = 3;
			// Kind of day.
			Kind kind = 4;
			// What it is for.
			optional string purpose = 5;
			// A part of a day.
			message Part {}
			// Kind of day.
			enum Kind {
				// Not said.
				KIND_UNSPECIFIED = 0;
				// A day of rest.
				KIND_REST = 1;
			}
		}
		extend google.protobuf.FieldOptions {
			// The field is about a person.
			bool personal = 50100;
		}`)
	if len(got) > 0 {
		t.Errorf("unexpected findings: %q", got)
	}
}

func TestEveryNameNeedsAComment(t *testing.T) {
	cases := map[string]struct{ file, want string }{
		"message": {
			"syntax = \"proto3\";\npackage a;\nmessage Day {}",
			"a.proto:3: message a.Day has no comment: say what it is",
		},
		"nested message": {
			"syntax = \"proto3\";\n// A day.\nmessage Day {\nmessage Part {} }",
			"a.proto:4: message Day.Part has no comment: say what it is",
		},
		"field": {
			"syntax = \"proto3\";\n// A day.\nmessage Day { int32 number = 1; }",
			"a.proto:3: field Day.number has no comment: say what it is",
		},
		"enum": {
			"syntax = \"proto3\";\nenum K {\n// Not said.\nK_UNSPECIFIED = 0; }",
			"a.proto:2: enum K has no comment: say what it is",
		},
		"enum value": {
			"syntax = \"proto3\";\n// Kind.\nenum K { K_UNSPECIFIED = 0; }",
			"a.proto:3: enum value K_UNSPECIFIED has no comment: say what it is",
		},
		"enum in a message": {
			"syntax = \"proto3\";\n// A day.\nmessage Day {\nenum K {\n// Not said.\nK_UNSPECIFIED = 0; } }",
			"a.proto:4: enum Day.K has no comment: say what it is",
		},
		"service": {
			"syntax = \"proto3\";\nservice Days {}",
			"a.proto:2: service Days has no comment: say what it is",
		},
		"rpc": {
			"syntax = \"proto3\";\n// A day.\nmessage Day {}\n// Days.\nservice Days { rpc Read(Day) returns (Day); }",
			"a.proto:5: rpc Days.Read has no comment: say what it is",
		},
		"extension": {
			"syntax = \"proto3\";\nimport \"google/protobuf/descriptor.proto\";\nextend google.protobuf.FieldOptions { bool p = 50100; }",
			"a.proto:3: field p has no comment: say what it is",
		},
		"comment without words": {
			"syntax = \"proto3\";\n//  \nmessage Day {}",
			"a.proto:3: message Day has no comment: say what it is",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff([]string{c.want}, check(t, c.file)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFieldNamesAreLowerSnakeCase(t *testing.T) {
	for _, name := range []string{"dayNumber", "Day", "day__number", "_day", "day_"} {
		t.Run(name, func(t *testing.T) {
			got := check(t, "syntax = \"proto3\";\n// A day.\nmessage Day {\n// It.\nint32 "+name+" = 1; }")
			want := []string{"a.proto:5: field Day." + name + ": write the name in lower_snake_case"}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheZeroOfAnEnumSaysThatNothingWasSaid(t *testing.T) {
	got := check(t, "syntax = \"proto3\";\n// Kind.\nenum Kind {\n// Rest.\nKIND_REST = 0; }")
	want := []string{"a.proto:5: enum value KIND_REST is 0: name it so that it ends in _UNSPECIFIED"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func TestFindingsComeInTheOrderOfTheFile(t *testing.T) {
	got := check(t, "syntax = \"proto3\";\nmessage A {}\nenum E {\n// Not said.\nE_UNSPECIFIED = 0; }\nservice S {}\nmessage B {}")
	want := []string{
		"a.proto:2: message A has no comment: say what it is",
		"a.proto:3: enum E has no comment: say what it is",
		"a.proto:6: service S has no comment: say what it is",
		"a.proto:7: message B has no comment: say what it is",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}
