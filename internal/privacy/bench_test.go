package privacy_test

import (
	"bytes"
	"testing"

	"percorsi/internal/fact"
	"percorsi/internal/fact/facttest"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/privacy"
)

const (
	anna  = "0195e8a0-0000-8000-8000-00000000000a"
	bruno = "0195e8a0-0000-8000-8000-00000000000b"
)

// manyPeople gives a vault with a key for anna and for others.
func manyPeople(b *testing.B, others int) *privacy.Vault {
	b.Helper()
	v := open(b, keysDir(b))
	createKeys(b, v, others)
	if err := v.CreateKey(anna); err != nil {
		b.Fatal(err)
	}
	return v
}

func BenchmarkSeal(b *testing.B) {
	v := manyPeople(b, 10_000)
	words := bytes.Repeat([]byte("word "), 40)
	for b.Loop() {
		if _, err := v.Seal(anna, privacy.PurposeText, words); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnseal(b *testing.B) {
	v := manyPeople(b, 10_000)
	sealed, err := v.Seal(anna, privacy.PurposeText, bytes.Repeat([]byte("word "), 40))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := v.Unseal(anna, privacy.PurposeText, sealed); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnsealByEverybodyAtOnce(b *testing.B) {
	v := manyPeople(b, 10_000)
	sealed, err := v.Seal(anna, privacy.PurposeText, bytes.Repeat([]byte("word "), 40))
	if err != nil {
		b.Fatal(err)
	}
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := v.Unseal(anna, privacy.PurposeText, sealed); err != nil {
				b.Error(err)
			}
		}
	})
}

func BenchmarkCreateKeyOneAfterTheOther(b *testing.B) {
	v := open(b, keysDir(b))
	for n := 0; b.Loop(); n++ {
		if err := v.CreateKey(somebody(n)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSealTexts(b *testing.B) {
	v := manyPeople(b, 0)
	for b.Loop() {
		m := &eventv1.Closed{Outcome: 1, Reason: 1, Note: words("moved to another town")}
		if err := v.SealTexts(m, anna); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRender(b *testing.B) {
	v := manyPeople(b, 0)
	for _, kind := range facttest.Kinds() {
		if kind.Name() != "domain_assessed" {
			continue
		}
		f := facttest.Filled(kind)
		f.GetDomainAssessed().Note = words("sleeps badly")
		if err := v.SealTexts(fact.Unwrap(f), anna); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := v.Render(f, anna, true); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkAThousandKeysAtOnce(b *testing.B) {
	for b.Loop() {
		createKeys(b, open(b, keysDir(b)), 1000)
	}
}
