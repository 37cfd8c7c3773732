package approvals

import (
	_ "embed" // for the directive below
	"io"
	"strings"
)

//go:embed approvals.yaml
var file string

// YAML gives the data file from its beginning.
func YAML() io.Reader { return strings.NewReader(file) }
