package privacy_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"percorsi/internal/privacy"
)

// keysDir gives the path of a directory that is not there yet.
func keysDir(tb testing.TB) string {
	tb.Helper()
	return filepath.Join(tb.TempDir(), "keys")
}

// open opens the vault in dir until the test is over.
func open(tb testing.TB, dir string) *privacy.Vault {
	tb.Helper()
	v, err := privacy.OpenVault(dir)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := v.Close(); err != nil {
			tb.Error(err)
		}
	})
	return v
}

// withKeys opens a new vault that has keys of the people given.
func withKeys(tb testing.TB, people ...string) *privacy.Vault {
	tb.Helper()
	v := open(tb, keysDir(tb))
	for _, person := range people {
		if err := v.CreateKey(person); err != nil {
			tb.Fatal(err)
		}
	}
	return v
}

// somebody gives the nth of any number of people.
func somebody(n int) string { return fmt.Sprintf("0195e8a0-0000-8000-9000-%012d", n) }

// createKeys makes keys for n people, all at once.
func createKeys(tb testing.TB, v *privacy.Vault, n int) {
	tb.Helper()
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() {
			if err := v.CreateKey(somebody(i)); err != nil {
				tb.Error(err)
			}
		})
	}
	group.Wait()
}

func TestTheKeysAreForTheirOwnerAlone(t *testing.T) {
	dir := keysDir(t)
	open(t, dir)
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, "keys.db"): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %04o, want %04o", filepath.Base(path), info.Mode().Perm(), want)
		}
	}
}

func TestKeysThatOthersCanUseAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		dir, file os.FileMode
		want      string
	}{
		"a directory the group can list":   {0o750, 0o600, "has mode 0750, so others can use it: run chmod 0700"},
		"a directory everybody can enter":  {0o701, 0o600, "has mode 0701, so others can use it: run chmod 0700"},
		"a file the group can read":        {0o700, 0o640, "has mode 0640, so others can use it: run chmod 0600"},
		"a file everybody can write":       {0o700, 0o602, "has mode 0602, so others can use it: run chmod 0600"},
		"a file that even can be executed": {0o700, 0o700, "has mode 0700, so others can use it: run chmod 0600"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := keysDir(t)
			closed(t, dir)
			chmod(t, filepath.Join(dir, "keys.db"), c.file)
			chmod(t, dir, c.dir)
			_, err := privacy.OpenVault(dir)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("OpenVault: error %v, want one with %q", err, c.want)
			}
		})
	}
}

// closed leaves a vault in dir that is not open.
func closed(t *testing.T, dir string) {
	t.Helper()
	v, err := privacy.OpenVault(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func TestOnlyOneProcessHasTheVault(t *testing.T) {
	dir := keysDir(t)
	open(t, dir)
	_, err := privacy.OpenVault(dir)
	if err == nil || !strings.Contains(err.Error(), "in use by another process: stop that one first") {
		t.Errorf("a second OpenVault: %v", err)
	}
}

func TestAFileThatIsNoVaultIsRefused(t *testing.T) {
	dir := keysDir(t)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "keys.db"), bytes.Repeat([]byte("x"), 16<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := privacy.OpenVault(dir); err == nil {
		t.Error("it was opened")
	}
}

func TestADirectoryThatIsAFileIsRefused(t *testing.T) {
	path := keysDir(t)
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := privacy.OpenVault(path); err == nil {
		t.Error("it was opened")
	}
}
