package jetstream_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"percorsi/internal/eventlog"
	"percorsi/internal/platform/embednats"
)

// damaged writes a log of 192 records, stops it, lets a test break its files
// and opens it again.
func damaged(t *testing.T, harm func(dir string) error) *node {
	t.Helper()
	cfg := embednats.Config{Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)}
	n := open(t, cfg)
	race64(t, n.Log, 3)
	n.stop(t)
	if err := harm(filepath.Join(cfg.Dir, "jetstream", "$G", "streams", "PZ-LODI")); err != nil {
		t.Fatal(err)
	}
	return open(t, cfg)
}

// readAll gives the last record that can be read and the error after it.
func readAll(t *testing.T, n *node) (last eventlog.Position, err error) {
	t.Helper()
	for r, err := range n.Read(t.Context(), 0, 0) {
		if err != nil {
			return last, err
		}
		last = r.Position
	}
	return last, nil
}

// The server leaves out a stream whose description it cannot read, and Open
// creates it again. The records must still be there.
func TestALogWhoseDescriptionIsDamagedKeepsItsRecords(t *testing.T) {
	for name, harm := range map[string]func(dir string) error{
		"description": func(dir string) error { return os.WriteFile(filepath.Join(dir, "meta.inf"), []byte("x"), 0o600) },
		"checksum":    func(dir string) error { return os.WriteFile(filepath.Join(dir, "meta.sum"), []byte("x"), 0o600) },
		"index": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "msgs", "index.db"), []byte("x"), 0o600)
		},
		"all of it": func(dir string) error {
			return errors.Join(os.Remove(filepath.Join(dir, "meta.inf")), os.Remove(filepath.Join(dir, "meta.sum")))
		},
	} {
		if last, err := readAll(t, damaged(t, harm)); last != 192 || err != nil {
			t.Errorf("%s: the log reads up to %d, %v", name, last, err)
		}
	}
}

func TestALogThatLostBytesSaysWhere(t *testing.T) {
	n := damaged(t, func(dir string) error {
		block := filepath.Join(dir, "msgs", "1.blk")
		info, err := os.Stat(block)
		if err != nil {
			return err
		}
		return os.Truncate(block, info.Size()/2)
	})
	last, err := readAll(t, n)
	if gap, ok := errors.AsType[*eventlog.Gap](err); !ok || gap.Position != last+1 || last == 0 {
		t.Errorf("the log reads up to %d and ends with %v, want a gap at the next position", last, err)
	}
}
