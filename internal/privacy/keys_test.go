package privacy_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/privacy"
)

func TestAKeyIsMadeOnce(t *testing.T) {
	v := withKeys(t, anna)
	sealed, err := v.Seal(anna, privacy.PurposeText, []byte("words"))
	if err != nil {
		t.Fatal(err)
	}
	for _, again := range []string{anna, strings.ToUpper(anna)} {
		if err := v.CreateKey(again); err != nil {
			t.Fatal(err)
		}
		if plain, err := v.Unseal(again, privacy.PurposeText, sealed); err != nil || string(plain) != "words" {
			t.Errorf("after CreateKey(%s) it opens to %q, %v", again, plain, err)
		}
	}
	if !v.HasKey(anna) || v.HasKey(bruno) {
		t.Errorf("HasKey: anna %t, bruno %t; want only anna", v.HasKey(anna), v.HasKey(bruno))
	}
}

func TestAKeyIsInTheFileWhenCreateKeyReturns(t *testing.T) {
	dir := keysDir(t)
	v := open(t, dir)
	if err := v.CreateKey(anna); err != nil {
		t.Fatal(err)
	}
	sealed, err := v.Seal(anna, privacy.PurposeText, []byte("words"))
	if err != nil {
		t.Fatal(err)
	}
	copied := keysDir(t)
	if err := os.Mkdir(copied, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(copied, "keys.db"), file(t, dir), 0o600); err != nil {
		t.Fatal(err)
	}
	if plain, err := open(t, copied).Unseal(anna, privacy.PurposeText, sealed); err != nil || string(plain) != "words" {
		t.Errorf("with the file as it is on disk it opens to %q, %v", plain, err)
	}
}

func file(t *testing.T, dir string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "keys.db"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestOnlyAnIDGetsAKey(t *testing.T) {
	v := withKeys(t)
	for _, person := range []string{"", "RSSMRA80A01E648X", "urn:uuid:" + anna, "{" + anna + "}", strings.ReplaceAll(anna, "-", ""), anna + " "} {
		err := v.CreateKey(person)
		if err == nil {
			t.Errorf("CreateKey(%q) made a key", person)
			continue
		}
		if person != "" && strings.Contains(err.Error(), person) {
			t.Errorf("the error repeats what may be personal: %v", err)
		}
		if v.HasKey(person) {
			t.Errorf("HasKey(%q)", person)
		}
		if _, err := v.Seal(person, privacy.PurposeText, nil); err == nil || errors.Is(err, privacy.ErrErased) {
			t.Errorf("Seal for %q: %v, want an error that is not ErrErased", person, err)
		}
	}
}

func TestAThousandKeysAtOnce(t *testing.T) {
	v := withKeys(t)
	createKeys(t, v, 1000)
	sealed := map[string]bool{}
	for i := range 1000 {
		box, err := v.Seal(somebody(i), privacy.PurposeText, []byte("words"))
		if err != nil {
			t.Fatal(err)
		}
		sealed[string(box)] = true
	}
	if len(sealed) != 1000 {
		t.Errorf("%d different sealed values, want 1000", len(sealed))
	}
}

func TestEverybodyWhoRegistersAPersonAtOnceGetsTheSameKey(t *testing.T) {
	v := withKeys(t)
	boxes := make([][]byte, 64)
	var group sync.WaitGroup
	for i := range boxes {
		group.Go(func() {
			if err := v.CreateKey(anna); err != nil {
				t.Error(err)
			}
			var err error
			if boxes[i], err = v.Seal(anna, privacy.PurposeText, []byte("words")); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for i, box := range boxes {
		if plain, err := v.Unseal(anna, privacy.PurposeText, box); err != nil || string(plain) != "words" {
			t.Errorf("the words of caller %d open to %q, %v", i, plain, err)
		}
	}
}

func TestTheFileHoldsNothingThatCanBeRead(t *testing.T) {
	dir := keysDir(t)
	v := open(t, dir)
	person := v.PersonID("CF:RSSMRA80A01E648X").String()
	if err := v.CreateKey(person); err != nil {
		t.Fatal(err)
	}
	identity := &eventv1.Identity{Identifier: "RSSMRA80A01E648X", Surname: "Rossi", Name: "Maria", Address: "via Roma 1"}
	if _, err := v.SealIdentity(person, identity); err != nil {
		t.Fatal(err)
	}
	if err := v.SealTexts(&eventv1.Suspended{Note: words("is in hospital")}, person); err != nil {
		t.Fatal(err)
	}
	v.SearchKey("surname", "rossi")
	v.Digest([]byte("is in hospital"))

	kept := bytes.ToLower(file(t, dir))
	for _, secret := range []string{"rssmra80a01e648x", "rossi", "maria", "via roma", "hospital", "surname", person} {
		if bytes.Contains(kept, []byte(secret)) {
			t.Errorf("the file holds %q", secret)
		}
	}
	if !bytes.Contains(kept, []byte("person-id")) {
		t.Error("the search in the file finds nothing at all")
	}
}
