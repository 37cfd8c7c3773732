package access

import (
	"strconv"
	"testing"
	"time"
)

func TestRememberedTokensStayBounded(t *testing.T) {
	now := time.Unix(1_750_000_000, 0)
	v := newVerified()
	for i := range 3 * maxVerified {
		v.keep(strconv.Itoa(i), verifiedToken{until: now.Add(time.Hour)}, now)
	}
	if got := len(v.byToken); got > maxVerified {
		t.Errorf("%d tokens are kept, want at most %d", got, maxVerified)
	}
	if _, ok := v.caller(strconv.Itoa(3*maxVerified-1), now); !ok {
		t.Error("the newest token was forgotten")
	}
}

func TestExpiredTokensAreForgottenBeforeGoodOnes(t *testing.T) {
	now := time.Unix(1_750_000_000, 0)
	v := newVerified()
	v.keep("good", verifiedToken{until: now.Add(time.Hour)}, now)
	for i := range maxVerified - 1 {
		v.keep(strconv.Itoa(i), verifiedToken{until: now}, now)
	}
	v.keep("new", verifiedToken{until: now.Add(time.Hour)}, now)
	for _, token := range []string{"good", "new"} {
		if _, ok := v.caller(token, now); !ok {
			t.Errorf("%s was forgotten", token)
		}
	}
	if got := len(v.byToken); got != 2 {
		t.Errorf("%d tokens are kept, want 2", got)
	}
}
