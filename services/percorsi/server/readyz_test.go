package server_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"
)

// answersWithin bounds how long a server that lives may take to say how it is.
const answersWithin = 10 * time.Second

// readiness is what a server says of its read model.
type readiness struct {
	State          string
	Leading        bool
	Position, Last uint64
	Quarantined    int
}

// readyz asks a server how it is; ok is false where it does not answer.
func readyz(t *testing.T, addr string) (r readiness, status int, ok bool) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/readyz", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	client := http.Client{Timeout: answersWithin}
	answer, err := client.Do(request)
	if err != nil {
		return r, 0, false
	}
	defer func() { _ = answer.Body.Close() }()
	return r, answer.StatusCode, json.NewDecoder(answer.Body).Decode(&r) == nil
}

// poll asks again and again until an answer is yes.
func poll(t *testing.T, within time.Duration, what string, yes func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(within); !yes(); <-tick.C {
		if time.Now().After(end) {
			t.Fatalf("not within %s: %s", within, what)
		}
	}
}
