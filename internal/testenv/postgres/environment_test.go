//go:build unix

package postgres

import (
	"errors"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// recorder is a test of which only the verdict counts.
type recorder struct {
	testing.TB
	skipped, failed bool
}

func (r *recorder) Helper()              {}
func (r *recorder) Skipf(string, ...any) { r.skipped = true }
func (r *recorder) Fatal(...any)         { r.failed = true }

func TestWithoutAServerTestsAreSkippedExceptInCI(t *testing.T) {
	for _, c := range []struct {
		name    string
		err     error
		ci      string
		skipped bool
	}{
		{"a machine without PostgreSQL", ErrMissing, "", true},
		{"the same in CI", ErrMissing, "true", false},
		{"a server that does not start", errors.New("no space left"), "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("CI", c.ci)
			r := &recorder{TB: t}
			refuse(r, c.err)
			if r.skipped != c.skipped || (!r.skipped && !r.failed) {
				t.Errorf("skipped %t, failed %t", r.skipped, r.failed)
			}
		})
	}
}

func TestAMachineWithoutBinariesIsToldFromAFailure(t *testing.T) {
	t.Setenv("PATH", "/usr/bin:/bin")
	elsewhere := strings.ReplaceAll(keeper, "/usr/lib/postgresql", t.TempDir())
	if s, err := start(t.Context(), elsewhere, Options{}, nil); !errors.Is(err, ErrMissing) {
		t.Errorf("got %v, %v", s, err)
	}
}

func TestTheServerGivenIsUsed(t *testing.T) {
	const given = "postgres://somebody@localhost:1/postgres"
	t.Setenv(Variable, given)
	if got := require(t); got != given {
		t.Errorf("uses %s", got)
	}
}

// TestAServerRunsForOthersThanRoot starts one as somebody else, where root runs
// the tests; elsewhere every other test here is that test.
func TestAServerRunsForOthersThanRoot(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("this is not root")
	}
	s, err := start(t.Context(), keeper, Options{}, runAs(t, "nobody"))
	if err != nil {
		refuse(t, err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	c, err := pgx.Connect(t.Context(), s.URL())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func runAs(t *testing.T, name string) func(*exec.Cmd) {
	t.Helper()
	u, err := user.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	uid, uidErr := strconv.ParseUint(u.Uid, 10, 32)
	gid, gidErr := strconv.ParseUint(u.Gid, 10, 32)
	if err := errors.Join(uidErr, gidErr); err != nil {
		t.Fatal(err)
	}
	return func(cmd *exec.Cmd) {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
}
