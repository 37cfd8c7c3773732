package privacy

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"
	"golang.org/x/sync/singleflight"
)

const (
	// keyFile is the one file of the vault.
	keyFile = "keys.db"
	// lockTimeout is how long to wait for a process that is about to end.
	lockTimeout = time.Second
	// gatherFor is how long the first of several new keys waits for others, so
	// that one sync serves all of them. A sync takes about as long.
	gatherFor = time.Millisecond
)

// Vault keeps the keys of persons and the secrets of the deployment. It is
// safe for concurrent use. Close it after its last use.
//
// Keys are not cached: to read a key from the file, which lies in memory, and
// to seal with it takes a few microseconds, far less than to write what was
// sealed. So a key that is destroyed is gone, and the vault has the same size
// in memory for any number of people.
type Vault struct {
	db       *bbolt.DB
	secrets  secrets
	created  bool
	creating singleflight.Group // by person
}

// OpenVault opens the vault in a directory of its own, and makes both where
// they are missing. It is an error if others than the owner may read them,
// if another process has the vault open, or if the file is damaged; the
// error says what the operator can do.
func OpenVault(dir string) (*Vault, error) {
	if err := makePrivate(dir); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, keyFile)
	if err := refuseOpen(path, 0o600); err != nil {
		return nil, err
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockTimeout})
	if errors.Is(err, bbolterrors.ErrTimeout) {
		return nil, fmt.Errorf("open keys: %s is in use by another process: stop that one first", path)
	}
	if err != nil {
		return nil, fmt.Errorf("open keys: %s: %w", path, err)
	}
	db.MaxBatchDelay = gatherFor
	v := &Vault{db: db}
	if err := v.prepare(dir); err != nil {
		return nil, errors.Join(fmt.Errorf("open keys: %s: %w", path, err), db.Close())
	}
	return v, nil
}

// prepare brings a new file into shape and reads the secrets. When it is done
// everything in the file is on disk, also what a process wrote that was
// killed before its own sync.
func (v *Vault) prepare(dir string) error {
	if err := v.db.Update(v.prepareFile); err != nil {
		return err
	}
	return errors.Join(v.db.Sync(), syncDir(dir))
}

func (v *Vault) prepareFile(tx *bbolt.Tx) error {
	if tx.Bucket(secretsBucket) == nil {
		v.created = true
		if err := createSecrets(tx); err != nil {
			return err
		}
		if _, err := tx.CreateBucket(keysBucket); err != nil {
			return err
		}
	}
	if tx.Bucket(keysBucket) == nil {
		return errors.New("the keys are missing from the file: restore it from a backup")
	}
	var err error
	v.secrets, err = readSecrets(tx)
	return err
}

// Created tells whether OpenVault made a new file. With a log that already
// has commits that means the old file was lost: stop, and restore it.
func (v *Vault) Created() bool { return v.created }

// Close gives the file free. It waits for calls that are under way; calls
// after it fail.
func (v *Vault) Close() error { return v.db.Close() }
