package access_test

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"percorsi/internal/access"
	"percorsi/internal/fault"
)

var anna = access.Caller{User: "op.417", Role: access.CaseManager, Body: "ACSI"}

func TestATokenNamesTheCallerItWasMadeFor(t *testing.T) {
	issuer := newIssuer(t, t.TempDir())
	for _, c := range []access.Caller{anna, {User: "op.2", Role: access.Planner}, {User: "ward-3", Role: access.ReportingBody, Body: "ASST-LODI"}} {
		token := issue(t, issuer, c)
		for range 2 { // the second answer comes from memory
			got, err := issuer.Verify(token)
			if err != nil || got != c {
				t.Errorf("got %+v, %v, want %+v", got, err, c)
			}
		}
	}
}

func TestATokenOutlivesTheProcess(t *testing.T) {
	dir := t.TempDir()
	token := issue(t, newIssuer(t, dir), anna)
	if got, err := newIssuer(t, dir).Verify(token); err != nil || got != anna {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestATokenExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		issuer := newIssuer(t, dir)
		token := issue(t, issuer, anna)
		if _, err := issuer.Verify(token); err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Hour - time.Second) // on the clock of the bubble
		if _, err := issuer.Verify(token); err != nil {
			t.Errorf("it has a second left: %v", err)
		}
		<-time.After(time.Second)
		for name, verifier := range map[string]*access.Issuer{"who knew it": issuer, "who did not": newIssuer(t, dir)} {
			_, err := verifier.Verify(token)
			refused(t, name, err, "has expired: ask for a new one with percorsi token")
		}
	})
}

func TestATokenIsNotMadeForACallerThatIsNotWhole(t *testing.T) {
	issuer := newIssuer(t, t.TempDir())
	for sentence, c := range map[string]access.Caller{
		"no user":                    {Role: access.Planner},
		"a name instead of a code":   {User: "Anna Rossi", Role: access.Planner},
		"an address":                 {User: "anna@example.org", Role: access.Planner},
		"no role":                    {User: "op.1", Body: "ACSI"},
		"an unknown role":            {User: "op.1", Role: "root", Body: "ACSI"},
		"staff without a body":       {User: "op.1", Role: access.TeamMember},
		"a reporting body of no one": {User: "op.1", Role: access.ReportingBody},
		"a body in words":            {User: "op.1", Role: access.Planner, Body: "Ufficio di Piano"},
	} {
		if _, err := issuer.Issue(c, time.Hour); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: got %v", sentence, err)
		}
	}
}

func TestATokenLivesForABoundedTime(t *testing.T) {
	issuer := newIssuer(t, t.TempDir())
	for _, ttl := range []time.Duration{-time.Hour, 0, time.Millisecond, access.MaxTTL + 1} {
		if _, err := issuer.Issue(anna, ttl); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: got %v", ttl, err)
		}
	}
	if _, err := issuer.Issue(anna, access.MaxTTL); err != nil {
		t.Error(err)
	}
}

func TestATokenOfAnotherServerIsRefused(t *testing.T) {
	token := issue(t, newIssuer(t, t.TempDir()), anna)
	_, err := newIssuer(t, t.TempDir()).Verify(token)
	refused(t, "another key", err, "was not signed by this server")
}

func TestNoChangedTokenVerifies(t *testing.T) {
	issuer := newIssuer(t, t.TempDir())
	token := issue(t, issuer, anna)
	for i := range len(token) {
		changed := []byte(token)
		changed[i] ^= 1
		if _, err := issuer.Verify(string(changed)); fault.KindOf(err) != fault.Unauthenticated {
			t.Fatalf("byte %d changed: got %v", i, err)
		}
	}
}

func TestWhatIsNotATokenIsRefused(t *testing.T) {
	issuer := newIssuer(t, t.TempDir())
	for _, text := range []string{"", " ", "..", "a.b.c", "Bearer", strings.Repeat("x", 9000)} {
		_, err := issuer.Verify(text)
		refused(t, "no token", err, "this is not a token")
	}
}

// Each token is signed with the right key and says one wrong thing.
func TestASignedTokenMustStillSayTheRightThings(t *testing.T) {
	dir := t.TempDir()
	issuer := newIssuer(t, dir)
	key := readKey(t, dir)
	now := time.Now()
	for _, c := range []struct {
		sentence string
		change   func(jwt.MapClaims)
		says     string
	}{
		{"another issuer", func(m jwt.MapClaims) { m["iss"] = "elsewhere" }, "another service"},
		{"another audience", func(m jwt.MapClaims) { m["aud"] = "elsewhere" }, "another service"},
		{"no end", func(m jwt.MapClaims) { delete(m, "exp") }, "ask for a new one"},
		{"no beginning", func(m jwt.MapClaims) { delete(m, "iat") }, "does not name a caller"},
		{"made tomorrow", func(m jwt.MapClaims) { m["iat"] = now.Add(24 * time.Hour).Unix() }, "from the future"},
		{"valid from tomorrow", func(m jwt.MapClaims) { m["nbf"] = now.Add(24 * time.Hour).Unix() }, "from the future"},
		{"no user", func(m jwt.MapClaims) { delete(m, "sub") }, "does not name a caller"},
		{"no role", func(m jwt.MapClaims) { delete(m, "role") }, "does not name a caller"},
		{"an invented role", func(m jwt.MapClaims) { m["role"] = "director" }, "does not name a caller"},
		{"no body", func(m jwt.MapClaims) { delete(m, "body") }, "does not name a caller"},
		{"nothing wrong", func(jwt.MapClaims) {}, ""},
	} {
		said := jwt.MapClaims{
			"iss": "percorsi-local", "aud": "percorsi", "sub": anna.User, "role": anna.Role, "body": anna.Body,
			"iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
		}
		c.change(said)
		token, err := jwt.NewWithClaims(jwt.SigningMethodEdDSA, said).SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		got, err := issuer.Verify(token)
		if c.says == "" {
			if err != nil || got != anna {
				t.Errorf("%s: got %+v, %v", c.sentence, got, err)
			}
			continue
		}
		refused(t, c.sentence, err, c.says)
	}
}

// The classic attacks: no algorithm at all, and the public key as the secret
// of a symmetric one.
func TestATokenDoesNotChooseItsAlgorithm(t *testing.T) {
	dir := t.TempDir()
	issuer := newIssuer(t, dir)
	body := part(t, map[string]any{
		"iss": "percorsi-local", "aud": "percorsi", "sub": anna.User, "role": anna.Role, "body": anna.Body,
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix(),
	})
	public, ok := readKey(t, dir).Public().(ed25519.PublicKey)
	if !ok {
		t.Fatal("no public key")
	}
	unsigned := part(t, map[string]any{"alg": "none", "typ": "JWT"}) + "." + body + "."
	symmetric := part(t, map[string]any{"alg": "HS256", "typ": "JWT"}) + "." + body
	mac := hmac.New(sha256.New, public)
	mac.Write([]byte(symmetric))
	symmetric += "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
	for name, token := range map[string]string{"none": unsigned, "HS256": symmetric} {
		_, err := issuer.Verify(token)
		refused(t, name, err, "was not signed by this server")
	}
}

func TestTheKeyIsForItsOwnerOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "access")
	newIssuer(t, dir)
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, "issuer.key"): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %04o, want %04o", filepath.Base(path), got, want)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("drafts are left: %v, %v", left, err)
	}
}

func TestAKeyThatOthersMayReadIsRefused(t *testing.T) {
	dir := t.TempDir()
	newIssuer(t, dir)
	path := filepath.Join(dir, "issuer.key")
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := access.NewIssuer(dir); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("got %v", err)
	}
}

func TestADamagedKeyIsNotReplacedInSilence(t *testing.T) {
	rsa := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("no key")})
	for name, text := range map[string][]byte{"empty": nil, "torn": []byte("-----BEGIN PRIVATE"), "another key": rsa} {
		dir := t.TempDir()
		path := filepath.Join(dir, "issuer.key")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := access.NewIssuer(dir); err == nil || !strings.Contains(err.Error(), "restore it") {
			t.Errorf("%s: got %v", name, err)
		}
		if kept, err := os.ReadFile(path); err != nil || string(kept) != string(text) {
			t.Errorf("%s: the file was changed: %v", name, err)
		}
	}
}

func TestProcessesThatStartTogetherAgreeOnOneKey(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "access")
	issuers := make([]*access.Issuer, 8)
	var started sync.WaitGroup
	for i := range issuers {
		started.Go(func() {
			issuer, err := access.NewIssuer(dir)
			if err != nil {
				t.Error(err)
			}
			issuers[i] = issuer
		})
	}
	started.Wait()
	if t.Failed() {
		return
	}
	token := issue(t, issuers[0], anna)
	for i, issuer := range issuers {
		if _, err := issuer.Verify(token); err != nil {
			t.Errorf("issuer %d: %v", i, err)
		}
	}
}

func TestIssuersOfOneSecretKnowEachOthersTokens(t *testing.T) {
	one, other := access.NewSharedIssuer([32]byte{1}), access.NewSharedIssuer([32]byte{1})
	if got, err := other.Verify(issue(t, one, anna)); err != nil || got != anna {
		t.Errorf("got %+v, %v", got, err)
	}
	stranger := access.NewSharedIssuer([32]byte{2})
	_, err := stranger.Verify(issue(t, one, anna))
	refused(t, "another secret", err, "was not signed by this server")
}

func newIssuer(tb testing.TB, dir string) *access.Issuer {
	tb.Helper()
	issuer, err := access.NewIssuer(dir)
	if err != nil {
		tb.Fatal(err)
	}
	return issuer
}

func issue(tb testing.TB, issuer *access.Issuer, c access.Caller) string {
	tb.Helper()
	token, err := issuer.Issue(c, time.Hour)
	if err != nil {
		tb.Fatal(err)
	}
	return token
}

func refused(t *testing.T, sentence string, err error, says string) {
	t.Helper()
	if fault.KindOf(err) != fault.Unauthenticated || !strings.Contains(err.Error(), says) {
		t.Errorf("%s: got %v, want %q", sentence, err, says)
	}
}

func readKey(t *testing.T, dir string) ed25519.PrivateKey {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "issuer.key"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		t.Fatal("the key is not PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		t.Fatalf("the key is a %T", parsed)
	}
	return key
}

func part(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func BenchmarkVerifyAgain(b *testing.B) {
	issuer := newIssuer(b, b.TempDir())
	token := issue(b, issuer, anna)
	for b.Loop() {
		if _, err := issuer.Verify(token); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyFirst(b *testing.B) {
	dir := b.TempDir()
	token := issue(b, newIssuer(b, dir), anna)
	for b.Loop() {
		b.StopTimer()
		issuer := newIssuer(b, dir)
		b.StartTimer()
		if _, err := issuer.Verify(token); err != nil {
			b.Fatal(err)
		}
	}
}
