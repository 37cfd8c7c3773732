package backup_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"google.golang.org/protobuf/encoding/protodelim"

	"percorsi/internal/eventlog"
	"percorsi/internal/eventlog/backup"
	"percorsi/internal/eventlog/eventlogtest"
	eventlogv1 "percorsi/internal/gen/percorsi/eventlog/v1"
)

// written gives the bytes of a backup and the digest that Write gave.
func written(t *testing.T, records []eventlog.Record) ([]byte, string) {
	t.Helper()
	var b bytes.Buffer
	digest, err := backup.Write(&b, eventlogtest.Sequence(records))
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), digest.String()
}

// readAll reads a backup to its end.
func readAll(file []byte) ([]eventlog.Record, error) {
	return eventlogtest.Collect(backup.Read(bytes.NewReader(file)))
}

func TestABackupGivesBackEveryRecord(t *testing.T) {
	for _, n := range []int{0, 1, 2000} {
		want := eventlogtest.Records(n)
		file, digest := written(t, want)
		got, err := readAll(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := eventlogtest.Diff(want, got); diff != "" {
			t.Errorf("%d records (-written +read):\n%s", n, diff)
		}
		same := eventlog.NewDigest()
		for _, r := range got {
			same.Add(r)
		}
		if same.String() != digest {
			t.Errorf("%d records: digest %s, want %s", n, same, digest)
		}
	}
}

func TestABackupThatIsCutOffAnywhereIsRefused(t *testing.T) {
	want := eventlogtest.Records(20)
	file, _ := written(t, want)
	for n := range file {
		got, err := readAll(file[:n])
		if err == nil {
			t.Fatalf("the first %d of %d bytes were taken for a whole backup", n, len(file))
		}
		if n == 0 {
			continue // nothing says that it was a backup
		}
		damage, ok := errors.AsType[*backup.Damage](err)
		if !ok || !strings.Contains(err.Error(), "cut off") {
			t.Fatalf("the first %d of %d bytes: %v", n, len(file), err)
		}
		if damage.Position != eventlog.Position(len(got)+1) {
			t.Fatalf("the first %d of %d bytes: damage at %d after %d records", n, len(file), damage.Position, len(got))
		}
	}
}

// A few bits of the compressed form mean nothing: nobody can notice that they
// changed, and nothing depends on them. Between the first and the last bytes,
// which have every bit changed, each byte has one.
func TestABackupWithAnyByteChangedIsRefusedOrStillTheSame(t *testing.T) {
	want := eventlogtest.Records(5)
	file, _ := written(t, want)
	ignored := 0
	for i := range len(file) * 8 {
		inside := i/8 > 60 && i/8 < len(file)-30
		if inside && i%8 != i/8%8 {
			continue
		}
		changed := slices.Clone(file)
		changed[i/8] ^= 1 << (i % 8)
		got, err := readAll(changed)
		switch {
		case err == nil:
			ignored++
		case !errors.Is(err, backup.ErrDamaged) && !errors.Is(err, backup.ErrForeign):
			t.Fatalf("bit %d: %v", i, err)
		}
		if diff := eventlogtest.Diff(want[:len(got)], got); diff != "" || err == nil && len(got) != len(want) {
			t.Fatalf("bit %d: other records were given (-written +read):\n%s", i, diff)
		}
	}
	if ignored > 8 {
		t.Errorf("%d bits could change unnoticed", ignored)
	}
}

// parts gives the messages in a backup, and again makes a backup of messages.
func parts(t *testing.T, file []byte) []*eventlogv1.BackupPart {
	t.Helper()
	_, compressed, _ := bytes.Cut(file, []byte("\n"))
	z, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	plain, err := z.DecodeAll(compressed, nil)
	if err != nil {
		t.Fatal(err)
	}
	var all []*eventlogv1.BackupPart
	for r := bytes.NewReader(plain); r.Len() > 0; {
		part := &eventlogv1.BackupPart{}
		if err := protodelim.UnmarshalFrom(r, part); err != nil {
			t.Fatal(err)
		}
		all = append(all, part)
	}
	return all
}

func assemble(t *testing.T, all []*eventlogv1.BackupPart) []byte {
	t.Helper()
	file := bytes.NewBufferString("percorsi log backup, format 1\n")
	z, err := zstd.NewWriter(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range all {
		if _, err := protodelim.MarshalTo(z, part); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestABackupThatWasTamperedWithNamesThePlace(t *testing.T) {
	file, _ := written(t, eventlogtest.Records(10))
	for name, tt := range map[string]struct {
		change func([]*eventlogv1.BackupPart) []*eventlogv1.BackupPart
		at     eventlog.Position
		what   string
	}{
		"a byte of a record": {func(p []*eventlogv1.BackupPart) []*eventlogv1.BackupPart {
			p[6].GetRecord()[3] ^= 1
			return p
		}, 7, "its bytes are not those that were written"},
		"a record less":          {func(p []*eventlogv1.BackupPart) []*eventlogv1.BackupPart { return slices.Delete(p, 3, 4) }, 4, "position 5 is in its place"},
		"a record twice":         {func(p []*eventlogv1.BackupPart) []*eventlogv1.BackupPart { return slices.Insert(p, 3, p[2]) }, 4, "position 3 is in its place"},
		"the last record less":   {func(p []*eventlogv1.BackupPart) []*eventlogv1.BackupPart { return slices.Delete(p, 9, 10) }, 10, "the file says that it has 10 records"},
		"no end":                 {func(p []*eventlogv1.BackupPart) []*eventlogv1.BackupPart { return p[:10] }, 11, "cut off"},
		"records behind the end": {func(p []*eventlogv1.BackupPart) []*eventlogv1.BackupPart { return append(p, p[0]) }, 11, "something follows the end"},
		"another digest": {func(p []*eventlogv1.BackupPart) []*eventlogv1.BackupPart {
			p[10].GetEnd().Sha256[0] ^= 1
			return p
		}, 11, "not those of the digest"},
		"a record that its checksum fits, changed": {func(p []*eventlogv1.BackupPart) []*eventlogv1.BackupPart {
			return forge(t, p, 4)
		}, 11, "not those of the digest"},
		"an empty part": {func(p []*eventlogv1.BackupPart) []*eventlogv1.BackupPart {
			return slices.Insert(p, 2, &eventlogv1.BackupPart{})
		}, 3, "without a position"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readAll(assemble(t, tt.change(parts(t, file))))
			damage, ok := errors.AsType[*backup.Damage](err)
			if !ok || damage.Position != tt.at || !strings.Contains(err.Error(), tt.what) {
				t.Errorf("%v, want damage at %d: %s", err, tt.at, tt.what)
			}
		})
	}
}

// forge puts another record in the place of one, with the checksum that it
// has in a backup of its own.
func forge(t *testing.T, all []*eventlogv1.BackupPart, i int) []*eventlogv1.BackupPart {
	t.Helper()
	records := eventlogtest.Records(len(all) - 1)
	records[i].Data = []byte("forged")
	file, _ := written(t, records)
	all[i] = parts(t, file)[i]
	return all
}

func TestAFileThatIsNoBackupIsRefused(t *testing.T) {
	whole, _ := written(t, eventlogtest.Records(3))
	newer := append([]byte("percorsi log backup, format 2\n"), whole[30:]...)
	for name, tt := range map[string]struct {
		file []byte
		want error
		says string
	}{
		"nothing":             {nil, backup.ErrForeign, "not a backup"},
		"something else":      {[]byte("BZh91AY&SY and so on, for a while longer"), backup.ErrForeign, "not a backup"},
		"something short":     {[]byte("x"), backup.ErrForeign, "not a backup"},
		"a newer format":      {newer, backup.ErrForeign, "newer"},
		"a title and no more": {whole[:30], backup.ErrDamaged, "cut off"},
		"another compression": {append(slices.Clone(whole[:30]), "not zstd"...), backup.ErrDamaged, "position 1"},
		"two backups in one":  {append(slices.Clone(whole), whole...), backup.ErrDamaged, "follows"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := readAll(tt.file); !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v, want %v with %q", err, tt.want, tt.says)
			}
		})
	}
}

func TestALogWithAHoleIsNotBackedUp(t *testing.T) {
	var b bytes.Buffer
	_, err := backup.Write(&b, eventlogtest.Sequence(slices.Delete(eventlogtest.Records(5), 2, 3)))
	if gap, ok := errors.AsType[*eventlog.Gap](err); !ok || gap.Position != 3 {
		t.Errorf("%v, want a gap at 3", err)
	}
}

func TestAFileHasItsNameOnlyOnceItIsWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.backup")
	records := eventlogtest.Records(100)
	during := func(yield func(eventlog.Record, error) bool) {
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the file is there while it is being written: %v", err)
		}
		eventlogtest.Sequence(records)(yield)
	}
	digest, err := backup.Create(path, during)
	if err != nil {
		t.Fatal(err)
	}
	checked, err := backup.Check(path)
	if err != nil || checked.String() != digest.String() || checked.Count() != 100 {
		t.Errorf("check: %v of %d records, %v, want %v", checked, checked.Count(), err, digest)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is for %v, %v", info.Mode(), err)
	}
	if _, err := os.Stat(path + backup.Partial); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the partial file stays: %v", err)
	}
}

func TestABackupThatFailsLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	lost := errors.New("the server is gone")
	_, err := backup.Create(filepath.Join(dir, "log.backup"), func(yield func(eventlog.Record, error) bool) {
		for _, r := range eventlogtest.Records(10) {
			if !yield(r, nil) {
				return
			}
		}
		yield(eventlog.Record{}, lost)
	})
	if !errors.Is(err, lost) {
		t.Errorf("%v, want %v", err, lost)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestABackupReplacesNoFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.backup")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Create(path, eventlogtest.Sequence(nil)); err == nil || !strings.Contains(err.Error(), "another name") {
		t.Errorf("create: %v", err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "mine" {
		t.Errorf("the file is %q, %v", data, err)
	}
}

func TestAReaderMayStopAnywhere(t *testing.T) {
	file, _ := written(t, eventlogtest.Records(10))
	for stop := range 10 {
		n := 0
		for _, err := range backup.Read(bytes.NewReader(file)) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; n > stop {
				break
			}
		}
	}
}
