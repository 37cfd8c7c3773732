package privacy_test

import (
	"bytes"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

func TestTheIDOfAPersonIsAUUIDOfVersion8(t *testing.T) {
	v := withKeys(t)
	rapid.Check(t, func(t *rapid.T) {
		canonical := rapid.String().Draw(t, "canonical")
		id := v.PersonID(canonical)
		if id.Version() != 8 || id.Variant() != uuid.RFC4122 {
			t.Errorf("%s has version %d and variant %s", id, id.Version(), id.Variant())
		}
		if again := v.PersonID(canonical); again != id {
			t.Errorf("the same person is %s and %s", id, again)
		}
		if other := v.PersonID(canonical + "X"); other == id {
			t.Errorf("two people are %s", id)
		}
	})
}

func TestASearchKeyBelongsToOneFormOfOneName(t *testing.T) {
	v := withKeys(t)
	key := v.SearchKey("surname", "rossi")
	if len(key) != 16 {
		t.Fatalf("it has %d bytes, want 16", len(key))
	}
	if !bytes.Equal(v.SearchKey("surname", "rossi"), key) {
		t.Error("the same name has two keys")
	}
	for _, other := range [][2]string{{"phonetic", "rossi"}, {"surname", "russo"}, {"surnamer", "ossi"}, {"", "surnamerossi"}} {
		if bytes.Equal(v.SearchKey(other[0], other[1]), key) {
			t.Errorf("%q has the key of surname, rossi", other)
		}
	}
}

func TestWhoHasNoNameIsNotFoundByIt(t *testing.T) {
	if key := withKeys(t).SearchKey("surname", ""); key != nil {
		t.Errorf("nothing has the key %x", key)
	}
}

func TestADigestTellsTheSameBytesInOtherPartsApart(t *testing.T) {
	v := withKeys(t)
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.SliceOfN(rapid.Byte(), 1, 30).Draw(t, "bytes")
		at := rapid.IntRange(0, len(whole)).Draw(t, "at")
		two := v.Digest(whole[:at], whole[at:])
		if two == v.Digest(whole) {
			t.Error("one part and two parts have the same digest")
		}
		if two != v.Digest(whole[:at], whole[at:]) {
			t.Error("the same parts have two digests")
		}
		if next := at + 1; next <= len(whole) && two == v.Digest(whole[:next], whole[next:]) {
			t.Error("parts cut elsewhere have the same digest")
		}
	})
}

func TestTheUsesOfAHashAreApart(t *testing.T) {
	v := withKeys(t)
	id := v.PersonID("rossi")
	digest := v.Digest([]byte("rossi"))
	if bytes.Equal(id[9:], digest[9:]) {
		t.Error("the id of a person and a digest come from the same secret")
	}
	if two := v.Digest([]byte("surname"), []byte("rossi")); bytes.Equal(two[:], v.SearchKey("surname", "rossi")) {
		t.Error("a search key and a digest come from the same secret")
	}
}
