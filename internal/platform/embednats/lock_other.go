//go:build !unix

package embednats

import (
	"os"
	"path/filepath"
)

// lockDir makes the directory. On this system nothing stops a second process
// from using it; production runs on Linux.
func lockDir(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
}
