package privacy

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// makePrivate makes the directory for its owner alone, or refuses one that is
// open to others.
func makePrivate(dir string) error {
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return refuseOpen(dir, 0o700)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the directory of the keys: %w", err)
	}
	return syncDir(filepath.Dir(dir))
}

// refuseOpen gives an error if what is at path can be used by more than mode
// allows. Nothing there is no error.
func refuseOpen(path string, mode fs.FileMode) error {
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

// syncDir brings the names in a directory to disk; a new file is not there
// after a power loss otherwise.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
