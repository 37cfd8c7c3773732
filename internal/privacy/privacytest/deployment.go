package privacytest

import (
	"bytes"
	"testing"

	"percorsi/internal/privacy"
)

func again(t *testing.T, d *deployments) {
	open := d.deploy(t)
	first := d.vault(open, false)
	if err := first.CreateKey(anna); err != nil {
		t.Fatal(err)
	}
	sealed := seal(t, first, anna)
	id, key, digest := first.PersonID("CF:X"), first.SearchKey("surname", "rossi"), first.Digest([]byte("command"))
	for _, mustExist := range []bool{false, true} {
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		first = d.vault(open, mustExist)
		opens(t, first, anna, sealed)
		if first.PersonID("CF:X") != id || !bytes.Equal(first.SearchKey("surname", "rossi"), key) || first.Digest([]byte("command")) != digest {
			t.Error("ids, search keys or digests changed")
		}
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
}

// mustExist is asked twice: a refusal must not leave behind what it refused to
// make.
func mustExist(t *testing.T, d *deployments) {
	open := d.deploy(t)
	for range 2 {
		if place, err := open(true); err == nil {
			t.Error("it was made", place.Close())
		}
	}
	v := d.open(open)
	if err := v.CreateKey(anna); err != nil {
		t.Error(err)
	}
}

func nothingShared(t *testing.T, d *deployments) {
	one, other := d.new(anna), d.new(anna)
	if plain, err := other.Unseal(anna, privacy.PurposeText, seal(t, one, anna)); err == nil {
		t.Errorf("the other deployment read %q", plain)
	}
	if one.PersonID("CF:X") == other.PersonID("CF:X") {
		t.Error("both give the same id to a person")
	}
	if bytes.Equal(one.SearchKey("surname", "rossi"), other.SearchKey("surname", "rossi")) {
		t.Error("both have the same search key")
	}
	if one.Digest([]byte("command")) == other.Digest([]byte("command")) {
		t.Error("both have the same digest")
	}
}

func unknownSecret(t *testing.T, d *deployments) {
	place, err := d.deploy(t)(false)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := place.Close(); err != nil {
			t.Error(err)
		}
	}()
	seen := map[privacy.Key]string{}
	for _, name := range privacy.SecretNames() {
		k, err := place.Secret(name)
		if err != nil {
			t.Fatal(err)
		}
		if other, twice := seen[k]; twice {
			t.Errorf("%s and %s are the same secret", name, other)
		}
		seen[k] = name
	}
	if k, err := place.Secret("unheard-of"); err == nil {
		t.Errorf("it is %x", k)
	}
}
