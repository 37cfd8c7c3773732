package keydir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Make makes the directory for its owner alone, with all above it, or refuses
// one that is open to others.
func Make(dir string) error {
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return Check(dir, 0o700)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the directory of the keys: %w", err)
	}
	return Sync(filepath.Dir(dir))
}

// Check gives an error if what is at path can be used by more than mode
// allows; it says what to do. Nothing there is no error.
func Check(path string, mode fs.FileMode) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look at the keys: %w", err)
	}
	if has := info.Mode().Perm(); has&^mode != 0 {
		return fmt.Errorf("%s holds keys and has mode %04o, so others can use it: run chmod %04o %s", path, has, mode, path)
	}
	return nil
}
