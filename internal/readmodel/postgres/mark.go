package postgres

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"sync"
)

// programMark tells one program from another by its bytes: rows that another
// one folded are not gone on with.
var programMark = sync.OnceValues(func() ([]byte, error) {
	f, err := program()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return nil, fmt.Errorf("read this program: %w", err)
	}
	return h.Sum(nil), nil
})

// program opens the file that this process runs. Where the system gives it by
// the process, it is that one even if another has been put in its place.
func program() (*os.File, error) {
	if f, err := os.Open("/proc/self/exe"); err == nil {
		return f, nil
	}
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return os.Open(path)
}
