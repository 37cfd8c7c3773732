package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"percorsi/scripts/generate/codegen"
	"percorsi/scripts/generate/rules"
	"percorsi/scripts/generate/schema"
	"percorsi/scripts/generate/shapes"
)

// repository says where things are. Paths have slashes and start at root.
type repository struct {
	root    string
	protos  string                // folder that proto imports start from
	gen     string                // folder that holds generated code and nothing else
	forever protoreflect.FullName // package whose messages are kept for ever
	shapes  string                // list of the shapes of that package
	plugins []codegen.Plugin
}

// plugins gives the code generators. Their versions are pinned in the module
// file tools, apart from the program's own dependencies.
func plugins(module, tools string) []codegen.Plugin {
	tool := func(name string) []string { return []string{"go", "tool", "-modfile=" + tools, name} }
	return []codegen.Plugin{
		{Command: tool("protoc-gen-go"), Options: "module=" + module},
		{Command: tool("protoc-gen-go-grpc"), Options: "module=" + module},
	}
}

// generate gives every file that is made from the proto files, as it should
// be: the generated code and the list of shapes.
func (r repository) generate(ctx context.Context) (codegen.Tree, error) {
	files, err := schema.Compile(ctx, os.DirFS(filepath.Join(r.root, r.protos)))
	if err != nil {
		return nil, fmt.Errorf("%s does not compile:\n%w", r.protos, err)
	}
	if found := rules.Check(files); len(found) > 0 {
		return nil, list(r.protos+" breaks rules", found)
	}
	promised, err := r.promised(files)
	if err != nil {
		return nil, err
	}
	tree, err := codegen.Generate(ctx, r.plugins, files)
	if err != nil {
		return nil, err
	}
	if outside := tree.Outside(r.gen); len(outside) > 0 {
		return nil, list("option go_package puts code outside "+r.gen, outside)
	}
	tree[r.shapes] = promised
	return tree, nil
}

// promised gives the list of shapes with what the schema adds to it, or an
// error for what the schema breaks.
func (r repository) promised(files []protoreflect.FileDescriptor) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(r.root, r.shapes))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	was, err := shapes.Read(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.shapes, err)
	}
	now := shapes.Of(files, r.forever)
	if broken := was.Broken(now); len(broken) > 0 {
		return nil, list(string(r.forever)+" is kept for ever and changed (see "+r.shapes+")", broken)
	}
	var extended bytes.Buffer
	if err := was.Extend(now.Shapes()).Write(&extended); err != nil {
		return nil, err
	}
	return extended.Bytes(), nil
}

// read gives the files that are there now.
func (r repository) read() (codegen.Tree, error) {
	tree, err := codegen.ReadTree(r.root, r.gen)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(r.root, r.shapes))
	if errors.Is(err, fs.ErrNotExist) {
		return tree, nil
	}
	tree[r.shapes] = text
	return tree, err
}

// current is an error that names what is not.
func current(changes codegen.Changes) error {
	if changes.None() {
		return nil
	}
	var lines []string
	for _, name := range changes.Add {
		lines = append(lines, name+" is missing")
	}
	for _, name := range changes.Update {
		lines = append(lines, name+" is out of date")
	}
	for _, name := range changes.Delete {
		lines = append(lines, name+" is not generated from any proto file")
	}
	return list("generated files are not current: run make generate and commit", lines)
}

// list is an error with a line for each item.
func list[T any](title string, items []T) error {
	lines := make([]string, len(items))
	for i, item := range items {
		lines[i] = fmt.Sprintf("  %v", item)
	}
	return fmt.Errorf("%s:\n%s", title, strings.Join(lines, "\n"))
}
