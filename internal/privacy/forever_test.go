package privacy

import (
	"bytes"
	"encoding/hex"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/uuid"
	"go.etcd.io/bbolt"
)

// What follows holds the constructions still: values made by them lie in the
// log, and none can be made again.

// known is a vault whose secrets, and the key of whose one person, are known.
func known(t *testing.T) (*Vault, string) {
	t.Helper()
	v := opened(t)
	v.secrets = secrets{personID: Key{1}, search: Key{2}, digest: Key{3}}
	person := uuid.MustParse("0195e8a0-0000-8000-8000-00000000000a")
	if err := fileOf(t, v).store(person, Key(bytes.Repeat([]byte{4}, keySize))); err != nil {
		t.Fatal(err)
	}
	return v, person.String()
}

// fileOf gives where the keys of a vault lie.
func fileOf(t *testing.T, v *Vault) *File {
	t.Helper()
	f, ok := v.place.(*File)
	if !ok {
		t.Fatalf("the keys lie in a %T", v.place)
	}
	return f
}

func opened(t *testing.T) *Vault {
	t.Helper()
	v, err := OpenVault(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	return v
}

func TestHashesAreMadeAsTheyEverWere(t *testing.T) {
	v, _ := known(t)
	if got := v.PersonID("CF:RSSMRA80A01E648X").String(); got != "9b00ba08-498c-861e-8d5e-03d18a73dddd" {
		t.Errorf("PersonID: %s", got)
	}
	if got := hex.EncodeToString(v.SearchKey("surname", "rossi")); got != "edd6a265003b844e589d977804e375fa" {
		t.Errorf("SearchKey: %s", got)
	}
	digest := v.Digest([]byte("first"), nil, []byte("third"))
	if got := hex.EncodeToString(digest[:]); got != "edee53588b4131dd1047b08d8f13703b" {
		t.Errorf("Digest: %s", got)
	}
}

func TestWhatWasEverSealedOpens(t *testing.T) {
	v, person := known(t)
	sealed, err := hex.DecodeString("01000102030405060708090a0b4ceb6115e79ec540e92eb8b770419a20a4536655ab")
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := v.Unseal(person, PurposeText, sealed); err != nil || string(plain) != "words" {
		t.Errorf("it opens to %q, %v", plain, err)
	}
}

func TestAThousandNewKeysShareTheirSyncs(t *testing.T) {
	v := opened(t)
	before := commits(t, v)
	var group sync.WaitGroup
	for range 1000 {
		group.Go(func() {
			if err := v.CreateKey(uuid.NewString()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := commits(t, v) - before; n < 1 || n > 250 {
		t.Errorf("%d commits for 1000 keys, want far fewer than keys", n)
	}
}

// commits gives the number of the last commit to the file.
func commits(t *testing.T, v *Vault) (id int) {
	t.Helper()
	if err := fileOf(t, v).db.View(func(tx *bbolt.Tx) error { id = tx.ID(); return nil }); err != nil {
		t.Fatal(err)
	}
	return id
}

func TestAFileThatLostASecretIsRefused(t *testing.T) {
	for name, damage := range map[string]func(*bbolt.Tx) error{
		"a secret":      func(tx *bbolt.Tx) error { return tx.Bucket(secretsBucket).Delete([]byte("search")) },
		"half a secret": func(tx *bbolt.Tx) error { return tx.Bucket(secretsBucket).Put([]byte("search"), []byte{1}) },
		"all keys":      func(tx *bbolt.Tx) error { return tx.DeleteBucket(keysBucket) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "keys")
			v, err := OpenVault(dir)
			if err != nil {
				t.Fatal(err)
			}
			if err := fileOf(t, v).db.Update(damage); err != nil {
				t.Fatal(err)
			}
			if err := v.Close(); err != nil {
				t.Fatal(err)
			}
			if v, err := OpenVault(dir); err == nil {
				t.Error("it was opened", v.Close())
			}
		})
	}
}
