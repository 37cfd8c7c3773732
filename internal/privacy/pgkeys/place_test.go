package pgkeys_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"

	"percorsi/internal/privacy"
	"percorsi/internal/privacy/pgkeys"
	"percorsi/internal/privacy/privacytest"
	"percorsi/internal/testenv/postgres"
)

const (
	anna  = "0195e8a0-0000-8000-8000-00000000000a"
	bruno = "0195e8a0-0000-8000-8000-00000000000b"
)

func TestPostgresIsAPlaceOfKeys(t *testing.T) {
	privacytest.Run(t, func(t *testing.T) privacytest.Open {
		d := newDeployment(t)
		return func(mustExist bool) (privacy.Place, error) {
			cfg := d.config()
			cfg.MustExist = mustExist
			return pgkeys.Open(t.Context(), cfg)
		}
	})
}

// deployment is a database of keys and the directory of one machine.
type deployment struct {
	t       *testing.T
	address string
	dir     string
}

func newDeployment(t *testing.T) *deployment {
	t.Helper()
	return &deployment{t: t, address: postgres.Database(t), dir: filepath.Join(t.TempDir(), "keys")}
}

func (d *deployment) config() pgkeys.Config {
	return pgkeys.Config{Address: d.address, Dir: d.dir, Logger: slog.New(slog.DiscardHandler)}
}

// process opens the keys as one more process of this machine.
func (d *deployment) process() *privacy.Vault {
	d.t.Helper()
	keys, err := pgkeys.Open(d.t.Context(), d.config())
	if err != nil {
		d.t.Fatal(err)
	}
	v, err := privacy.NewVault(keys)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() {
		if err := v.Close(); err != nil {
			d.t.Error(err)
		}
	})
	return v
}

// machine is the same deployment on another machine, which has a copy of the
// master key.
func (d *deployment) machine() *deployment {
	d.t.Helper()
	other := &deployment{t: d.t, address: d.address, dir: filepath.Join(d.t.TempDir(), "keys")}
	if err := os.MkdirAll(other.dir, 0o700); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(other.dir, "master.key"), d.file(), 0o600); err != nil {
		d.t.Fatal(err)
	}
	return other
}

// file is the master key as it lies on the machine.
func (d *deployment) file() []byte {
	d.t.Helper()
	text, err := os.ReadFile(filepath.Join(d.dir, "master.key"))
	if err != nil {
		d.t.Fatal(err)
	}
	return text
}

// by runs statements as an operator of the database would.
func (d *deployment) by(statements ...string) {
	d.t.Helper()
	conn := d.connect()
	for _, s := range statements {
		if _, err := conn.Exec(d.t.Context(), s); err != nil {
			d.t.Fatalf("%s: %v", s, err)
		}
	}
}

func (d *deployment) connect() *pgx.Conn {
	d.t.Helper()
	conn, err := pgx.Connect(d.t.Context(), d.address)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(d.t.Context())) })
	return conn
}

func seal(t *testing.T, v *privacy.Vault, person string) []byte {
	t.Helper()
	sealed, err := v.Seal(person, privacy.PurposeText, []byte("words"))
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func opens(t *testing.T, v *privacy.Vault, person string, sealed []byte) {
	t.Helper()
	if plain, err := v.Unseal(person, privacy.PurposeText, sealed); err != nil || string(plain) != "words" {
		t.Errorf("it opens to %q, %v", plain, err)
	}
}
