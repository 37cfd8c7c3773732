package backup

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"

	"github.com/klauspost/compress/zstd"
	"google.golang.org/protobuf/encoding/protodelim"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/wire"
	eventlogv1 "percorsi/internal/gen/percorsi/eventlog/v1"
)

// maxWindow bounds what the decoder keeps in memory, in bytes.
const maxWindow = 64 << 20

// Check reads a whole file and gives the digest of its records. The error is
// ErrForeign, a *Damage, or about a file that cannot be read.
func Check(path string) (*eventlog.Digest, error) {
	digest := eventlog.NewDigest()
	for _, err := range digest.Through(File(path)) {
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
	}
	return digest, nil
}

// File gives the records of a file like Read, and closes it at the end.
func File(path string) iter.Seq2[eventlog.Record, error] {
	return func(yield func(eventlog.Record, error) bool) {
		f, err := os.Open(path)
		if err != nil {
			yield(eventlog.Record{}, err)
			return
		}
		defer func() { _ = f.Close() }() // nothing was written
		Read(f)(yield)
	}
}

// Read gives the records of a backup, in order. Each has been checked by
// itself; that they are those that were written is proved only when the
// sequence ends without an error. The error is ErrForeign or a *Damage; what r
// said is in it.
func Read(r io.Reader) iter.Seq2[eventlog.Record, error] {
	return func(yield func(eventlog.Record, error) bool) {
		buffered := bufio.NewReader(r)
		if err := readTitle(buffered); err != nil {
			yield(eventlog.Record{}, err)
			return
		}
		z, err := zstd.NewReader(buffered, zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderConcurrency(1))
		if err != nil {
			yield(eventlog.Record{}, err)
			return
		}
		defer z.Close()
		p := &parts{r: bufio.NewReader(z), digest: eventlog.NewDigest()}
		for {
			record, more, err := p.next()
			if err == nil && !more || !yield(record, err) || err != nil {
				return
			}
		}
	}
}

// readTitle reads the first line.
func readTitle(r *bufio.Reader) error {
	line := make([]byte, len(first))
	n, err := io.ReadFull(r, line)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	switch text := string(line[:n]); {
	case text == first:
		return nil
	case n > 0 && strings.HasPrefix(first, text):
		return &Damage{Position: 1, What: "the file is cut off in its first line"}
	case strings.HasPrefix(text, title):
		return fmt.Errorf("%w: it was written in a newer format: use the version of percorsi that wrote it, or a later one", ErrForeign)
	default:
		return ErrForeign
	}
}

// parts reads the messages of a file.
type parts struct {
	r      *bufio.Reader
	digest *eventlog.Digest
}

// next gives the next record, or tells that the file ended as it must.
func (p *parts) next() (r eventlog.Record, more bool, err error) {
	part, err := p.part()
	if err != nil {
		return r, false, err
	}
	switch {
	case part.GetEnd() != nil:
		return r, false, p.end(part.GetEnd())
	case checksum(part.GetRecord()) != part.GetCrc32C():
		return r, false, p.damage("its bytes are not those that were written", nil)
	}
	m := &eventlogv1.Record{}
	if err := proto.Unmarshal(part.GetRecord(), m); err != nil {
		return r, false, p.damage("it cannot be read", err)
	}
	if r, err = wire.Decode(m); err != nil {
		return r, false, p.damage("it cannot be read", err)
	}
	if r.Position != p.position() {
		return r, false, p.damage(fmt.Sprintf("position %d is in its place", r.Position), nil)
	}
	p.digest.Add(r)
	return r, true, nil
}

// part reads one message.
func (p *parts) part() (*eventlogv1.BackupPart, error) {
	part := &eventlogv1.BackupPart{}
	err := protodelim.UnmarshalOptions{MaxSize: maxPart}.UnmarshalFrom(p.r, part)
	switch {
	case err == nil:
		return part, nil
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, p.damage("the file is cut off there", nil)
	default:
		return nil, p.damage("it cannot be read", err)
	}
}

// end checks what the file says of itself, and that nothing follows.
func (p *parts) end(end *eventlogv1.BackupEnd) error {
	if end.GetCount() != p.digest.Count() {
		return p.damage(fmt.Sprintf("the file says that it has %d records", end.GetCount()), nil)
	}
	if !bytes.Equal(end.GetSha256(), p.digest.Sum()) {
		return p.damage("the records are not those of the digest at the end", nil)
	}
	switch _, err := p.r.ReadByte(); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return p.damage("what follows the records is damaged", err)
	default:
		return p.damage("something follows the end of the backup", nil)
	}
}

// position is the one that comes next.
func (p *parts) position() eventlog.Position { return eventlog.Position(p.digest.Count() + 1) }

func (p *parts) damage(what string, err error) error {
	return &Damage{Position: p.position(), What: what, Err: err}
}
