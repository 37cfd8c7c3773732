package comuni

import (
	_ "embed" // for the directive below
	"io"
	"strings"
)

//go:embed comuni.json
var file string

// JSON gives the data file from its beginning: a list of objects with the
// fields istat, cadastral, name, province, population_2011, managing_body.
func JSON() io.Reader { return strings.NewReader(file) }
