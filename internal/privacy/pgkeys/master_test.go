package pgkeys_test

import (
	"bytes"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"percorsi/internal/privacy"
	"percorsi/internal/privacy/pgkeys"
)

func TestTheMasterKeyIsForItsOwnerAlone(t *testing.T) {
	d := newDeployment(t)
	d.process()
	for path, want := range map[string]os.FileMode{d.dir: 0o700, filepath.Join(d.dir, "master.key"): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %04o, want %04o", filepath.Base(path), info.Mode().Perm(), want)
		}
	}
	if left, err := os.ReadDir(d.dir); err != nil || len(left) != 1 {
		t.Errorf("drafts are left: %v, %v", left, err)
	}
}

func TestAMachineWithoutTheRightMasterKeyIsRefused(t *testing.T) {
	d := newDeployment(t)
	d.process()
	other := newDeployment(t)
	other.process()
	for name, c := range map[string]struct {
		file []byte
		mode os.FileMode
		says string
	}{
		"no master key":                {nil, 0, "master.key is missing, and the keys in the database are wrapped with it: copy master.key from a machine that serves them"},
		"that of another deployment":   {other.file(), 0o600, "wrapped with another master key than"},
		"one that others can read":     {d.file(), 0o640, "run chmod 0600"},
		"one that was cut off":         {d.file()[:60], 0o600, "holds no master key: restore it, or copy it from another machine"},
		"a key that is no master key":  {bytes.ReplaceAll(d.file(), []byte("PERCORSI MASTER KEY"), []byte("PRIVATE KEY")), 0o600, "holds no master key"},
		"one with a byte that changed": {flipped(t, d.file()), 0o600, "copy master.key from a machine that serves them"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Chmod(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, "master.key")
			if c.file != nil {
				if err := os.WriteFile(path, c.file, c.mode); err != nil {
					t.Fatal(err)
				}
			}
			cfg := d.config()
			cfg.Dir = dir
			_, err := pgkeys.Open(t.Context(), cfg)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("Open: %v, want %q", err, c.says)
			}
			if _, err := pgkeys.ReadSecret(t.Context(), cfg, pgkeys.Tokens); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("ReadSecret: %v, want %q", err, c.says)
			}
			if kept, err := os.ReadFile(path); c.file != nil && (err != nil || !bytes.Equal(kept, c.file)) {
				t.Errorf("the file was changed: %v", err)
			}
		})
	}
}

func flipped(t *testing.T, file []byte) []byte {
	t.Helper()
	block, _ := pem.Decode(file)
	if block == nil {
		t.Fatal("the master key is not PEM")
	}
	block.Bytes[7] ^= 1
	return pem.EncodeToMemory(block)
}

func TestWhoHasTheDatabaseAloneSeesNoKey(t *testing.T) {
	d := newDeployment(t)
	keys, err := pgkeys.Open(t.Context(), d.config())
	if err != nil {
		t.Fatal(err)
	}
	v, err := privacy.NewVault(keys)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = v.Close() }()
	if err := v.CreateKey(anna); err != nil {
		t.Fatal(err)
	}
	var kept []byte
	rows, err := d.connect().Query(t.Context(), "select wrapped from percorsi_keys.keys union all select wrapped from percorsi_keys.secrets")
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			t.Fatal(err)
		}
		kept = append(kept, b...)
	}
	if err := rows.Err(); err != nil || len(kept) == 0 {
		t.Fatalf("%d bytes, %v", len(kept), err)
	}
	for _, name := range append(privacy.SecretNames(), pgkeys.Tokens) {
		secret, err := keys.Secret(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(kept, secret[:]) {
			t.Errorf("the secret %q lies in the database as it is", name)
		}
	}
	block, _ := pem.Decode(d.file())
	if bytes.Contains(kept, block.Bytes) {
		t.Error("the master key lies in the database")
	}
}

func TestASecretThatWasExchangedIsRefused(t *testing.T) {
	d := newDeployment(t)
	d.process()
	d.by("update percorsi_keys.secrets set wrapped = (select wrapped from percorsi_keys.secrets where name = 'search') where name = 'digest'")
	if _, err := pgkeys.Open(t.Context(), d.config()); err == nil {
		t.Error("two secrets are the same, and it was opened")
	}
}

func TestADatabaseThatLostSecretsIsToBeRestored(t *testing.T) {
	for name, damage := range map[string]string{
		"one secret":                   "delete from percorsi_keys.secrets where name = 'search'",
		"all secrets, keys being left": "delete from percorsi_keys.secrets",
	} {
		t.Run(name, func(t *testing.T) {
			d := newDeployment(t)
			if err := d.process().CreateKey(anna); err != nil {
				t.Fatal(err)
			}
			d.by(damage)
			for range 2 {
				keys, err := pgkeys.Open(t.Context(), d.config())
				if err == nil {
					_, err = privacy.NewVault(keys)
				}
				if err == nil || !strings.Contains(err.Error(), "restore it from a backup") {
					t.Errorf("opened: %v", err)
				}
			}
		})
	}
}

func TestTokensAreOfOneSecretUntilItIsDeleted(t *testing.T) {
	d := newDeployment(t)
	if _, err := pgkeys.ReadSecret(t.Context(), d.config(), pgkeys.Tokens); err == nil || !strings.Contains(err.Error(), "has no keys") {
		t.Errorf("the secret of a database without keys: %v", err)
	}
	d.process()
	read := func(of *deployment) privacy.Key {
		t.Helper()
		k, err := pgkeys.ReadSecret(t.Context(), of.config(), pgkeys.Tokens)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	first := read(d)
	if other := read(d.machine()); other != first {
		t.Error("another machine has another secret")
	}
	d.by("delete from percorsi_keys.secrets where name = 'tokens'")
	d.process()
	if read(d) == first {
		t.Error("the secret was deleted and is still the same")
	}
}

func TestProcessesThatStartTogetherAgreeOnOneMasterKey(t *testing.T) {
	d := newDeployment(t)
	places := make([]*pgkeys.Keys, 6)
	var group sync.WaitGroup
	for i := range places {
		group.Go(func() {
			var err error
			if places[i], err = pgkeys.Open(t.Context(), d.config()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if t.Failed() {
		t.FailNow()
	}
	first, err := places[0].Secret(pgkeys.Tokens)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range places {
		if k, err := p.Secret(pgkeys.Tokens); err != nil || k != first {
			t.Errorf("a process has another secret: %v", err)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Of two machines that make the first keys at once, one is told to take the
// master key of the other.
func TestOnlyOneMachineMakesTheFirstKeys(t *testing.T) {
	d := newDeployment(t)
	var mu sync.Mutex
	var refusals []error
	var group sync.WaitGroup
	for range 4 {
		cfg := d.config()
		cfg.Dir = filepath.Join(t.TempDir(), "keys")
		group.Go(func() {
			keys, err := pgkeys.Open(t.Context(), cfg)
			if err == nil {
				err = keys.Close()
			} else {
				mu.Lock()
				refusals = append(refusals, err)
				mu.Unlock()
				err = nil
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if len(refusals) != 3 {
		t.Errorf("%d of 4 machines were refused, want 3", len(refusals))
	}
	for _, err := range refusals {
		if !strings.Contains(err.Error(), "copy master.key from a machine that serves them") {
			t.Error(err)
		}
	}
}

func TestAnAddressWithAPasswordIsRefusedAndNotShown(t *testing.T) {
	cfg := newDeployment(t).config()
	cfg.Address = "postgres://percorsi:opensesame@127.0.0.1:5432/keys"
	_, err := pgkeys.Open(t.Context(), cfg)
	if err == nil || !strings.Contains(err.Error(), "PGPASSWORD") || strings.Contains(err.Error(), "opensesame") {
		t.Errorf("got %v", err)
	}
}
