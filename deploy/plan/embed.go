// Package plandata owns the data files of the plans that Percorsi ships: their
// objectives and indicators, what each figure counts, and the examples that
// test it. Package planfile reads them.
package plandata

import (
	"embed"
	"io/fs"
)

//go:embed lodi-2025-2027
var files embed.FS

// Lodi gives the files of the Piano di Zona 2025-2027 of the Ambito of Lodi.
func Lodi() fs.FS {
	sub, err := fs.Sub(files, "lodi-2025-2027")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return sub
}
