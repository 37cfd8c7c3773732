package postgres_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"percorsi/internal/platform/postgres"
	testenv "percorsi/internal/testenv/postgres"
)

// secret is in no message.
const secret = "hunter2"

func TestAnAddressWithAPasswordIsRefused(t *testing.T) {
	for _, address := range []string{
		"postgres://anna:" + secret + "@db.example:5432/percorsi",
		"postgresql://anna:" + secret + "@db.example/percorsi",
		"postgres://anna@db.example/percorsi?password=" + secret,
		"postgres://db.example/percorsi?sslmode=disable&password=" + secret,
		"postgres://anna:@db.example/percorsi",
		"host=db.example user=anna password=" + secret,
		"host=db.example user=anna password = " + secret,
		"host=db.example user=anna password\t=\t'" + secret + "'",
		"password=" + secret,
	} {
		_, err := postgres.Parse(address)
		if err == nil {
			t.Errorf("%q is taken", strings.ReplaceAll(address, secret, "..."))
			continue
		}
		if strings.Contains(err.Error(), secret) || !strings.Contains(err.Error(), "PGPASSWORD") {
			t.Errorf("it shows the password, or does not say where it belongs: %v", err)
		}
	}
}

func TestAnAddressWithoutAPasswordIsTaken(t *testing.T) {
	for _, address := range []string{
		"postgres://anna@db.example:5432/percorsi",
		"postgres:///percorsi?host=/run/postgresql",
		"host=db.example user=anna dbname=percorsi",
		"host=db.example user=anna passfile=/etc/percorsi/passwords",
		"host=db.example dbname=password",
		"",
	} {
		if _, err := postgres.Parse(address); err != nil {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestWhatIsNoAddressIsNotRepeated(t *testing.T) {
	for _, address := range []string{"postgres://anna:" + secret + "@db:port/x", "host=" + secret + " port=x", "://" + secret} {
		if _, err := postgres.Parse(address); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("the error is %v", err)
		}
	}
}

func TestThePasswordOfTheEnvironmentIsUsed(t *testing.T) {
	t.Setenv("PGPASSWORD", secret)
	for _, address := range []string{"postgres://anna@db.example/percorsi", "host=db.example user=anna"} {
		cfg, err := postgres.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if cfg.ConnConfig.Password != secret {
			t.Errorf("%s: the password of PGPASSWORD is not used", address)
		}
	}
}

func TestThePasswordOfAFileIsUsed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "passwords")
	if err := os.WriteFile(file, []byte("db.example:5432:percorsi:anna:"+secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PGPASSFILE", file)
	cfg, err := postgres.Parse("postgres://anna@db.example:5432/percorsi")
	if err != nil || cfg.ConnConfig.Password != secret {
		t.Errorf("the password of PGPASSFILE is not used (%v)", err)
	}
}

func TestConnectionsSayWhoTheyAreAndCountInUTC(t *testing.T) {
	for address, want := range map[string]string{
		"postgres://anna@db.example/percorsi":                       "percorsi",
		"postgres://anna@db.example/percorsi?application_name=tool": "tool",
	} {
		cfg, err := postgres.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := cfg.ConnConfig.RuntimeParams; got["application_name"] != want || got["timezone"] != "UTC" {
			t.Errorf("%s: %v", address, got)
		}
	}
	pool, err := postgres.Open(t.Context(), testenv.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	var name, zone string
	if err := pool.QueryRow(t.Context(), "select current_setting('application_name'), current_setting('timezone')").Scan(&name, &zone); err != nil {
		t.Fatal(err)
	}
	if name != "percorsi" || zone != "UTC" {
		t.Errorf("a connection is called %q, in %s", name, zone)
	}
}

func TestAPageFoundByAnIndexIsCheapUnlessTheServerIsSetOtherwise(t *testing.T) {
	database := testenv.Database(t)
	cost := func(address string) (got string) {
		pool, err := postgres.Open(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		defer pool.Close()
		if err := pool.QueryRow(t.Context(), "select current_setting('random_page_cost')").Scan(&got); err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := cost(database); got != "1.1" {
		t.Errorf("it costs %s", got)
	}
	if got := cost(database + "&random_page_cost=2"); got != "2" {
		t.Errorf("it costs %s, and the address says 2", got)
	}
	pool, err := postgres.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if _, err := pool.Exec(t.Context(), `do $$ begin execute format('alter database %I set random_page_cost = 3', current_database()); end $$`); err != nil {
		t.Fatal(err)
	}
	if got := cost(database); got != "3" {
		t.Errorf("it costs %s, and the database says 3", got)
	}
}

func TestAServerThatIsNotThereIsNamedWithoutItsAddress(t *testing.T) {
	t.Setenv("PGPASSWORD", secret)
	dir := t.TempDir()
	address := "postgres://anna@/percorsi?sslmode=disable&host=" + dir
	_, err := postgres.Open(t.Context(), address)
	if err == nil {
		t.Fatal("it was reached")
	}
	said := err.Error()
	if !strings.Contains(said, dir) || !strings.Contains(said, "database percorsi") {
		t.Errorf("it does not say which server: %v", err)
	}
	if strings.Contains(said, "postgres://") || strings.Contains(said, "sslmode") || strings.Contains(said, secret) {
		t.Errorf("it shows the address: %v", err)
	}
}

func TestOpeningEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := postgres.Open(ctx, "postgres://anna@/percorsi?host="+t.TempDir()); err == nil {
		t.Error("it was opened")
	}
}
