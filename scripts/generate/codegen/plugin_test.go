package codegen_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"google.golang.org/protobuf/reflect/protoreflect"

	"percorsi/scripts/generate/codegen"
	"percorsi/scripts/generate/schema"
)

func messages(options string) codegen.Plugin {
	return codegen.Plugin{
		Command: []string{"go", "tool", "-modfile=../../tools/go.mod", "protoc-gen-go"},
		Options: options,
	}
}

func compile(t *testing.T, files map[string]string) []protoreflect.FileDescriptor {
	t.Helper()
	tree := fstest.MapFS{}
	for name, text := range files {
		tree[name] = &fstest.MapFile{Data: []byte("syntax = \"proto3\";\n" + text)}
	}
	compiled, err := schema.Compile(t.Context(), tree)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

func TestCodeLandsWhereGoPackageSaysWithItsComments(t *testing.T) {
	files := compile(t, map[string]string{
		"b/case.proto": `package b;
			import "a/day.proto";
			import "buf/validate/validate.proto";
			option go_package = "house/internal/gen/b;bv1";
			message Case { a.Day opened = 1 [(buf.validate.field).required = true]; }`,
		"a/day.proto": `package a;
			option go_package = "house/internal/gen/a;av1";
			// Day is a day of the calendar.
			message Day {}`,
	})
	tree, err := codegen.Generate(t.Context(), []codegen.Plugin{messages("module=house")}, files)
	if err != nil {
		t.Fatal(err)
	}
	if len(tree) != 2 {
		t.Errorf("got %d files, want one for each proto file", len(tree))
	}
	wants := map[string][]string{
		"internal/gen/a/day.pb.go":  {"package av1", "// Day is a day of the calendar.\ntype Day struct"},
		"internal/gen/b/case.pb.go": {"package bv1", `"house/internal/gen/a"`, "buf/validate"},
	}
	for name, words := range wants {
		for _, word := range words {
			if !strings.Contains(string(tree[name]), word) {
				t.Errorf("%s does not hold %q", name, word)
			}
		}
	}
}

func TestWhatAPluginRefusesIsAnErrorInItsWords(t *testing.T) {
	files := compile(t, map[string]string{"a.proto": `package a; message Day {}`})
	_, err := codegen.Generate(t.Context(), []codegen.Plugin{messages("module=house")}, files)
	if err == nil || !strings.Contains(err.Error(), "go_package") {
		t.Errorf("a file without go_package: got %v, want what protoc-gen-go says about it", err)
	}
}

func TestAPluginThatDoesNotRunIsNamed(t *testing.T) {
	files := compile(t, map[string]string{"a.proto": `package a; message Day {}`})
	plugin := codegen.Plugin{Command: []string{"go", "tool", "no-such-generator"}}
	_, err := codegen.Generate(t.Context(), []codegen.Plugin{plugin}, files)
	if err == nil || !strings.Contains(err.Error(), "no-such-generator") {
		t.Errorf("got %v, want the generator named", err)
	}
}

func TestTwoPluginsMayNotWriteTheSameFile(t *testing.T) {
	files := compile(t, map[string]string{
		"a.proto": `package a; option go_package = "house/gen/a"; message Day {}`,
	})
	plugin := messages("module=house")
	_, err := codegen.Generate(t.Context(), []codegen.Plugin{plugin, plugin}, files)
	if err == nil || !strings.Contains(err.Error(), "gen/a/a.pb.go") {
		t.Errorf("got %v, want the file named", err)
	}
}
