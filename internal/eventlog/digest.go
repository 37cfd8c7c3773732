package eventlog

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"iter"
	"maps"
	"slices"
)

// Digest is a SHA-256 over a sequence of records: positions, streams, times,
// headers and bytes. Two logs have the same records if and only if they have
// the same digest, wherever and however they are kept. Create it with
// NewDigest.
//
// Each record counts as its position and its time (nanoseconds since 1970), 8
// bytes each, the highest first; its stream; the number of its headers, and
// each key and value by order of keys; its data. Texts and data are preceded
// by their length, like numbers in 8 bytes.
type Digest struct {
	hash  hash.Hash
	count uint64
	buf   []byte
}

// NewDigest begins with no record.
func NewDigest() *Digest { return &Digest{hash: sha256.New()} }

// Add counts one record in.
func (d *Digest) Add(r Record) {
	b := binary.BigEndian.AppendUint64(d.buf[:0], uint64(r.Position))
	b = binary.BigEndian.AppendUint64(b, uint64(r.StoredAt.UnixNano()))
	b = appendText(b, string(r.Stream))
	b = binary.BigEndian.AppendUint64(b, uint64(len(r.Header)))
	for _, k := range slices.Sorted(maps.Keys(r.Header)) {
		b = appendText(appendText(b, k), r.Header[k])
	}
	b = binary.BigEndian.AppendUint64(b, uint64(len(r.Data)))
	d.buf = b
	d.hash.Write(b)
	d.hash.Write(r.Data)
	d.count++
}

func appendText(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint64(b, uint64(len(s))), s...)
}

// Through gives the records of a sequence as they are and counts in each that
// is handed over.
func (d *Digest) Through(records iter.Seq2[Record, error]) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for r, err := range records {
			if err == nil {
				d.Add(r)
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// Count is how many records were counted in.
func (d *Digest) Count() uint64 { return d.count }

// Sum gives the digest of the records so far, 32 bytes.
func (d *Digest) Sum() []byte { return d.hash.Sum(nil) }

// String gives Sum in hexadecimal digits.
func (d *Digest) String() string { return hex.EncodeToString(d.Sum()) }
