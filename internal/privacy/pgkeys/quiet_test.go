package pgkeys

import (
	"bytes"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"percorsi/internal/privacy"
	"percorsi/internal/testenv/postgres"
)

// A connection on which nothing is said is tried, and is not lost by it.
func TestAQuietConnectionIsTriedAndStillListens(t *testing.T) {
	var said bytes.Buffer
	cfg := Config{Address: postgres.Database(t), Dir: t.TempDir() + "/keys", Logger: slog.New(slog.NewTextHandler(&said, nil)), quiet: time.Millisecond}
	listener, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), cfg.Address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	until(t, "the connection is tried", func() bool {
		var tried bool
		row := conn.QueryRow(t.Context(), "select exists (select from pg_stat_activity where datname = current_database() and query = '-- ping')")
		if err := row.Scan(&tried); err != nil {
			t.Fatal(err)
		}
		return tried
	})

	person := uuid.New()
	if err := listener.Create(person); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "delete from percorsi_keys.keys"); err != nil {
		t.Fatal(err)
	}
	until(t, "the key is forgotten", func() bool {
		_, err := listener.Key(person)
		return errors.Is(err, privacy.ErrErased)
	})
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	if said.Len() > 0 {
		t.Errorf("operators were told: %s", said.String())
	}
}

func until(t *testing.T, what string, reached func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for began := time.Now(); !reached(); <-tick.C {
		if time.Since(began) > 10*time.Second {
			t.Fatalf("in vain: %s", what)
		}
	}
}

// What was read before something was destroyed is not kept afterwards: it may
// be that.
func TestWhatWasReadBeforeADestructionIsNotKept(t *testing.T) {
	person, other := uuid.New(), uuid.New()
	m := &memory{keys: map[uuid.UUID]wrapped{}}
	age := m.now()
	read := map[uuid.UUID]wrapped{person: {1}}
	m.forget([]uuid.UUID{person})
	m.keep(age, read)
	if _, found := m.find(person); found {
		t.Error("a key that was destroyed is kept")
	}
	age = m.now()
	m.replace(map[uuid.UUID]wrapped{other: {2}})
	m.keep(age, read)
	if _, found := m.find(person); found {
		t.Error("a key that was not there when all were read is kept")
	}
	m.keep(m.now(), read)
	if w, found := m.find(person); !found || w != (wrapped{1}) {
		t.Error("a key is not kept")
	}
	if got := m.lacks([]uuid.UUID{person, other}); len(got) > 0 {
		t.Errorf("it says that it lacks %v", got)
	}
}

func TestWhatANotificationNames(t *testing.T) {
	person := uuid.New()
	if got, err := named(person.String() + "," + person.String()); err != nil || len(got) != 2 || got[1] != person {
		t.Errorf("%v, %v", got, err)
	}
	for _, text := range []string{"", "x", person.String() + ","} {
		if got, err := named(text); err == nil {
			t.Errorf("%q names %v", text, got)
		}
	}
}

func TestAWrappedKeyIsBoundToWhatItIs(t *testing.T) {
	m, err := newMaster(privacy.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	k := privacy.NewKey()
	w := m.wrap(kindPerson, []byte("id"), k)
	if got, err := m.unwrap(kindPerson, []byte("id"), w); err != nil || got != k {
		t.Errorf("it unwraps to %x, %v", got, err)
	}
	other, err := newMaster(privacy.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	for name, unwrap := range map[string]func() (privacy.Key, error){
		"another id":         func() (privacy.Key, error) { return m.unwrap(kindPerson, []byte("di"), w) },
		"another kind":       func() (privacy.Key, error) { return m.unwrap(kindSecret, []byte("id"), w) },
		"another master key": func() (privacy.Key, error) { return other.unwrap(kindPerson, []byte("id"), w) },
	} {
		if _, err := unwrap(); err == nil {
			t.Errorf("with %s it unwraps", name)
		}
	}
	for i := range w {
		changed := w
		changed[i] ^= 1
		if _, err := m.unwrap(kindPerson, []byte("id"), changed); err == nil {
			t.Errorf("with byte %d changed it unwraps", i)
		}
	}
	if again := m.wrap(kindPerson, []byte("id"), k); again == w {
		t.Error("the same key wraps to the same bytes")
	}
}
