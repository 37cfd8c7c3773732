package planfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/reflect/protoreflect"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Read reads every YAML file of a folder and the folders below it. The error
// joins one *Error for each thing that is wrong, with its file and line; a file
// that cannot be opened is an error of its own.
func Read(fsys fs.FS) (*Source, error) {
	return readAll(fsys, func(string) bool { return true })
}

// ReadPlan reads the plan alone: it leaves out the examples, in files that end
// in .tests.yaml and in the folder fixtures. A plan that is about to be served
// was tested when it was written.
func ReadPlan(fsys fs.FS) (*eventv1.Plan, error) {
	source, err := readAll(fsys, func(name string) bool {
		return !strings.HasSuffix(name, ".tests.yaml") && !strings.HasPrefix(name, "fixtures/")
	})
	if err != nil {
		return nil, err
	}
	return source.Plan, nil
}

// readAll reads the YAML files of a folder and the folders below it that are
// wanted.
func readAll(fsys fs.FS, wanted func(name string) bool) (*Source, error) {
	var names []string
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && path.Ext(name) == ".yaml" && wanted(name) {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the files of the plan: %w", err)
	}
	return ReadFiles(fsys, names...)
}

// ReadFiles reads a plan from the files named, and from no others.
func ReadFiles(fsys fs.FS, names ...string) (*Source, error) {
	r := newReader()
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read the plan: %w", err)
		}
		r.read(file{name: name, report: &r.report}, text)
	}
	return r.source()
}

// reader gathers what the files hold. Fixtures and tests are read once all
// files are known, since they name what other files hold.
type reader struct {
	report
	plan       *eventv1.Plan
	header     map[string]Place
	indicators []placed[*eventv1.Indicator]
	objectives []Place
	fixtures   []section
	tests      []section
}

// placed is a thing and where it is written.
type placed[T any] struct {
	Place
	what T
}

// section is a node to be read later.
type section struct {
	file
	node *yaml.Node
}

func newReader() *reader {
	return &reader{plan: &eventv1.Plan{}, header: make(map[string]Place)}
}

// read takes one document apart by its keys.
func (r *reader) read(f file, text []byte) {
	root, err := parse(text)
	if err != nil {
		f.at(Place{File: f.name, Line: 1}, "cannot be read as YAML: %s", err)
		return
	}
	for key, value := range f.pairs(root) {
		switch key.Value {
		case "fixtures":
			r.fixtures = append(r.fixtures, section{f, value})
		case "tests":
			r.tests = append(r.tests, section{f, value})
		case "indicators":
			r.readIndicators(f, value)
		case "objectives":
			r.readObjectives(f, value)
		case "plan_id", "version", "from", "to":
			r.readHeader(f, key, value)
		default:
			f.unknownKey(key, "plan_id", "version", "from", "to", "objectives", "indicators", "fixtures", "tests")
		}
	}
}

// parse gives the one document of a file.
func parse(text []byte) (*yaml.Node, error) {
	var doc yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("the file is empty")
		}
		return nil, err
	}
	if err := d.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		return nil, errors.New("keep one document in a file")
	}
	return doc.Content[0], nil
}

// readHeader reads a field that the plan has once.
func (r *reader) readHeader(f file, key, value *yaml.Node) {
	if first, ok := r.header[key.Value]; ok {
		f.wrong(key, "%s is given in %s as well: keep one of them", key.Value, first)
		return
	}
	r.header[key.Value] = f.place(key)
	m := r.plan.ProtoReflect()
	f.field(value, m, m.Descriptor().Fields().ByName(protoreflect.Name(key.Value)), nil)
}

func (r *reader) readObjectives(f file, list *yaml.Node) {
	for _, n := range f.items(list) {
		o := &eventv1.Objective{}
		f.checked(n, o, nil)
		r.plan.Objectives = append(r.plan.GetObjectives(), o)
		r.objectives = append(r.objectives, f.place(n))
	}
}

func (r *reader) readIndicators(f file, list *yaml.Node) {
	for _, n := range f.items(list) {
		i := &eventv1.Indicator{}
		f.checked(n, i, nil)
		r.indicators = append(r.indicators, placed[*eventv1.Indicator]{f.place(n), i})
	}
}
