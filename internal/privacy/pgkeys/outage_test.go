package pgkeys_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"percorsi/internal/fault"
	"percorsi/internal/privacy"
)

// outage cuts every process off from the database and runs fn meanwhile, with
// a connection that stays.
func (d *deployment) outage(fn func(operator *pgx.Conn)) {
	d.t.Helper()
	operator := d.connect()
	var name string
	if err := operator.QueryRow(d.t.Context(), "select current_database()").Scan(&name); err != nil {
		d.t.Fatal(err)
	}
	elsewhere := &deployment{t: d.t, address: strings.Replace(d.address, name, "postgres", 1)}
	elsewhere.by("alter database "+name+" allow_connections false",
		fmt.Sprintf("select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = '%s' and pid <> %d", name, operator.PgConn().PID()))
	fn(operator)
	elsewhere.by("alter database " + name + " allow_connections true")
}

func TestWhatIsKnownIsReadWhileTheDatabaseIsAway(t *testing.T) {
	d := newDeployment(t)
	v := d.process()
	if err := v.CreateKey(anna); err != nil {
		t.Fatal(err)
	}
	sealed := seal(t, v, anna)
	d.outage(func(*pgx.Conn) {
		opens(t, v, anna, sealed)
		_, sealing := v.Seal(bruno, privacy.PurposeText, nil)
		for call, err := range map[string]error{
			"CheckKey": v.CheckKey(bruno), "CreateKey": v.CreateKey(bruno), "DestroyKey": v.DestroyKey(bruno), "Seal": sealing,
		} {
			if fault.KindOf(err) != fault.Unavailable {
				t.Errorf("%s of somebody unknown: %v, want Unavailable", call, err)
			}
		}
	})
	deadline := time.After(30 * time.Second)
	for v.CreateKey(bruno) != nil {
		select {
		case <-deadline:
			t.Fatal("the database is back and no key can be made")
		case <-time.After(10 * time.Millisecond):
		}
	}
	opens(t, v, bruno, seal(t, v, bruno))
}

func TestAKeyThatWasDestroyedWhileNobodyListenedIsForgotten(t *testing.T) {
	d := newDeployment(t)
	one, other := d.process(), d.machine().process()
	for _, person := range []string{anna, bruno} {
		if err := one.CreateKey(person); err != nil {
			t.Fatal(err)
		}
	}
	sealed := seal(t, other, bruno)
	if !other.HasKey(anna) {
		t.Fatal("the other process does not know the key")
	}
	d.outage(func(operator *pgx.Conn) {
		if _, err := operator.Exec(t.Context(), "delete from percorsi_keys.keys where person = $1", anna); err != nil {
			t.Fatal(err)
		}
		if !one.HasKey(anna) {
			t.Error("a process that is cut off cannot know that the key is gone")
		}
	})
	for _, v := range []*privacy.Vault{one, other} {
		gone(t, v, anna)
		opens(t, v, bruno, sealed)
	}
	// And it hears of keys again.
	destroyKey(t, one, bruno)
	gone(t, other, bruno)
}
