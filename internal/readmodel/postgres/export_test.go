package postgres

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"testing"

	"percorsi/internal/eventlog/pgcopy"
)

// Migrations are those of the rows.
var Migrations = migrations

// Prepare makes the schemas, for the template of the tests.
var Prepare = prepare

// The keys of the locks.
const (
	Leadership = leadership
	Rebuilding = rebuilding
	Swapping   = swapping
)

// The questions of the lists, as SQL with its parameters.
var (
	CasesQuery  = casesQuery
	ClocksQuery = clocksQuery
)

// Tables gives the names of the tables that rows are folded into.
func Tables() []string {
	var out []string
	for _, t := range tables {
		out = append(out, t.name)
	}
	return out
}

// SchemaKey tells one state of the migrations from another.
func SchemaKey(t testing.TB) string {
	t.Helper()
	h := sha256.New()
	for _, files := range []fs.FS{migrations, pgcopy.Migrations()} {
		if err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := fs.ReadFile(files, path)
			h.Write(b)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}
