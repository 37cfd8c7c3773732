package rpc_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"percorsi/internal/fault"
	casefilev1 "percorsi/internal/gen/percorsi/casefile/v1"
	"percorsi/internal/rpc"
)

var lodi = &casefilev1.ListCasesRequest{Comune: "098031"}

func TestATokenLeadsBackToItsRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rpc.Page{
			Rank: rapid.Int64().Draw(t, "rank"),
			Key:  rapid.StringN(0, -1, 120).Draw(t, "key"),
		}
		token, err := rpc.EncodePage(lodi, want)
		if err != nil {
			t.Fatal(err)
		}
		if len(token) > 200 {
			t.Fatalf("the token has %d characters; the API takes 200", len(token))
		}
		got, err := rpc.DecodePage(lodi, token)
		if err != nil || got != want {
			t.Fatalf("got %+v, %v, want %+v", got, err, want)
		}
	})
}

func TestTheEmptyTokenIsTheBeginning(t *testing.T) {
	if got, err := rpc.DecodePage(lodi, ""); err != nil || got != (rpc.Page{}) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestThePagesOfAListMayDifferInSize(t *testing.T) {
	token := encode(t, lodi)
	next := &casefilev1.ListCasesRequest{Comune: "098031", PageSize: 7, PageToken: token, MinPosition: 12}
	if _, err := rpc.DecodePage(next, token); err != nil {
		t.Error(err)
	}
}

func TestATokenIsNoGoodForAnotherQuery(t *testing.T) {
	token := encode(t, lodi)
	if _, err := rpc.DecodePage(&casefilev1.ListCasesRequest{Comune: "098010"}, token); !isBadPage(err) {
		t.Errorf("another filter: got %v", err)
	}
	empty := encode(t, &casefilev1.GetHistoryRequest{})
	if _, err := rpc.DecodePage(&casefilev1.ListCasesRequest{}, empty); !isBadPage(err) {
		t.Errorf("another method: got %v", err)
	}
}

func TestAChangedTokenIsRefused(t *testing.T) {
	token := encode(t, lodi)
	for i := range len(token) {
		for _, other := range []byte("A_z-9=") {
			changed := []byte(token)
			if changed[i] == other {
				continue
			}
			changed[i] = other
			if _, err := rpc.DecodePage(lodi, string(changed)); !isBadPage(err) {
				t.Fatalf("byte %d changed: got %v", i, err)
			}
		}
	}
	for _, text := range []string{" ", "2", "page 2", token + token, token[:len(token)-1], token + "\n", strings.Repeat("A", 200), base64.RawURLEncoding.EncodeToString(make([]byte, 8))} {
		if _, err := rpc.DecodePage(lodi, text); !isBadPage(err) {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

func TestAKeyThatWouldNotFitIsRefused(t *testing.T) {
	if _, err := rpc.EncodePage(lodi, rpc.Page{Key: strings.Repeat("x", 121)}); err == nil {
		t.Error("the token would be refused by the API")
	}
}

func encode(t *testing.T, query proto.Message) string {
	t.Helper()
	token, err := rpc.EncodePage(query, rpc.Page{Rank: 20_178, Key: caseID})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func isBadPage(err error) bool {
	return fault.KindOf(err) == fault.Invalid && strings.HasPrefix(err.Error(), "page_token: ")
}
