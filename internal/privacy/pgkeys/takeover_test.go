package pgkeys_test

import (
	"bytes"
	"strings"
	"testing"

	"percorsi/internal/privacy"
	"percorsi/internal/privacy/pgkeys"
)

// TestADeploymentGrowsFromOneProcessToSeveral moves its keys.
func TestADeploymentGrowsFromOneProcessToSeveral(t *testing.T) {
	d := newDeployment(t)
	alone, err := privacy.OpenVault(d.dir)
	if err != nil {
		t.Fatal(err)
	}
	const people = 300
	sealed := make([][]byte, people)
	for n := range people {
		if err := alone.CreateKey(somebody(n)); err != nil {
			t.Fatal(err)
		}
		sealed[n] = seal(t, alone, somebody(n))
	}
	id, key, digest := alone.PersonID("CF:X"), alone.SearchKey("surname", "rossi"), alone.Digest([]byte("command"))
	if err := alone.Close(); err != nil {
		t.Fatal(err)
	}

	d.move(true)
	for _, v := range []*privacy.Vault{d.process(), d.machine().process()} {
		for n, box := range sealed {
			opens(t, v, somebody(n), box)
		}
		if v.PersonID("CF:X") != id || !bytes.Equal(v.SearchKey("surname", "rossi"), key) || v.Digest([]byte("command")) != digest {
			t.Error("ids, search keys or digests changed")
		}
	}
	if _, err := privacy.OpenVault(d.dir); err == nil || !strings.Contains(err.Error(), "was moved to a database: name it with --keys") {
		t.Errorf("the file: %v", err)
	}
	if f, err := privacy.FindFile(d.dir); f != nil || err != nil {
		t.Errorf("it is found again: %v", err)
	}
}

// move moves the keys in the file of the directory to the database.
func (d *deployment) move(retire bool) {
	d.t.Helper()
	cfg := d.config()
	cfg.MustExist = true
	var err error
	if cfg.From, err = privacy.FindFile(d.dir); err != nil || cfg.From == nil {
		d.t.Fatalf("there is no file: %v", err)
	}
	keys, err := pgkeys.Open(d.t.Context(), cfg)
	if err != nil {
		d.t.Fatal(err)
	}
	end := cfg.From.Close
	if retire {
		end = cfg.From.Retire
	}
	if err := end(); err != nil {
		d.t.Error(err)
	}
	if err := keys.Close(); err != nil {
		d.t.Error(err)
	}
}

func TestAMoveThatWasCutOffIsFinishedAndBringsNobodyBack(t *testing.T) {
	d := newDeployment(t)
	alone, err := privacy.OpenVault(d.dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := alone.CreateKey(anna); err != nil {
		t.Fatal(err)
	}
	if err := alone.Close(); err != nil {
		t.Fatal(err)
	}
	d.move(false) // killed before the file was put away
	destroyKey(t, d.process(), anna)
	d.move(true)
	if d.process().HasKey(anna) {
		t.Error("who was erased is back")
	}
}

func TestTheKeysOfTwoDeploymentsAreNotMixed(t *testing.T) {
	d := newDeployment(t)
	d.process()
	other := newDeployment(t)
	file, err := privacy.OpenFile(privacy.FileConfig{Dir: other.dir})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	cfg := d.config()
	cfg.From = file
	if _, err := pgkeys.Open(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "is of another deployment than the database") {
		t.Errorf("opened: %v", err)
	}
}
