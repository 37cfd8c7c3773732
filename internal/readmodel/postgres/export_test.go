package postgres

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"testing"

	"percorsi/internal/eventlog/pgcopy"
)

// Prepare makes the schemas, for the template of the tests.
var Prepare = prepare

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
