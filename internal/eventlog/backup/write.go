package backup

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"
	"google.golang.org/protobuf/encoding/protodelim"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/wire"
	eventlogv1 "percorsi/internal/gen/percorsi/eventlog/v1"
)

// Partial is what the name of a file ends in while it is being written.
const Partial = ".partial"

// Create writes a backup to a new file and gives the digest of its records.
// Until it is whole and on disk the file is called path with Partial behind; it
// is removed if anything fails. A file that is there is never replaced.
func Create(path string, records iter.Seq2[eventlog.Record, error]) (*eventlog.Digest, error) {
	if _, err := os.Lstat(path); err == nil {
		return nil, fmt.Errorf("write a backup: %s is there already: give another name", path)
	}
	digest, err := writeFile(path+Partial, records)
	if err == nil {
		err = os.Rename(path+Partial, path)
	}
	if err != nil {
		return nil, fmt.Errorf("write a backup: %w", errors.Join(err, removed(path+Partial)))
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		return nil, fmt.Errorf("write a backup: %w", err)
	}
	return digest, nil
}

func writeFile(path string, records iter.Seq2[eventlog.Record, error]) (digest *eventlog.Digest, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if digest, err = Write(f, records); err != nil {
		return nil, err
	}
	return digest, f.Sync()
}

// removed takes a file away, unless it is not there.
func removed(path string) error {
	if err := os.Remove(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// syncDir makes the name of a new file as durable as its content.
func syncDir(dir string) (err error) {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return d.Sync()
}

// Write writes a backup and gives the digest of its records. It ends with a
// *eventlog.Gap if they do not begin at 1 or have a hole, and with the error in
// which they end.
func Write(w io.Writer, records iter.Seq2[eventlog.Record, error]) (*eventlog.Digest, error) {
	if _, err := io.WriteString(w, first); err != nil {
		return nil, err
	}
	z, err := zstd.NewWriter(w)
	if err != nil {
		return nil, err
	}
	buffered := bufio.NewWriter(z)
	digest, err := writeParts(buffered, records)
	if err == nil {
		err = buffered.Flush()
	}
	if err := errors.Join(err, z.Close()); err != nil {
		return nil, err
	}
	return digest, nil
}

func writeParts(w io.Writer, records iter.Seq2[eventlog.Record, error]) (*eventlog.Digest, error) {
	digest := eventlog.NewDigest()
	var data []byte
	for r, err := range records {
		if err != nil {
			return nil, err
		}
		if want := eventlog.Position(digest.Count() + 1); r.Position != want {
			return nil, &eventlog.Gap{Position: want}
		}
		digest.Add(r)
		if data, err = (proto.MarshalOptions{}).MarshalAppend(data[:0], wire.Encode(r)); err != nil {
			return nil, fmt.Errorf("encode the record of position %d: %w", r.Position, err)
		}
		part := &eventlogv1.BackupPart{Part: &eventlogv1.BackupPart_Record{Record: data}, Crc32C: checksum(data)}
		if _, err := protodelim.MarshalTo(w, part); err != nil {
			return nil, err
		}
	}
	end := &eventlogv1.BackupEnd{Count: digest.Count(), Sha256: digest.Sum()}
	_, err := protodelim.MarshalTo(w, &eventlogv1.BackupPart{Part: &eventlogv1.BackupPart_End{End: end}})
	return digest, err
}
