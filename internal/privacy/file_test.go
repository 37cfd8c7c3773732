package privacy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"percorsi/internal/privacy"
	"percorsi/internal/privacy/privacytest"
)

func TestAFileIsAPlaceOfKeys(t *testing.T) {
	privacytest.Run(t, func(t *testing.T) privacytest.Open {
		dir := keysDir(t)
		return func(mustExist bool) (privacy.Place, error) {
			return privacy.OpenFile(privacy.FileConfig{Dir: dir, MustExist: mustExist})
		}
	})
}

func TestAFileThatWasLostIsToBeRestored(t *testing.T) {
	dir := keysDir(t)
	closed(t, dir)
	if err := os.Truncate(filepath.Join(dir, "keys.db"), 0); err != nil {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{"no directory": keysDir(t), "no file": t.TempDir(), "an empty file": dir} {
		f, err := privacy.OpenFile(privacy.FileConfig{Dir: dir, MustExist: true})
		if err == nil {
			t.Errorf("%s: it was opened: %v", name, f.Close())
			continue
		}
		if !strings.Contains(err.Error(), "restore it from a backup") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
