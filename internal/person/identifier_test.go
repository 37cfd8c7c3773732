package person_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"percorsi/internal/fault"
	"percorsi/internal/person"
)

// Kinds and canonical forms are hashed and kept: this table must not change.
func TestCanonicalFormsStandStill(t *testing.T) {
	for _, c := range []struct {
		kind      person.IdentifierKind
		typed     string
		word      string
		canonical string
	}{
		{person.KindCodiceFiscale, " rssmra80a01h501u ", "codice_fiscale", "codice_fiscale:RSSMRA80A01H501U"},
		{person.KindCodiceFiscale, "CCCFBA85D03L21VE", "codice_fiscale", "codice_fiscale:CCCFBA85D03L21VE"},
		{person.KindTemporaryCode, "123 4567 8903", "temporary_code", "temporary_code:12345678903"},
		{person.KindSTP, "stp 030-101.0000017", "stp", "stp:STP0301010000017"},
		{person.KindENI, "ENI/030/101/0000017", "eni", "eni:ENI0301010000017"},
		{person.KindNone, " ", "none", ""},
	} {
		id, err := person.ParseIdentifier(c.kind, c.typed)
		if err != nil {
			t.Errorf("%s: %v", c.word, err)
			continue
		}
		if id.Kind != c.kind || id.Kind.String() != c.word || id.Canonical() != c.canonical {
			t.Errorf("got %s, %q, want %s, %q", id.Kind, id.Canonical(), c.word, c.canonical)
		}
		again, err := person.ParseIdentifier(id.Kind, id.Value)
		if err != nil || again != id {
			t.Errorf("%s: parsed again it is another: %v", c.word, err)
		}
	}
}

func TestWhoHasNoCodeHasNothingToHash(t *testing.T) {
	for _, id := range []person.Identifier{
		{}, {Kind: person.KindNone}, {Kind: person.KindSTP}, {Kind: person.KindNone, Value: "RSSMRA80A01H501U"}, {Value: "RSSMRA80A01H501U"},
	} {
		if got := id.Canonical(); got != "" {
			t.Errorf("%s: got %q", id.Kind, got)
		}
	}
}

func TestACodeIsHeldToTheRulesOfItsKind(t *testing.T) {
	for _, c := range []struct {
		sentence    string
		kind        person.IdentifierKind
		value       string
		field, part string
	}{
		{"no kind at all", person.KindUnspecified, "RSSMRA80A01H501U", "identifier", "which kind"},
		{"a kind that does not exist", person.IdentifierKind(99), "", "identifier", "which kind"},
		{"a code where there is none", person.KindNone, "RSSMRA80A01H501U", "identifier", "leave the code empty"},
		{"a codice fiscale that is missing", person.KindCodiceFiscale, "", "codice_fiscale", "all 16"},
		{"a temporary code in the wrong place", person.KindCodiceFiscale, "12345678903", "codice_fiscale", "temporary"},
		{"a temporary code too short", person.KindTemporaryCode, "1234567890", "temporary_code", "all 11"},
		{"a temporary code with a letter", person.KindTemporaryCode, "1234567890O", "temporary_code", "all 11"},
		{"a temporary code with other digits", person.KindTemporaryCode, "1234567890٣", "temporary_code", "all 11"},
		{"a temporary code with a wrong digit", person.KindTemporaryCode, "12345678904", "temporary_code", "mistyped"},
		{"a temporary code of zeros", person.KindTemporaryCode, "00000000000", "temporary_code", "zeros"},
		{"an STP with ENI before it", person.KindSTP, "ENI0301010000017", "stp", "write STP"},
		{"an STP one digit short", person.KindSTP, "STP030101000001", "stp", "13 digits"},
		{"an STP one digit over", person.KindSTP, "STP03010100000177", "stp", "13 digits"},
		{"an STP of zeros", person.KindSTP, "STP0000000000000", "stp", "zeros"},
		{"an ENI with a letter in it", person.KindENI, "ENI030A010000017", "eni", "13 digits"},
		{"an ENI without its letters", person.KindENI, "0301010000017", "eni", "write ENI"},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			id, err := person.ParseIdentifier(c.kind, c.value)
			wantField(t, err, c.field, c.part)
			if id != (person.Identifier{}) {
				t.Error("a refused identifier is not empty")
			}
			if c.value != "" && strings.Contains(err.Error(), c.value) {
				t.Errorf("the text repeats the code: %v", err)
			}
		})
	}
}

func TestTemporaryCodesOfTheVatRulePass(t *testing.T) {
	for _, code := range []string{"12345678903", "00743110157", "01234567897"} {
		if got, err := person.ParseTemporaryCode(code); err != nil || string(got) != code {
			t.Errorf("%s: got %q, %v", code, string(got), err)
		}
	}
}

func TestAnyOneWrongDigitOfATemporaryCodeIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.StringMatching(`[1-9][0-9]{9}`).Draw(t, "body")
		var valid []string
		for last := range 10 {
			if code, err := person.ParseTemporaryCode(fmt.Sprint(body, last)); err == nil {
				valid = append(valid, string(code))
			}
		}
		if len(valid) != 1 {
			t.Fatalf("%s has %d check digits", body, len(valid))
		}
		code := []byte(valid[0])
		at := rapid.IntRange(0, len(code)-1).Draw(t, "at")
		code[at] = '0' + (code[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if _, err := person.ParseTemporaryCode(string(code)); fault.KindOf(err) != fault.Invalid {
			t.Fatalf("%s was taken", code)
		}
	})
}

// There are 19 texts: eleven of a codice fiscale, three of a temporary code, two
// each of STP and ENI, one of none. A text that repeated its input would make
// more.
func TestNoRefusalRepeatsWhatWasWritten(t *testing.T) {
	kinds := []person.IdentifierKind{person.KindCodiceFiscale, person.KindTemporaryCode, person.KindSTP, person.KindENI, person.KindNone}
	texts := make(map[string]bool)
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		value := rapid.OneOf(rapid.String(), rapid.StringMatching(`(STP|ENI)?[0-9A-Z]{10,17}`)).Draw(t, "value")
		if _, err := person.ParseIdentifier(kind, value); err != nil {
			texts[err.Error()] = true
		}
	})
	if len(texts) > 19 {
		t.Errorf("%d texts", len(texts))
	}
}

func TestLogsAndFormatsHideACode(t *testing.T) {
	const secret = "RSSMRA80A01H501U"
	values := []any{
		person.CodiceFiscale(secret), person.TemporaryCode(secret), person.STP(secret), person.ENI(secret),
		person.Identifier{Kind: person.KindSTP, Value: secret},
	}
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, nil))
	for _, v := range values {
		fmt.Fprintf(&out, "%v %s %q %+v %v\n", v, v, v, v, []any{v})
		log.Info("registered", slog.Any("code", v))
	}
	if strings.Contains(out.String(), secret) {
		t.Errorf("the code is there:\n%s", &out)
	}
	if !strings.Contains(out.String(), `"code":"stp (hidden)"`) {
		t.Errorf("the kind is not there:\n%s", &out)
	}
}

func TestKindsHaveWords(t *testing.T) {
	got := []string{person.KindUnspecified.String(), person.IdentifierKind(-1).String()}
	if diff := cmp.Diff([]string{"unspecified", "unspecified"}, got); diff != "" {
		t.Error(diff)
	}
}
