package privacytest

import (
	"errors"
	"strings"
	"testing"

	"percorsi/internal/privacy"
)

func once(t *testing.T, d *deployments) {
	v := d.new(anna)
	sealed := seal(t, v, anna)
	for _, again := range []string{anna, strings.ToUpper(anna)} {
		if err := v.CreateKey(again); err != nil {
			t.Fatal(err)
		}
		opens(t, v, again, sealed)
	}
	if !v.HasKey(anna) || v.HasKey(bruno) {
		t.Errorf("HasKey: anna %t, bruno %t; want only anna", v.HasKey(anna), v.HasKey(bruno))
	}
	if err := v.CheckKey(bruno); !errors.Is(err, privacy.ErrErased) {
		t.Errorf("CheckKey of bruno: %v, want ErrErased", err)
	}
}

func onlyIDs(t *testing.T, d *deployments) {
	v := d.new()
	for _, person := range []string{"", "RSSMRA80A01E648X", "urn:uuid:" + anna, "{" + anna + "}", strings.ReplaceAll(anna, "-", ""), anna + " "} {
		for call, err := range map[string]error{"CreateKey": v.CreateKey(person), "DestroyKey": v.DestroyKey(person), "CheckKey": v.CheckKey(person)} {
			if err == nil || errors.Is(err, privacy.ErrErased) {
				t.Errorf("%s(%q): %v, want an error that is not ErrErased", call, person, err)
				continue
			}
			if person != "" && strings.Contains(err.Error(), person) {
				t.Errorf("the error repeats what may be personal: %v", err)
			}
		}
		if v.HasKey(person) {
			t.Errorf("HasKey(%q)", person)
		}
		if _, err := v.Seal(person, privacy.PurposeText, nil); err == nil || errors.Is(err, privacy.ErrErased) {
			t.Errorf("Seal for %q: %v, want an error that is not ErrErased", person, err)
		}
	}
}

func thousand(t *testing.T, d *deployments) {
	v := d.new()
	atOnce(1000, func(i int) {
		if err := v.CreateKey(somebody(i)); err != nil {
			t.Error(err)
		}
	})
	sealed := map[string]bool{}
	for i := range 1000 {
		sealed[string(seal(t, v, somebody(i)))] = true
	}
	if len(sealed) != 1000 {
		t.Errorf("%d different sealed values, want 1000", len(sealed))
	}
	for i := range 1000 {
		if _, err := v.Unseal(somebody((i+1)%1000), privacy.PurposeText, seal(t, v, somebody(i))); err == nil {
			t.Fatalf("the words about person %d open with the key of the next one", i)
		}
	}
}

func everybody(t *testing.T, d *deployments) {
	v := d.new()
	boxes := make([][]byte, 64)
	atOnce(len(boxes), func(i int) {
		if err := v.CreateKey(anna); err != nil {
			t.Error(err)
		}
		var err error
		if boxes[i], err = v.Seal(anna, privacy.PurposeText, []byte("words")); err != nil {
			t.Error(err)
		}
	})
	for _, box := range boxes {
		opens(t, v, anna, box)
	}
}

func erased(t *testing.T, d *deployments) {
	open := d.deploy(t)
	v := d.vault(open, false)
	for _, person := range []string{anna, bruno} {
		if err := v.CreateKey(person); err != nil {
			t.Fatal(err)
		}
	}
	annas, brunos := seal(t, v, anna), seal(t, v, bruno)
	for range 2 { // the second time there is nothing to destroy
		if err := v.DestroyKey(strings.ToUpper(anna)); err != nil {
			t.Fatal(err)
		}
	}
	unreadable := func(v *privacy.Vault) {
		t.Helper()
		if v.HasKey(anna) {
			t.Error("she has a key")
		}
		if _, err := v.Unseal(anna, privacy.PurposeText, annas); !errors.Is(err, privacy.ErrErased) {
			t.Errorf("her words: %v, want ErrErased", err)
		}
		opens(t, v, bruno, brunos)
	}
	unreadable(v)
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	unreadable(d.open(open))
}

func anew(t *testing.T, d *deployments) {
	v := d.new(anna)
	before := seal(t, v, anna)
	if err := v.DestroyKey(anna); err != nil {
		t.Fatal(err)
	}
	if err := v.CreateKey(anna); err != nil {
		t.Fatal(err)
	}
	opens(t, v, anna, seal(t, v, anna))
	if plain, err := v.Unseal(anna, privacy.PurposeText, before); err == nil {
		t.Errorf("what was erased opens to %q", plain)
	}
}

func closedPlace(t *testing.T, d *deployments) {
	v := d.vault(d.deploy(t), false)
	if err := v.CreateKey(anna); err != nil {
		t.Fatal(err)
	}
	sealed := seal(t, v, anna)
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	if err := v.Close(); err != nil {
		t.Errorf("closed again: %v", err)
	}
	_, sealing := v.Seal(anna, privacy.PurposeText, nil)
	_, unsealing := v.Unseal(anna, privacy.PurposeText, sealed)
	for call, err := range map[string]error{
		"CreateKey": v.CreateKey(bruno), "DestroyKey": v.DestroyKey(anna), "Seal": sealing, "Unseal": unsealing,
		"CheckKey of one who has a key": v.CheckKey(anna), "CheckKey of one who has none": v.CheckKey(bruno),
	} {
		if err == nil || errors.Is(err, privacy.ErrErased) {
			t.Errorf("%s: %v, want an error that is not ErrErased", call, err)
		}
	}
	if v.HasKey(anna) {
		t.Error("it has a key")
	}
}

// mixed has people come and go. What counts is that each sees their own
// changes.
func mixed(t *testing.T, d *deployments) {
	v := d.new()
	atOnce(32, func(i int) {
		person := somebody(i)
		for range 5 {
			if err := v.CreateKey(person); err != nil {
				t.Error(err)
				return
			}
			sealed := seal(t, v, person)
			opens(t, v, person, sealed)
			if err := v.DestroyKey(person); err != nil {
				t.Error(err)
				return
			}
			if _, err := v.Unseal(person, privacy.PurposeText, sealed); !errors.Is(err, privacy.ErrErased) {
				t.Errorf("destroyed, the key of person %d gives %v", i, err)
			}
		}
	})
}
