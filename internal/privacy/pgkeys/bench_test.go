package pgkeys_test

import (
	"bytes"
	"runtime"
	"testing"

	"github.com/jackc/pgx/v5"

	"percorsi/internal/privacy"
	"percorsi/internal/privacy/pgkeys"
	"percorsi/internal/testenv/postgres"
)

func benchmarked(b *testing.B) (*privacy.Vault, pgkeys.Config) {
	b.Helper()
	cfg := pgkeys.Config{Address: postgres.Database(b), Dir: b.TempDir() + "/keys"}
	keys, err := pgkeys.Open(b.Context(), cfg)
	if err != nil {
		b.Fatal(err)
	}
	v, err := privacy.NewVault(keys)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = v.Close() })
	return v, cfg
}

func BenchmarkUnseal(b *testing.B) {
	v, _ := benchmarked(b)
	if err := v.CreateKey(anna); err != nil {
		b.Fatal(err)
	}
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

func BenchmarkCreateKeyOneAfterTheOther(b *testing.B) {
	v, _ := benchmarked(b)
	for n := 0; b.Loop(); n++ {
		if err := v.CreateKey(somebody(n)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAskForAKeyThatIsNotThere(b *testing.B) {
	v, _ := benchmarked(b)
	for b.Loop() {
		if v.HasKey(anna) {
			b.Fatal("she has a key")
		}
	}
}

// BenchmarkOpenWith100000People also tells what a person costs in memory.
func BenchmarkOpenWith100000People(b *testing.B) {
	const people = 100_000
	_, cfg := benchmarked(b)
	conn, err := pgx.Connect(b.Context(), cfg.Address)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close(b.Context()) }()
	_, err = conn.Exec(b.Context(), "insert into percorsi_keys.keys select gen_random_uuid(), decode(repeat('00', 61), 'hex') from generate_series(1, $1)", people)
	if err != nil {
		b.Fatal(err)
	}
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	for b.Loop() {
		keys, err := pgkeys.Open(b.Context(), cfg)
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		b.ReportMetric(float64(heap()-before)/people, "B/person")
		if err := keys.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}
