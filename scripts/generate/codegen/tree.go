package codegen

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Tree is a set of files: what they hold, by path. Paths have slashes and are
// relative to a root that the caller knows.
type Tree map[string][]byte

// ReadTree reads every file under the folder dir of root, with paths from
// root. A folder that does not exist is an empty tree.
func ReadTree(root, dir string) (Tree, error) {
	tree := Tree{}
	err := fs.WalkDir(os.DirFS(root), dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		tree[name], err = os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read %s: %w", dir, err)
	}
	return tree, nil
}

// Outside names the paths that are not under dir.
func (t Tree) Outside(dir string) []string {
	var outside []string
	for _, name := range slices.Sorted(maps.Keys(t)) {
		if !strings.HasPrefix(name, dir+"/") {
			outside = append(outside, name)
		}
	}
	return outside
}

// Changes is what has to happen to one tree to make it equal to another. Each
// list is sorted.
type Changes struct {
	Add, Update, Delete []string
}

// Changes compares what is there with what is wanted.
func (t Tree) Changes(want Tree) Changes {
	var c Changes
	for _, name := range slices.Sorted(maps.Keys(want)) {
		have, ok := t[name]
		switch {
		case !ok:
			c.Add = append(c.Add, name)
		case !bytes.Equal(have, want[name]):
			c.Update = append(c.Update, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(t)) {
		if _, ok := want[name]; !ok {
			c.Delete = append(c.Delete, name)
		}
	}
	return c
}

// None says that nothing has to happen.
func (c Changes) None() bool { return len(c.Add)+len(c.Update)+len(c.Delete) == 0 }

// Apply makes the changes under root, with the content of want. A folder that
// becomes empty goes too. Files that do not change are not touched, so that
// what is built from them is not built again.
func (c Changes) Apply(root string, want Tree) error {
	for _, name := range slices.Concat(c.Add, c.Update) {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, want[name], 0o644); err != nil {
			return err
		}
	}
	for _, name := range c.Delete {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.Remove(file); err != nil {
			return err
		}
		removeEmpty(root, filepath.Dir(file))
	}
	return nil
}

// removeEmpty removes a folder and its parents below root for as long as they
// are empty.
func removeEmpty(root, dir string) {
	for dir != filepath.Clean(root) && os.Remove(dir) == nil {
		dir = filepath.Dir(dir)
	}
}
