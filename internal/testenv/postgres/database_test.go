package postgres_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"percorsi/internal/testenv/postgres"
)

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.WithoutCancel(t.Context())) }) // its database may be gone
	return c
}

func execute(t *testing.T, c *pgx.Conn, sql string) {
	t.Helper()
	if _, err := c.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func ask[T any](t *testing.T, c *pgx.Conn, sql string, args ...any) T {
	t.Helper()
	var v T
	if err := c.QueryRow(t.Context(), sql, args...).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestEachDatabaseIsEmptyAndOfItsOwn(t *testing.T) {
	one, two := connect(t, postgres.Database(t)), connect(t, postgres.Database(t))
	execute(t, one, "create table cases (id int)")
	if n := ask[int](t, two, "select count(*) from pg_tables where schemaname = 'public'"); n != 0 {
		t.Errorf("a table made in one database is in the other: %d tables", n)
	}
	if a, b := ask[string](t, one, "select current_database()"), ask[string](t, two, "select current_database()"); a == b {
		t.Errorf("two databases are one: %s", a)
	}
}

func TestADatabaseIsDroppedWithItsTestWhoeverIsConnected(t *testing.T) {
	observer := connect(t, postgres.Database(t))
	var name string
	var leaked *pgx.Conn
	t.Run("leaks a connection", func(inner *testing.T) {
		var err error
		leaked, err = pgx.Connect(inner.Context(), postgres.Database(inner))
		if err != nil {
			inner.Fatal(err)
		}
		name = ask[string](inner, leaked, "select current_database()")
	})
	if ask[bool](t, observer, "select exists (select from pg_database where datname = $1)", name) {
		t.Errorf("%s is still there", name)
	}
	if err := leaked.Ping(t.Context()); err == nil {
		t.Error("a connection to a dropped database answers")
	}
}

func TestATemplateIsPreparedOnceForManyTests(t *testing.T) {
	t.Parallel()
	key := t.Name() + postgres.Database(t) // not known from an earlier run
	var prepared atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			c := connect(t, postgres.DatabaseFrom(t, key, func(ctx context.Context, url string) error {
				prepared.Add(1)
				return prepareCases(ctx, url)
			}))
			if n := ask[int](t, c, "select count(*) from cases"); n != 1 {
				t.Errorf("a copy has %d cases, not those of its template", n)
			}
			execute(t, c, "insert into cases values (2)")
		})
	}
	all.Wait()
	if n := prepared.Load(); n != 1 {
		t.Errorf("prepared %d times", n)
	}
}

func TestAnotherKeyIsAnotherTemplate(t *testing.T) {
	t.Parallel()
	key := t.Name() + postgres.Database(t)
	connect(t, postgres.DatabaseFrom(t, key, prepareCases))
	other := connect(t, postgres.DatabaseFrom(t, key+"2", func(context.Context, string) error { return nil }))
	if n := ask[int](t, other, "select count(*) from pg_tables where schemaname = 'public'"); n != 0 {
		t.Errorf("the template of one key has the %d tables of another", n)
	}
}

// TestATemplateThatCouldNotBePreparedIsNotUsed fails to prepare in a process of
// its own, since that fails the test; here the same key is prepared anew.
func TestATemplateThatCouldNotBePreparedIsNotUsed(t *testing.T) {
	server := startServer(t, postgres.Options{})
	if out, err := again(t, "fail to prepare", server.URL(), t.TempDir()).CombinedOutput(); err == nil || !strings.Contains(string(out), errPrepare.Error()) {
		t.Fatalf("a test whose database could not be prepared went on: %v\n%s", err, out)
	}
	t.Setenv(postgres.Variable, server.URL())
	c := connect(t, postgres.DatabaseFrom(t, sharedKey, prepareCases))
	if n := ask[int](t, c, "select count(*) from cases"); n != 1 {
		t.Errorf("a copy has %d cases", n)
	}
}

func TestProcessesShareATemplate(t *testing.T) {
	t.Parallel()
	server, dir := startServer(t, postgres.Options{}), t.TempDir()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if out, err := again(t, "prepare", server.URL(), dir).CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	all.Wait()
	if prepared, err := os.ReadDir(dir); err != nil || len(prepared) != 1 {
		t.Errorf("4 processes prepared %d times: %v", len(prepared), err)
	}
}

const (
	// envPart has the test binary, run again by one of its tests, play a part.
	envPart = "TESTENV_PART"
	// envDir is where it leaves a file each time it prepares a template.
	envDir    = "TESTENV_DIR"
	sharedKey = "shared by processes"
)

var errPrepare = errors.New("the migration is wrong")

// again is this test binary as another process.
func again(t *testing.T, part, server, dir string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestAnotherProcess$", "-test.v")
	cmd.Env = append(os.Environ(), envPart+"="+part, postgres.Variable+"="+server, envDir+"="+dir)
	return cmd
}

// TestAnotherProcess is what the processes of other tests run.
func TestAnotherProcess(t *testing.T) {
	switch os.Getenv(envPart) {
	case "prepare":
		connect(t, postgres.DatabaseFrom(t, sharedKey, func(ctx context.Context, url string) error {
			f, err := os.CreateTemp(os.Getenv(envDir), "")
			if err != nil {
				return err
			}
			return errors.Join(f.Close(), prepareCases(ctx, url))
		}))
	case "fail to prepare":
		postgres.DatabaseFrom(t, sharedKey, func(ctx context.Context, url string) error {
			return errors.Join(errPrepare, prepareCases(ctx, url))
		})
	case "wait to be killed":
		waitToBeKilled(t)
	default:
		t.Skip("other tests run this")
	}
}

func prepareCases(ctx context.Context, url string) error {
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	_, err = c.Exec(ctx, "create table cases (id int); insert into cases values (1)")
	return errors.Join(err, c.Close(ctx))
}

// dirOf is the directory of a server's socket, and of the data of one for tests.
func dirOf(t *testing.T, url string) string {
	t.Helper()
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Clean(cfg.Host)
}
