package privacy_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/privacy"
)

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
