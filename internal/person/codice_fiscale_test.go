package person_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"percorsi/internal/fault"
	"percorsi/internal/person"
)

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// The first group are examples in public circulation, the rest were sealed by
// an independent program from the decree's tables.
func TestAValidCodeTellsWhatItWasIssuedWith(t *testing.T) {
	today := day(2026, time.March, 15)
	for code, want := range map[string]struct {
		sex     person.Sex
		born    time.Time
		place   string
		abroad  bool
		omocode bool
	}{
		"RSSMRA80A01H501U": {person.Male, day(1980, time.January, 1), "H501", false, false},
		"MRTMTT91D08F205J": {person.Male, day(1991, time.April, 8), "F205", false, false},
		"CCCFBA85D03L219P": {person.Male, day(1985, time.April, 3), "L219", false, false},
		"CCCFBA85D03L21VE": {person.Male, day(1985, time.April, 3), "L219", false, true},
		"CCCFBAURDLPLNMVU": {person.Male, day(1985, time.April, 3), "L219", false, true},
		"FRNSST75D50A717N": {person.Female, day(1975, time.April, 10), "A717", false, false},

		"BNCGLI15T71E648A": {person.Female, day(2015, time.December, 31), "E648", false, false},
		"FOXLAX04B29E648B": {person.Male, day(2004, time.February, 29), "E648", false, false},
		"MHMMMD99M41Z352O": {person.Female, day(1999, time.August, 1), "Z352", true, false},
		"PPSNNA26C55H803A": {person.Female, day(2026, time.March, 15), "H803", false, false},
		"PPSNNA26C56H803C": {person.Female, day(1926, time.March, 16), "H803", false, false},
		"NGRVEA00B69M393X": {person.Female, day(2000, time.February, 29), "M393", false, false},
	} {
		t.Run(code, func(t *testing.T) {
			got, err := person.ParseCodiceFiscale(code)
			if err != nil {
				t.Fatal(err)
			}
			if got.Sex() != want.sex || got.BirthPlace() != want.place || got.BornAbroad() != want.abroad || got.Omocode() != want.omocode {
				t.Errorf("got %v, %s, abroad %v, omocode %v", got.Sex(), got.BirthPlace(), got.BornAbroad(), got.Omocode())
			}
			if born := got.BirthDate(today); !born.Equal(want.born) {
				t.Errorf("born on %s, want %s", born, want.born)
			}
		})
	}
}

func TestOmocodesShareTheBaseAndAreOtherCodes(t *testing.T) {
	base, err := person.ParseCodiceFiscale("CCCFBA85D03L219P")
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[person.CodiceFiscale]bool)
	for n := range 128 {
		v, err := person.ParseCodiceFiscale(string(base.Variant(n)))
		if err != nil {
			t.Fatalf("variant %d: %v", n, err)
		}
		if v.Base() != base || v.Omocode() != (n > 0) || seen[v] {
			t.Errorf("variant %d: base %s, omocode %v, seen %v", n, string(v.Base()), v.Omocode(), seen[v])
		}
		if v.Variant(0) != base || v.Variant(n) != v {
			t.Errorf("variant %d of an omocode is not counted from the base", n)
		}
		seen[v] = true
	}
	if got := string(base.Variant(1)); got != "CCCFBA85D03L21VE" {
		t.Errorf("the first omocode replaces the rightmost digit, got %s", got)
	}
}

func TestACodeMayBeTypedInAnyCaseAndWithBlanks(t *testing.T) {
	for _, s := range []string{
		"  rssmra80a01h501u\n", "RSS MRA 80A01 H501 U", "\ufeffRSSMRA80A01\u00a0H501U", "rSsMrA80a01h501U\u200b",
	} {
		got, err := person.ParseCodiceFiscale(s)
		if err != nil || string(got) != "RSSMRA80A01H501U" {
			t.Errorf("%q: got %q, %v", s, string(got), err)
		}
	}
}

func TestARefusalSaysWhichRuleFailed(t *testing.T) {
	for _, c := range []struct{ sentence, code, want string }{
		{"nothing at all", "", "all 16 characters"},
		{"one character short", "RSSMRA80A01H501", "all 16 characters"},
		{"one character over", "RSSMRA80A01H501UU", "all 16 characters"},
		{"a digit in the surname", "R5SMRA80A01H501U", "characters 1 to 6"},
		{"a letter outside the alphabet", "RSSMRà80A01H501", "characters 1 to 6"},
		{"a long s is not an S", "RſSMRA80A01H501", "characters 1 to 6"},
		{"a letter that stands for no digit, in the year", "RSSMRA8OA01H501I", "characters 7 and 8"},
		{"a month that no letter has", "RSSMRA80F01H501G", "character 9"},
		{"a letter that stands for no digit, in the day", "RSSMRA80AO1H501I", "characters 10 and 11"},
		{"day zero", "RSSMRA80A00H501V", "characters 10 and 11"},
		{"day 32", "RSSMRA80A32H501C", "characters 10 and 11"},
		{"day 40 is nobody's", "RSSMRA80A40H501Z", "characters 10 and 11"},
		{"day 72", "RSSMRA80A72H501G", "characters 10 and 11"},
		{"a place without its letter", "RSSMRA80A010501N", "characters 12 to 15"},
		{"a place with a letter that stands for no digit", "RSSMRA80A01HA01I", "characters 12 to 15"},
		{"a digit at the end", "RSSMRA80A01H5010", "character 16"},
		{"30 February", "RSSMRA80B30H501X", "no such day"},
		{"29 February of a common year", "RSSMRA81B29H501R", "no such day"},
		{"31 April of a woman", "RSSMRA80D71H501H", "no such day"},
		{"the published example that fails", "RSSMRT57D12D612R", "mistyped"},
		{"the check letter of the base on an omocode", "RSSMRA80A01H50MU", "mistyped"},
		{"a temporary code", "12345678903", "temporary code of 11 digits"},
		{"an STP code", "STP0301000000017", "STP or ENI"},
		{"an ENI code", "ENI0301000000017", "STP or ENI"},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			_, err := person.ParseCodiceFiscale(c.code)
			wantField(t, err, "codice_fiscale", c.want)
		})
	}
}

func TestAnyOneWrongCharacterIsFound(t *testing.T) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	rapid.Check(t, func(t *rapid.T) {
		code := []byte(drawCode(t))
		for i, right := range code {
			for _, wrong := range []byte(alphabet) {
				if wrong == right {
					continue
				}
				code[i] = wrong
				if _, err := person.ParseCodiceFiscale(string(code)); fault.KindOf(err) != fault.Invalid {
					t.Fatalf("%s was taken, with a wrong character in place %d", code, i+1)
				}
			}
			code[i] = right
		}
	})
}

// Every text that a refusal can have is fixed, so no text can hold the code.
func TestARefusalNeverRepeatsTheCode(t *testing.T) {
	texts := make(map[string]bool)
	for _, c := range []string{
		"", "0", "R5SMRA80A01H501U", "RSSMRA8OA01H501I", "RSSMRA80F01H501G", "RSSMRA80A00H501V", "RSSMRA80A010501N",
		"RSSMRA80A01H5010", "RSSMRA80B30H501X", "RSSMRA80A01H501X", "12345678903", "STP0301000000017",
	} {
		_, err := person.ParseCodiceFiscale(c)
		texts[err.Error()] = true
	}
	rapid.Check(t, func(t *rapid.T) {
		code := []byte(drawCode(t))
		for range rapid.IntRange(1, 3).Draw(t, "edits") {
			at := rapid.IntRange(0, len(code)-1).Draw(t, "at")
			code[at] = rapid.SampledFrom([]byte("ABCDEFGHILMNOPQRSTUVXZ0123456789 ")).Draw(t, "to")
		}
		_, err := person.ParseCodiceFiscale(string(code))
		if err == nil {
			return
		}
		if !texts[err.Error()] {
			t.Fatalf("a text of its own: %v", err)
		}
		if strings.Contains(strings.ToUpper(err.Error()), string(code)) {
			t.Fatalf("the text repeats the code")
		}
	})
}

func TestTheYearOfBirthIsTheLatestThatFits(t *testing.T) {
	code, err := person.ParseCodiceFiscale("RSSMRA80A01H501U")
	if err != nil {
		t.Fatal(err)
	}
	for reference, want := range map[int]int{1979: 1880, 1980: 1980, 2026: 1980, 2079: 1980, 2080: 2080, 2099: 2080} {
		if got := code.BirthYear(reference); got != want {
			t.Errorf("seen from %d: %d, want %d", reference, got, want)
		}
	}
}

func TestALeapDayIsLookedForInAYearThatHasIt(t *testing.T) {
	code, err := person.ParseCodiceFiscale("NGRVEA00B69M393X")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := code.BirthDate(day(2000, time.February, 28)), day(1600, time.February, 29); !got.Equal(want) {
		t.Errorf("got %s, want %s: 1900 was no leap year", got, want)
	}
}

func TestTheEmptyCodeSaysNothing(t *testing.T) {
	var none person.CodiceFiscale
	got := fmt.Sprint(none.Omocode(), string(none.Base()), none.Sex(), none.BirthYear(2026),
		none.BirthDate(day(2026, 1, 1)).IsZero(), none.BirthPlace(), none.BornAbroad(), string(none.Variant(1)))
	if want := fmt.Sprint(false, "", person.SexUnknown, 0, true, "", false, ""); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSexIsWrittenAsInRegisters(t *testing.T) {
	got := []string{person.SexUnknown.String(), person.Male.String(), person.Female.String(), person.Sex(9).String()}
	if diff := cmp.Diff([]string{"", "M", "F", ""}, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzParseCodiceFiscale(f *testing.F) {
	for _, s := range []string{"", "RSSMRA80A01H501U", "CCCFBAURDLPLNMVU", "12345678903", "RSS MRA\xff", "RSSMRA81B29H501R"} {
		f.Add(s)
	}
	today := day(2026, time.March, 15)
	f.Fuzz(func(t *testing.T, s string) {
		code, err := person.ParseCodiceFiscale(s)
		if err != nil {
			if code != "" || fault.KindOf(err) != fault.Invalid {
				t.Fatalf("refused with %q, %v", string(code), err)
			}
			return
		}
		again, err := person.ParseCodiceFiscale(string(code))
		if err != nil || again != code {
			t.Fatalf("%q does not parse to itself: %v", string(code), err)
		}
		if base := code.Base(); base.Omocode() || base.BirthDate(today) != code.BirthDate(today) || base.Sex() != code.Sex() {
			t.Fatalf("the base of %q is another person", string(code))
		}
	})
}

// wantField asserts an Invalid error with one violation of field whose text
// holds part.
func wantField(t *testing.T, err error, field, part string) {
	t.Helper()
	e, ok := errors.AsType[*fault.Error](err)
	if !ok || e.Kind != fault.Invalid || len(e.Violations) != 1 {
		t.Fatalf("want one violation, got %v", err)
	}
	if v := e.Violations[0]; v.Field != field || !strings.Contains(v.Do, part) {
		t.Errorf("got %s: %q, want %s: %q", v.Field, v.Do, field, part)
	}
}
