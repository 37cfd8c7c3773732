package person_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"percorsi/internal/person"
)

func TestNamesGiveTheirConsonantsThenTheirVowels(t *testing.T) {
	for _, c := range []struct{ surname, name, want string }{
		{"Rossi", "Mario", "RSSMRA"},
		{"Rosi", "Anna", "RSONNA"},
		{"Fo", "Al", "FOXLAX"},
		{"Aiello", "Eva", "LLAVEA"},
		{"O", "Ai", "OXXAIX"},
		{"Verdi", "Marco", "VRDMRC"},
		{"Verdi", "Gianfranco", "VRDGFR"},
		{"Verdi", "Maria Teresa", "VRDMTR"},
		{"D'Angelo", "Niccolò", "DNGNCL"},
		{"de’ Medici", "Lorenzo-Piero", "DMDLNZ"},
		{"Łukasz", "Đorđe", "LKSDRD"},
		{"Strauß", "Jürgen", "STRJGN"},
		{"Çelik", "Işıl", "CLKSLI"},
		{"Yıldız", "Ayşe", "YLDYSA"},
		{"Nguyễn", "Thị Ánh", "NGYTNH"},
	} {
		got, err := person.ComposeCodiceFiscale(c.surname, c.name, day(1980, time.January, 1), person.Male, "H501")
		if err != nil {
			t.Errorf("%s %s: %v", c.surname, c.name, err)
			continue
		}
		if s := string(got)[:6]; s != c.want {
			t.Errorf("%s %s: got %s, want %s", c.surname, c.name, s, c.want)
		}
	}
}

func TestAComposedCodeIsThePublishedOne(t *testing.T) {
	for _, c := range []struct {
		surname, name string
		born          time.Time
		sex           person.Sex
		place, want   string
	}{
		{"Rossi", "Mario", day(1980, time.January, 1), person.Male, "H501", "RSSMRA80A01H501U"},
		{"Moretti", "Matteo", day(1991, time.April, 8), person.Male, "f205", "MRTMTT91D08F205J"},
		{"Bianchi", "Giulia", day(2015, time.December, 31), person.Female, "E648", "BNCGLI15T71E648A"},
	} {
		got, err := person.ComposeCodiceFiscale(c.surname, c.name, c.born, c.sex, c.place)
		if err != nil || string(got) != c.want {
			t.Errorf("got %q, %v, want %s", string(got), err, c.want)
		}
	}
}

func TestOnlyTheDateWhereThePersonWasBornCounts(t *testing.T) {
	east := time.FixedZone("east", 9*60*60)
	got, err := person.ComposeCodiceFiscale("Rossi", "Mario", time.Date(1980, time.January, 1, 2, 0, 0, 0, east), person.Male, "H501")
	if err != nil || string(got) != "RSSMRA80A01H501U" {
		t.Errorf("got %q, %v", string(got), err)
	}
}

func TestWhatCannotBeComposedNamesItsField(t *testing.T) {
	born := day(1980, time.January, 1)
	for _, c := range []struct {
		field, surname, name string
		born                 time.Time
		sex                  person.Sex
		place, part          string
	}{
		{"surname", "", "Mario", born, person.Male, "H501", "Latin"},
		{"surname", "Иванов", "Mario", born, person.Male, "H501", "Latin"},
		{"name", "Rossi", "'-", born, person.Male, "H501", "Latin"},
		{"name", "Rossi", "Mario2", born, person.Male, "H501", "Latin"},
		{"birth_date", "Rossi", "Mario", time.Time{}, person.Male, "H501", "date of birth"},
		{"sex", "Rossi", "Mario", born, person.SexUnknown, "H501", "sex"},
		{"birth_place", "Rossi", "Mario", born, person.Male, "Roma", "cadastral"},
		{"birth_place", "Rossi", "Mario", born, person.Male, "H50", "cadastral"},
	} {
		_, err := person.ComposeCodiceFiscale(c.surname, c.name, c.born, c.sex, c.place)
		wantField(t, err, c.field, c.part)
	}
}

func TestAComposedCodeGivesBackSexDateAndPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPerson(t)
		code, err := person.ComposeCodiceFiscale(p.surname, p.name, p.born, p.sex, p.place)
		if err != nil {
			t.Fatal(err)
		}
		variant := code.Variant(rapid.Int().Draw(t, "variant"))
		got, err := person.ParseCodiceFiscale(strings.ToLower(string(variant)))
		if err != nil {
			t.Fatal(err)
		}
		if got.Base() != code || got.Sex() != p.sex || got.BirthPlace() != p.place || got.BornAbroad() != (p.place[0] == 'Z') {
			t.Fatalf("%s: got %s, %v, %s", string(variant), string(got.Base()), got.Sex(), got.BirthPlace())
		}
		// Seen from any day of the century that begins with the birth.
		today := p.born.AddDate(0, 0, rapid.IntRange(0, 36500).Draw(t, "age in days"))
		if born := got.BirthDate(today); !born.Equal(p.born) {
			t.Fatalf("%s seen on %s: born %s, want %s", string(variant), today, born, p.born)
		}
		if year := got.BirthYear(p.born.Year() + rapid.IntRange(0, 99).Draw(t, "age")); year != p.born.Year() {
			t.Fatalf("%s: born in %d, want %d", string(variant), year, p.born.Year())
		}
	})
}

type fictional struct {
	surname, name string
	born          time.Time
	sex           person.Sex
	place         string
}

func drawPerson(t *rapid.T) fictional {
	name := rapid.StringMatching(`[A-Za-zàèéìòùÀÈÌÒÙçñşłđ]{1,12}([' -][A-Za-z]{1,8})?`)
	return fictional{
		surname: name.Draw(t, "surname"),
		name:    name.Draw(t, "name"),
		born:    day(1901, time.January, 1).AddDate(0, 0, rapid.IntRange(0, 45000).Draw(t, "born")),
		sex:     rapid.SampledFrom([]person.Sex{person.Male, person.Female}).Draw(t, "sex"),
		place:   rapid.StringMatching(`[A-MZ][0-9]{3}`).Draw(t, "place"),
	}
}

func drawCode(t *rapid.T) string {
	p := drawPerson(t)
	code, err := person.ComposeCodiceFiscale(p.surname, p.name, p.born, p.sex, p.place)
	if err != nil {
		t.Fatal(err)
	}
	return string(code.Variant(rapid.IntRange(0, 127).Draw(t, "variant")))
}
