package keydir_test

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"percorsi/internal/privacy/keydir"
)

func TestOfManyWhoWriteAFileOneWins(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.key")
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			if err := keydir.WriteOnce(path, bytes.Repeat([]byte{byte(i)}, 4096)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	first, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(first) != 4096 || !bytes.Equal(first, bytes.Repeat(first[:1], 4096)) {
		t.Error("the file is not what one of them wrote")
	}
	if err := keydir.WriteOnce(path, []byte("later")); err != nil {
		t.Error(err)
	}
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, first) {
		t.Errorf("the file was changed: %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("drafts are left: %v, %v", left, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
}

func TestAFileThatCannotBeWrittenIsAnError(t *testing.T) {
	if err := keydir.WriteOnce(filepath.Join(t.TempDir(), "missing", "a.key"), nil); err == nil {
		t.Error("it was written into a directory that is not there")
	}
}

func TestADirectoryIsMadeForItsOwnerAloneOrLeftAsItIs(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "on the way")
	for range 2 {
		if err := keydir.Make(dir); err != nil {
			t.Fatal(err)
		}
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v, %v; want 0700", info.Mode(), err)
	}
	if err := os.Chmod(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	if err := keydir.Make(dir); err == nil {
		t.Error("a directory that others can use is taken")
	}
	if err := keydir.Check(filepath.Join(dir, "nothing"), 0o600); err != nil {
		t.Errorf("nothing there: %v", err)
	}
}
