package pgkeys_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"percorsi/internal/fault"
	"percorsi/internal/privacy"
)

func somebody(n int) string { return fmt.Sprintf("0195e8a0-0000-8000-9000-%012d", n) }

func TestAKeyThatAnotherProcessMadeIsThereAtOnce(t *testing.T) {
	d := newDeployment(t)
	one, other := d.process(), d.machine().process()
	for i := range 300 {
		maker, user := one, other
		if i%2 == 1 {
			maker, user = other, one
		}
		if err := maker.CreateKey(somebody(i)); err != nil {
			t.Fatal(err)
		}
		if err := user.CheckKey(somebody(i)); err != nil {
			t.Fatalf("the key of person %d: %v", i, err)
		}
		opens(t, user, somebody(i), seal(t, maker, somebody(i)))
	}
}

func TestProcessesThatMakeTheSameKeysAtOnceAgree(t *testing.T) {
	d := newDeployment(t)
	processes := make([]*privacy.Vault, 6)
	for i := range processes {
		processes[i] = d.process()
	}
	const people = 100
	var group sync.WaitGroup
	sealed := make([][people][]byte, len(processes))
	for i, v := range processes {
		for n := range people {
			group.Go(func() {
				if err := v.CreateKey(somebody(n)); err != nil {
					t.Error(err)
					return
				}
				sealed[i][n] = seal(t, v, somebody(n))
			})
		}
	}
	group.Wait()
	for _, boxes := range sealed {
		for n, box := range boxes {
			opens(t, processes[n%len(processes)], somebody(n), box)
		}
	}
}

func TestAllHashesAreTheSameInEveryProcess(t *testing.T) {
	d := newDeployment(t)
	one, other := d.process(), d.machine().process()
	if one.PersonID("CF:X") != other.PersonID("CF:X") {
		t.Error("a person has two ids")
	}
	if string(one.SearchKey("surname", "rossi")) != string(other.SearchKey("surname", "rossi")) {
		t.Error("a name has two search keys")
	}
	if one.Digest([]byte("command")) != other.Digest([]byte("command")) {
		t.Error("a command has two digests")
	}
}

// gone waits until a process has forgotten somebody: a moment.
func gone(t *testing.T, v *privacy.Vault, person string) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for began := time.Now(); ; <-tick.C {
		err := v.CheckKey(person)
		if errors.Is(err, privacy.ErrErased) {
			return
		}
		if err != nil || time.Since(began) > 10*time.Second {
			t.Fatalf("after %v the key of %s: %v, want ErrErased", time.Since(began), person, err)
		}
	}
}

// TestADestroyedKeyIsGoneEverywhere also where an operator destroyed it.
func TestADestroyedKeyIsGoneEverywhere(t *testing.T) {
	d := newDeployment(t)
	processes := []*privacy.Vault{d.process(), d.process(), d.machine().process()}
	const people = 500
	for name, c := range map[string]struct {
		destroy func()
		gone    []int
		left    []int
	}{
		"by a process":       {func() { destroyKey(t, processes[0], somebody(0)) }, []int{0}, []int{1, 499}},
		"by another process": {func() { destroyKey(t, processes[2], somebody(1)) }, []int{1}, []int{0, 499}},
		"by hand": {
			func() { d.by("delete from percorsi_keys.keys where person = '" + somebody(2) + "'") },
			[]int{2},
			[]int{0, 499},
		},
		"by hand, hundreds at once": {
			func() {
				d.by("delete from percorsi_keys.keys where person between '" + somebody(10) + "' and '" + somebody(399) + "'")
			},
			[]int{10, 200, 399},
			[]int{9, 400},
		},
		"by hand, all at once": {func() { d.by("truncate percorsi_keys.keys") }, []int{0, 250, 499}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			for n := range people {
				if err := processes[n%3].CreateKey(somebody(n)); err != nil {
					t.Fatal(err)
				}
			}
			sealed := map[int][]byte{}
			for _, n := range c.left {
				sealed[n] = seal(t, processes[0], somebody(n))
			}
			c.destroy()
			for _, v := range processes {
				for _, n := range c.gone {
					gone(t, v, somebody(n))
				}
				for n, box := range sealed {
					opens(t, v, somebody(n), box)
				}
			}
		})
	}
}

func destroyKey(t *testing.T, v *privacy.Vault, person string) {
	t.Helper()
	if err := v.DestroyKey(person); err != nil {
		t.Fatal(err)
	}
	if v.HasKey(person) {
		t.Error("where it was destroyed it is still there")
	}
}

func TestAKeyThatIsReplacedByHandIsReadAgain(t *testing.T) {
	d := newDeployment(t)
	v := d.process()
	for _, person := range []string{anna, bruno} {
		if err := v.CreateKey(person); err != nil {
			t.Fatal(err)
		}
	}
	sealed := seal(t, v, anna)
	// A row that was moved is of no use: a key is bound to its person.
	d.by("update percorsi_keys.keys k set wrapped = b.wrapped from percorsi_keys.keys b where k.person = '" + anna + "' and b.person = '" + bruno + "'")
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for began := time.Now(); ; <-tick.C {
		_, err := v.Unseal(anna, privacy.PurposeText, sealed)
		if err != nil {
			if errors.Is(err, privacy.ErrErased) || fault.KindOf(err) != fault.Internal {
				t.Errorf("a key that was exchanged: %v, want an error for the operator", err)
			}
			return
		}
		if time.Since(began) > 10*time.Second {
			t.Fatal("it still opens")
		}
	}
}

// TestManyNewKeysShareTransactions, as each costs a sync.
func TestManyNewKeysShareTransactions(t *testing.T) {
	d := newDeployment(t)
	v := d.process()
	var group sync.WaitGroup
	for n := range 1000 {
		group.Go(func() {
			if err := v.CreateKey(somebody(n)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	var keys, transactions int
	row := d.connect().QueryRow(t.Context(), "select count(*), count(distinct xmin::text) from percorsi_keys.keys")
	if err := row.Scan(&keys, &transactions); err != nil {
		t.Fatal(err)
	}
	if keys != 1000 || transactions > 250 {
		t.Errorf("%d keys in %d transactions, want 1000 in far fewer", keys, transactions)
	}
}
