package privacy_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"percorsi/internal/privacy"
)

func TestWhatIsSealedOpensForTheSamePersonAndPurpose(t *testing.T) {
	v := withKeys(t, anna)
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		purpose := rapid.String().Draw(t, "purpose")
		sealed, err := v.Seal(anna, purpose, want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := v.Unseal(anna, purpose, sealed)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("it opens to %x, %v; want %x", got, err, want)
		}
		if len(want) >= 4 && bytes.Contains(sealed, want) {
			t.Errorf("%x holds the plain bytes %x", sealed, want)
		}
	})
}

func TestTheSameWordsNeverLookTheSame(t *testing.T) {
	v := withKeys(t, anna)
	seen := map[string]bool{}
	for range 1000 {
		sealed, err := v.Seal(anna, privacy.PurposeText, []byte("words"))
		if err != nil {
			t.Fatal(err)
		}
		seen[string(sealed[:13])] = true
	}
	if len(seen) != 1000 {
		t.Errorf("%d nonces in 1000 sealed values", len(seen))
	}
}

func TestASealedValueCannotBeMoved(t *testing.T) {
	v := withKeys(t, anna, bruno)
	sealed, err := v.Seal(anna, privacy.PurposeText, []byte("words"))
	if err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]struct{ person, purpose string }{
		"to another person":        {bruno, privacy.PurposeText},
		"to another purpose":       {anna, privacy.PurposeIdentity},
		"to a longer purpose":      {anna, privacy.PurposeText + "s"},
		"to no purpose":            {anna, ""},
		"to both being another":    {bruno, privacy.PurposeDemographics},
		"to a purpose in capitals": {anna, "TEXT"},
	} {
		t.Run(name, func(t *testing.T) {
			plain, err := v.Unseal(to.person, to.purpose, sealed)
			if err == nil || errors.Is(err, privacy.ErrErased) {
				t.Errorf("it opens to %q, %v; want an error that is not ErrErased", plain, err)
			}
		})
	}
}

func TestASealedValueThatWasAlteredDoesNotOpen(t *testing.T) {
	v := withKeys(t, anna)
	sealed, err := v.Seal(anna, privacy.PurposeText, []byte("words"))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		altered := slices.Clone(sealed)
		switch rapid.IntRange(0, 2).Draw(t, "way") {
		case 0:
			altered[rapid.IntRange(0, len(altered)-1).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		case 1:
			altered = altered[:rapid.IntRange(0, len(altered)-1).Draw(t, "length")]
		default:
			altered = append(altered, rapid.SliceOfN(rapid.Byte(), 1, 20).Draw(t, "more")...)
		}
		if plain, err := v.Unseal(anna, privacy.PurposeText, altered); err == nil || errors.Is(err, privacy.ErrErased) {
			t.Errorf("%x opens to %q, %v; want an error that is not ErrErased", altered, plain, err)
		}
	})
}

func TestWithoutAKeyThePersonIsErased(t *testing.T) {
	v := withKeys(t, anna)
	sealed, err := v.Seal(anna, privacy.PurposeText, []byte("words"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Seal(bruno, privacy.PurposeText, []byte("words")); !errors.Is(err, privacy.ErrErased) {
		t.Errorf("Seal: %v, want ErrErased", err)
	}
	if _, err := v.Unseal(bruno, privacy.PurposeText, sealed); !errors.Is(err, privacy.ErrErased) {
		t.Errorf("Unseal: %v, want ErrErased", err)
	}
}

func FuzzUnseal(f *testing.F) {
	v := withKeys(f, anna)
	sealed, err := v.Seal(anna, privacy.PurposeText, []byte("words"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add(sealed[:len(sealed)-1])
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, b []byte) {
		plain, err := v.Unseal(anna, privacy.PurposeText, b)
		if (err == nil) != bytes.Equal(b, sealed) {
			t.Errorf("%x opens to %q, %v", b, plain, err)
		}
	})
}
