package codegen_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"percorsi/scripts/generate/codegen"
)

func TestChangesSayWhatToAddUpdateAndDelete(t *testing.T) {
	have := codegen.Tree{"gen/same": []byte("1"), "gen/old": []byte("1"), "gen/stale": []byte("1")}
	want := codegen.Tree{"gen/same": []byte("1"), "gen/old": []byte("2"), "gen/new": []byte("1")}
	diff := cmp.Diff(codegen.Changes{
		Add: []string{"gen/new"}, Update: []string{"gen/old"}, Delete: []string{"gen/stale"},
	}, have.Changes(want))
	if diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

// trees draws small trees over few paths, so that they overlap.
var trees = rapid.MapOf(
	rapid.SampledFrom([]string{"gen/a/x", "gen/a/y", "gen/b/x", "gen/b/c/x", "gen/z"}),
	rapid.SliceOfN(rapid.Byte(), 1, 2),
)

func TestApplyingChangesMakesTheTreeOnDiskTheOneWanted(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		root := t.TempDir()
		before, want := codegen.Tree(trees.Draw(rt, "before")), codegen.Tree(trees.Draw(rt, "want"))
		for _, target := range []codegen.Tree{before, want} {
			have, err := codegen.ReadTree(root, "gen")
			if err != nil {
				rt.Fatal(err)
			}
			if err := have.Changes(target).Apply(root, target); err != nil {
				rt.Fatal(err)
			}
		}
		got, err := codegen.ReadTree(root, "gen")
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatalf("tree (-want +got):\n%s", diff)
		}
		if !got.Changes(want).None() {
			rt.Fatal("there is still something to change")
		}
	})
}

func TestAFolderThatBecomesEmptyGoes(t *testing.T) {
	root := t.TempDir()
	before := codegen.Tree{"gen/a/b/x": []byte("1"), "gen/y": []byte("1")}
	if err := (codegen.Tree{}).Changes(before).Apply(root, before); err != nil {
		t.Fatal(err)
	}
	after := codegen.Tree{"gen/y": []byte("1")}
	if err := before.Changes(after).Apply(root, after); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "gen", "a")); !os.IsNotExist(err) {
		t.Errorf("gen/a: got %v, want it gone", err)
	}
}

func TestPathsOutsideAFolderAreNamed(t *testing.T) {
	tree := codegen.Tree{"gen/a": nil, "generous/b": nil, "c": nil}
	if diff := cmp.Diff([]string{"c", "generous/b"}, tree.Outside("gen")); diff != "" {
		t.Errorf("outside (-want +got):\n%s", diff)
	}
}
