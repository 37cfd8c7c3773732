package pgcopy

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"percorsi/internal/eventlog"
)

// Columns are what ScanRecord reads, in its order, for queries that join the
// table Schema.commits.
const Columns = "position, stored_ns, stream, header, data"

// ScanRecord reads the row of one commit: Columns, in that order.
func ScanRecord(row pgx.CollectableRow) (eventlog.Record, error) {
	var (
		position, storedNS int64
		stream             string
		header, data       []byte
	)
	if err := row.Scan(&position, &storedNS, &stream, &header, &data); err != nil {
		return eventlog.Record{}, fmt.Errorf("read a row of the copy: %w", err)
	}
	r := eventlog.Record{
		Position: eventlog.Position(position),
		Stream:   eventlog.Stream(stream),
		Data:     data,
		StoredAt: time.Unix(0, storedNS).UTC(),
	}
	if string(header) == "{}" {
		return r, nil
	}
	if err := json.Unmarshal(header, &r.Header); err != nil {
		return eventlog.Record{}, fmt.Errorf("read the headers of position %d of the copy: %w", position, err)
	}
	return r, nil
}

// row is a record as the table keeps it.
type row struct {
	position int64
	storedNS int64
	stream   string
	header   string
	data     []byte
}

// keep makes the row of a record, or says why the table cannot give the record
// back as it is.
func keep(r eventlog.Record) (row, error) {
	if r.Position == 0 || r.Position > math.MaxInt64 {
		return row{}, fmt.Errorf("copy a record: it has the position %d", r.Position)
	}
	ns := r.StoredAt.UnixNano()
	if !time.Unix(0, ns).Equal(r.StoredAt) {
		return row{}, fmt.Errorf("copy position %d: its time %v cannot be kept", r.Position, r.StoredAt)
	}
	if err := r.Stream.Validate(); err != nil {
		return row{}, fmt.Errorf("copy position %d: %w", r.Position, err)
	}
	header, err := headerJSON(r.Header)
	if err != nil {
		return row{}, fmt.Errorf("copy position %d: %w", r.Position, err)
	}
	data := r.Data
	if data == nil {
		data = []byte{} // nil would be NULL
	}
	return row{position: int64(r.Position), storedNS: ns, stream: string(r.Stream), header: header, data: data}, nil
}

// headerJSON gives the headers as one object with sorted keys.
func headerJSON(header map[string]string) (string, error) {
	if len(header) == 0 {
		return "{}", nil
	}
	for k, v := range header {
		if !plain(k) || !plain(v) {
			return "", fmt.Errorf("%w: a key or value is not text", eventlog.ErrInvalidHeader)
		}
	}
	text, err := json.Marshal(header)
	return string(text), err
}

// plain tells whether Postgres gives a text back as it is.
func plain(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }
