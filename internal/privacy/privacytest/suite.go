package privacytest

import (
	"fmt"
	"sync"
	"testing"

	"percorsi/internal/privacy"
)

// Open opens the place of the keys of one deployment. It is called again only
// once what it gave before was closed.
type Open func(mustExist bool) (privacy.Place, error)

// Run runs the suite. deploy gives a new deployment, whose place does not exist
// before it is opened.
func Run(t *testing.T, deploy func(t *testing.T) Open) {
	for name, test := range map[string]func(*testing.T, *deployments){
		"a key is made once":                                                once,
		"only an id gets a key":                                             onlyIDs,
		"a thousand keys are made at once":                                  thousand,
		"everybody who registers a person at once gets the same key":        everybody,
		"a place opened again is the same":                                  again,
		"a new place where an old one must be is refused, again and again":  mustExist,
		"two deployments share nothing":                                     nothingShared,
		"who was erased cannot be read again, and nobody else is lost":      erased,
		"who is registered again after being erased begins anew":            anew,
		"a closed place gives nothing, and does not say that it was erased": closedPlace,
		"keys are made, used and destroyed at the same time":                mixed,
		"a secret that nobody knows is not made up":                         unknownSecret,
	} {
		t.Run(name, func(t *testing.T) { test(t, &deployments{t: t, deploy: deploy}) })
	}
}

// The people of the suite.
const (
	anna  = "0195e8a0-0000-8000-8000-00000000000a"
	bruno = "0195e8a0-0000-8000-8000-00000000000b"
)

// somebody gives the nth of any number of people.
func somebody(n int) string { return fmt.Sprintf("0195e8a0-0000-8000-9000-%012d", n) }

// deployments makes vaults for one test.
type deployments struct {
	t      *testing.T
	deploy func(t *testing.T) Open
}

// new opens the vault of a new deployment that has keys of the people given,
// and closes it with the test.
func (d *deployments) new(people ...string) *privacy.Vault {
	d.t.Helper()
	v := d.open(d.deploy(d.t))
	for _, person := range people {
		if err := v.CreateKey(person); err != nil {
			d.t.Fatal(err)
		}
	}
	return v
}

// open opens a vault until the test is over.
func (d *deployments) open(open Open) *privacy.Vault {
	d.t.Helper()
	v := d.vault(open, false)
	d.t.Cleanup(func() {
		if err := v.Close(); err != nil {
			d.t.Error(err)
		}
	})
	return v
}

// vault opens a vault that the test closes.
func (d *deployments) vault(open Open, mustExist bool) *privacy.Vault {
	d.t.Helper()
	place, err := open(mustExist)
	if err != nil {
		d.t.Fatal(err)
	}
	v, err := privacy.NewVault(place)
	if err != nil {
		d.t.Fatal(err)
	}
	return v
}

// seal seals the words that these tests seal.
func seal(t *testing.T, v *privacy.Vault, person string) []byte {
	t.Helper()
	sealed, err := v.Seal(person, privacy.PurposeText, []byte("words"))
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

// opens wants a sealed value to open.
func opens(t *testing.T, v *privacy.Vault, person string, sealed []byte) {
	t.Helper()
	if plain, err := v.Unseal(person, privacy.PurposeText, sealed); err != nil || string(plain) != "words" {
		t.Errorf("the words about %s open to %q, %v", person, plain, err)
	}
}

// atOnce runs fn n times at the same time.
func atOnce(n int, fn func(i int)) {
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { fn(i) })
	}
	group.Wait()
}
