package keydir

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// WriteOnce makes a file (mode 0600) that is whole on disk before it has its
// name. A file that is there stays as it is, and that is no error: of two
// processes one wins, and both read the file afterwards.
func WriteOnce(path string, data []byte) error {
	dir := filepath.Dir(path)
	draft, err := os.CreateTemp(dir, filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(draft.Name()) }() // the link stays
	_, err = draft.Write(data)
	if err == nil {
		err = draft.Sync()
	}
	if err := errors.Join(err, draft.Close()); err != nil {
		return err
	}
	if err := os.Link(draft.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return Sync(dir)
}

// Sync brings the names in a directory to disk; a new file is not there after
// a power loss otherwise.
func Sync(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
