package postgres

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"
)

// Variable is the environment variable with the URL of the server to use.
const Variable = "PERCORSI_TEST_POSTGRES"

// own is the server of this process. It is kept until the process ends, which
// closes its input and so stops it.
var own = sync.OnceValues(func() (*Server, error) {
	return Start(context.Background(), Options{}) //nolint:forbidigo // it belongs to the process, not to the test that asks first
})

// require gives the URL of the server to use, or ends the test.
func require(tb testing.TB) string {
	tb.Helper()
	if given := os.Getenv(Variable); given != "" {
		return given
	}
	s, err := own()
	if err != nil {
		refuse(tb, err)
	}
	return s.URL()
}

// refuse ends a test that has no server.
func refuse(tb testing.TB, err error) {
	tb.Helper()
	if errors.Is(err, ErrMissing) && os.Getenv("CI") != "true" {
		tb.Skipf("*** NOT TESTED ON POSTGRESQL: %v ***", err)
	}
	tb.Fatal(err)
}
