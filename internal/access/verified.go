package access

import (
	"sync"
	"time"
)

// maxVerified bounds the memory of verified tokens: some hundred operators
// with a handful of tokens each, about 2 MB.
const maxVerified = 4096

// verified remembers tokens that verified, until they expire. Checking a
// signature costs more than the whole rest of the way of a short command, and
// a caller sends the same token thousands of times.
//
// Only good tokens are kept, so a flood of bad ones neither grows it nor
// empties it.
type verified struct {
	mu      sync.RWMutex
	byToken map[string]verifiedToken
}

type verifiedToken struct {
	caller Caller
	until  time.Time
}

func newVerified() *verified {
	return &verified{byToken: make(map[string]verifiedToken)}
}

func (v *verified) caller(token string, now time.Time) (Caller, bool) {
	v.mu.RLock()
	known, ok := v.byToken[token]
	v.mu.RUnlock()
	return known.caller, ok && now.Before(known.until)
}

// keep remembers a token. When there is no room it forgets the expired ones,
// then all: each caller pays for one signature again, and nothing else needs
// to be kept in order of use.
func (v *verified) keep(token string, known verifiedToken, now time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.byToken) >= maxVerified {
		v.forget(now)
	}
	v.byToken[token] = known
}

func (v *verified) forget(now time.Time) {
	for token, known := range v.byToken {
		if !now.Before(known.until) {
			delete(v.byToken, token)
		}
	}
	if len(v.byToken) >= maxVerified {
		clear(v.byToken)
	}
}
