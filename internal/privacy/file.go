package privacy

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"
	"golang.org/x/sync/singleflight"

	"percorsi/internal/privacy/keydir"
)

const (
	// keyFile is the one file of the keys, and movedFile what it is called once
	// they were moved to another place.
	keyFile   = "keys.db"
	movedFile = "keys.db.moved"
	// lockTimeout is how long to wait for a process that is about to end.
	lockTimeout = time.Second
	// gatherFor is how long the first of several new keys waits for others, so
	// that one sync serves all of them. A sync takes about as long.
	gatherFor = time.Millisecond
)

// ErrInUse says that another process has the file open.
var ErrInUse = errors.New("in use by another process")

var (
	keysBucket    = []byte("keys")
	secretsBucket = []byte("secrets")
)

// File is the place of the keys of one process: a file that no other process
// can use meanwhile. Create it with OpenFile.
//
// Keys are not cached: to read a key from the file, which lies in memory, and
// to seal with it takes a few microseconds, far less than to write what was
// sealed. So the file takes the same memory for any number of people.
type File struct {
	db       *bbolt.DB
	creating singleflight.Group // by person
}

var _ Place = (*File)(nil)

// FileConfig says where the file is.
type FileConfig struct {
	// Dir is the directory of the file. It is made if it is missing.
	Dir string
	// MustExist refuses to make a new file: where something was sealed
	// before, a new one would give other ids to the same people and open
	// nothing.
	MustExist bool
}

// OpenFile opens the file, and makes it where it is missing. It is an error if
// others than the owner may read it, if another process has it open (ErrInUse),
// or if it is damaged; the error says what the operator can do.
func OpenFile(cfg FileConfig) (*File, error) {
	path := filepath.Join(cfg.Dir, keyFile)
	if !exists(path) {
		switch {
		case exists(filepath.Join(cfg.Dir, movedFile)):
			return nil, fmt.Errorf("open keys: %s was moved to a database: name it with --keys", path)
		case cfg.MustExist:
			return nil, fmt.Errorf("open keys: %s is missing: restore it from a backup", path)
		}
	}
	if err := errors.Join(keydir.Make(cfg.Dir), keydir.Check(path, 0o600)); err != nil {
		return nil, err
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockTimeout})
	if errors.Is(err, bbolterrors.ErrTimeout) {
		return nil, fmt.Errorf("open keys: %s is %w: stop that one first", path, ErrInUse)
	}
	if err != nil {
		return nil, fmt.Errorf("open keys: %s: %w", path, err)
	}
	db.MaxBatchDelay = gatherFor
	f := &File{db: db}
	if err := f.prepare(cfg); err != nil {
		return nil, errors.Join(fmt.Errorf("open keys: %s: %w", path, err), db.Close())
	}
	return f, nil
}

// FindFile opens the file of a directory that has one, and gives nil for one
// that has none.
func FindFile(dir string) (*File, error) {
	if !exists(filepath.Join(dir, keyFile)) {
		return nil, nil
	}
	return OpenFile(FileConfig{Dir: dir, MustExist: true})
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// prepare brings a new file into shape. When it is done everything in the file
// is on disk, also what a process wrote that was killed before its own sync.
func (f *File) prepare(cfg FileConfig) error {
	err := f.db.Update(func(tx *bbolt.Tx) error {
		switch {
		case tx.Bucket(secretsBucket) != nil && tx.Bucket(keysBucket) != nil:
			return nil
		case cfg.MustExist || tx.Bucket(secretsBucket) != nil:
			return errors.New("the keys are missing from the file: restore it from a backup")
		}
		return makeBuckets(tx)
	})
	return errors.Join(err, f.db.Sync(), keydir.Sync(cfg.Dir))
}

func makeBuckets(tx *bbolt.Tx) error {
	bucket, err := tx.CreateBucket(secretsBucket)
	if err != nil {
		return err
	}
	for _, name := range SecretNames() {
		if err := put(bucket, []byte(name), NewKey()); err != nil {
			return err
		}
	}
	_, err = tx.CreateBucket(keysBucket)
	return err
}

// Retire closes the file and gives it another name: its keys are in another
// place now, and here they would grow old. It is kept for the operator to
// destroy, with its backups.
func (f *File) Retire() error {
	path := f.db.Path()
	dir := filepath.Dir(path)
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(path, filepath.Join(dir, movedFile)); err != nil {
		return fmt.Errorf("put away the file of the keys: %w", err)
	}
	return keydir.Sync(dir)
}

// Close waits for calls that are under way and gives the file free.
func (f *File) Close() error { return f.db.Close() }
