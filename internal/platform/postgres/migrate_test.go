package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5/pgxpool"

	"percorsi/internal/platform/postgres"
	testenv "percorsi/internal/testenv/postgres"
)

// migrations makes the first n of some migrations. The first takes a moment, so
// that processes meet in it.
func migrations(n int) fs.FS {
	files := fstest.MapFS{}
	for i, text := range []string{
		"create table {{.schema}}.one (id int primary key);\nselect pg_sleep(0.2);\ninsert into {{.schema}}.one values (1);",
		"alter table {{.schema}}.one add column name text not null default 'x';",
		"create table {{.schema}}.two (id int);",
	}[:n] {
		files[fmt.Sprintf("%03d_step.sql", i+1)] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

// migrateThere is the environment variable that makes a process of this test
// migrate the database it names, and end.
const migrateThere = "PERCORSI_TEST_MIGRATE"

func TestMain(m *testing.M) {
	if there := os.Getenv(migrateThere); there != "" {
		if err := migrate(context.Background(), there); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func migrate(ctx context.Context, url string) error {
	pool, err := postgres.Open(ctx, url)
	if err != nil {
		return err
	}
	defer pool.Close()
	return errors.Join(
		postgres.Migrate(ctx, pool, "one", migrations(3)),
		postgres.Migrate(ctx, pool, "other", migrations(2)),
	)
}

func open(t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	pool, err := postgres.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

func version(t *testing.T, pool *pgxpool.Pool, schema string) (v int) {
	t.Helper()
	if err := pool.QueryRow(t.Context(), "select version from "+schema+".schema_version").Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestFourProcessesMigrateAtOnce(t *testing.T) {
	url := testenv.Database(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Env = append(os.Environ(), migrateThere+"="+url)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	all.Wait()
	pool := open(t, url)
	for schema, want := range map[string]int{"one": 3, "other": 2} {
		if got := version(t, pool, schema); got != want {
			t.Errorf("schema %s is at version %d, want %d", schema, got, want)
		}
		var rows int
		if err := pool.QueryRow(t.Context(), "select count(name) from "+schema+".one").Scan(&rows); err != nil || rows != 1 {
			t.Errorf("schema %s: a migration ran %d times (%v)", schema, rows, err)
		}
	}
}

func TestASchemaIsBroughtUpToDateStepByStep(t *testing.T) {
	pool := open(t, testenv.Database(t))
	for n := 1; n <= 3; n++ {
		for range 2 { // the second time there is nothing to do
			if err := postgres.Migrate(t.Context(), pool, "one", migrations(n)); err != nil {
				t.Fatal(err)
			}
			if got := version(t, pool, "one"); got != n {
				t.Errorf("version %d, want %d", got, n)
			}
		}
	}
}

func TestANewerSchemaIsLeftAlone(t *testing.T) {
	pool := open(t, testenv.Database(t))
	if err := postgres.Migrate(t.Context(), pool, "one", migrations(3)); err != nil {
		t.Fatal(err)
	}
	if err := postgres.Migrate(t.Context(), pool, "one", migrations(1)); err != nil {
		t.Fatalf("a process that is older does not go on: %v", err)
	}
	if got := version(t, pool, "one"); got != 3 {
		t.Errorf("version %d, want that of the newer process", got)
	}
	if _, err := pool.Exec(t.Context(), "select id, name from one.one; select id from one.two"); err != nil {
		t.Errorf("what the newer process made is gone: %v", err)
	}
}

func TestAMigrationThatFailsLeavesTheOnesBeforeIt(t *testing.T) {
	pool := open(t, testenv.Database(t))
	broken := fstest.MapFS{
		"001_good.sql": &fstest.MapFile{Data: []byte("create table {{.schema}}.one (id int)")},
		"002_bad.sql":  &fstest.MapFile{Data: []byte("create table {{.schema}}.two (id int);\nselect 1/0;")},
	}
	err := postgres.Migrate(t.Context(), pool, "one", broken)
	if err == nil || !strings.Contains(err.Error(), "schema one") {
		t.Fatalf("%v, want an error that names the schema", err)
	}
	if got := version(t, pool, "one"); got != 1 {
		t.Errorf("version %d, want 1", got)
	}
	var there bool
	if err := pool.QueryRow(t.Context(), "select to_regclass('one.two') is not null").Scan(&there); err != nil || there {
		t.Errorf("half of a migration is there (%v)", err)
	}
	// Nobody is kept waiting by the one that failed.
	if err := postgres.Migrate(t.Context(), open(t, pool.Config().ConnString()), "other", migrations(1)); err != nil {
		t.Error(err)
	}
}

func TestAUserWithoutRightsIsToldWhatIsMissing(t *testing.T) {
	url := testenv.Database(t)
	pool := open(t, url)
	name := "clerk_" + strings.ToLower(pool.Config().ConnConfig.Database[len("percorsi_test_"):])
	if _, err := pool.Exec(t.Context(), "create role "+name+" login"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := pool.Exec(context.WithoutCancel(t.Context()), "drop role "+name); err != nil {
			t.Error(err)
		}
	})
	cfg := pool.Config().Copy()
	cfg.ConnConfig.User = name
	clerk, err := pgxpool.NewWithConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer clerk.Close()
	err = postgres.Migrate(t.Context(), clerk, "one", migrations(1))
	if err == nil || !strings.Contains(err.Error(), "CREATE") {
		t.Errorf("%v, want an error that says which right is missing", err)
	}
}
