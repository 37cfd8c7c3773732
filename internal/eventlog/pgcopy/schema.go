package pgcopy

import (
	"embed"
	"io/fs"
)

// Schema is the schema of the copy. It is one for a database: read models come
// and go beside it.
const Schema = "percorsi_log"

//go:embed migrations/*.sql
var files embed.FS

// Migrations are the files that make and keep up Schema, in the form that
// tern reads, with {{.schema}} for its name.
func Migrations() fs.FS {
	sub, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // the name is a constant
	}
	return sub
}
