package schema

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/reporter"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// ErrNoFiles occurs when a tree holds no proto file: most likely the program
// was started in the wrong directory.
var ErrNoFiles = errors.New("no .proto file found")

// Compile compiles and links every .proto file of the tree, comments included.
// Files import each other by their path in the tree. The result is sorted by
// path and holds the files of the tree only; what they import hangs off them.
// The error lists everything that is wrong, one problem a line, and counts a
// warning (an import that nobody uses, say) as a problem.
func Compile(ctx context.Context, tree fs.FS) ([]protoreflect.FileDescriptor, error) {
	paths, err := protoPaths(tree)
	if err != nil {
		return nil, err
	}
	var problems []error
	note := func(err reporter.ErrorWithPos) { problems = append(problems, err) }
	compiler := protocompile.Compiler{
		Resolver: protocompile.WithStandardImports(protocompile.CompositeResolver{
			&protocompile.SourceResolver{Accessor: opener(tree)},
			protocompile.ResolverFunc(linkedIn),
		}),
		SourceInfoMode: protocompile.SourceInfoStandard,
		Reporter: reporter.NewReporter(func(err reporter.ErrorWithPos) error {
			note(err)
			return nil
		}, note),
	}
	compiled, err := compiler.Compile(ctx, paths...)
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	if err != nil {
		return nil, fmt.Errorf("compile: %w", err)
	}
	files := make([]protoreflect.FileDescriptor, len(compiled))
	for i, f := range compiled {
		files[i] = f
	}
	return files, nil
}

// protoPaths names the proto files of a tree in lexical order.
func protoPaths(tree fs.FS) ([]string, error) {
	var paths []string
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !d.IsDir() && path.Ext(name) == ".proto" {
			paths = append(paths, name)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list proto files: %w", err)
	}
	if len(paths) == 0 {
		return nil, ErrNoFiles
	}
	slices.Sort(paths)
	return paths, nil
}

func opener(tree fs.FS) func(string) (io.ReadCloser, error) {
	return func(name string) (io.ReadCloser, error) { return tree.Open(name) }
}
