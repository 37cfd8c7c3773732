package person_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"percorsi/internal/person"
)

// amina is somebody whom offices write in many ways.
func amina(change ...func(*person.Portrait)) person.Portrait {
	p := person.Portrait{
		Surname: "El Khattabi", Name: "Yousra", Born: "1988-03-11", BirthYear: 1988, Sex: person.Female, Comune: "098031",
	}
	for _, c := range change {
		c(&p)
	}
	return p
}

func named(surname, name string) func(*person.Portrait) {
	return func(p *person.Portrait) { p.Surname, p.Name = surname, name }
}

func born(day string) func(*person.Portrait) {
	return func(p *person.Portrait) {
		p.Born, p.BirthYear = day, 0
		if on, err := time.Parse(time.DateOnly, day); err == nil {
			p.BirthYear = on.Year()
		}
	}
}

func onlyYear(year int) func(*person.Portrait) {
	return func(p *person.Portrait) { p.Born, p.BirthYear = "", year }
}

func coded(t *testing.T, variant int) func(*person.Portrait) {
	t.Helper()
	code, err := person.ComposeCodiceFiscale("El Khattabi", "Yousra", time.Date(1988, 3, 11, 0, 0, 0, 0, time.UTC), person.Female, "Z330")
	if err != nil {
		t.Fatal(err)
	}
	return codedAs(code.Variant(variant))
}

func codedAs(c person.CodiceFiscale) func(*person.Portrait) {
	return func(p *person.Portrait) {
		p.Identifier = person.Identifier{Kind: person.KindCodiceFiscale, Value: string(c)}
	}
}

func man(p *person.Portrait)       { p.Sex = person.Male }
func elsewhere(p *person.Portrait) { p.Comune = "098010" }

func TestRegistrationsThatMayBeOfOnePersonAreProposedAndOthersAreNot(t *testing.T) {
	for name, tt := range map[string]struct {
		a, b person.Portrait
		want bool
		why  person.Likeness
	}{
		"an omocode of the same code":                       {amina(coded(t, 0)), amina(coded(t, 3)), true, person.SameBaseCode},
		"an omocode, and no names":                          {amina(coded(t, 0), named("", "")), amina(coded(t, 1)), true, person.SameBaseCode},
		"registered without a code before":                  {amina(), amina(coded(t, 0), elsewhere), true, person.SameName},
		"another transliteration":                           {amina(), amina(named("Elkattabi", "Iusra"), elsewhere), true, person.NameSoundsSame},
		"a letter left out of the surname":                  {amina(), amina(named("El Khatabi", "Yousra"), elsewhere), true, person.NameSoundsSame},
		"two letters of the surname changed places":         {amina(), amina(named("El Khatatbi", "Yousra"), elsewhere), true, person.NameTyped},
		"surname and name in each other's place":            {amina(), amina(named("Yousra", "El Khattabi"), elsewhere), true, person.NameSwapped},
		"a second name that one office knows":               {amina(), amina(named("El Khattabi", "Yousra Fatima"), elsewhere), true, person.NameTyped},
		"day and month of birth in each other's place":      {amina(), amina(born("1988-11-03"), elsewhere), true, person.BirthDateSwapped},
		"one digit of the birth date":                       {amina(), amina(born("1988-03-17"), elsewhere), true, person.BirthDateTyped},
		"two digits of the birth year changed places":       {amina(born("1981-03-11")), amina(born("1918-03-11"), elsewhere), true, person.BirthDateTyped},
		"only the year is known, and the Comune":            {amina(), amina(onlyYear(1988)), true, person.SameBirthYear},
		"an error in the name and one in the date, at home": {amina(), amina(named("El Khatatbi", "Yousra"), born("1988-11-03")), true, person.NameTyped},

		"an error in the name and one in the date, elsewhere": {amina(), amina(named("El Khatatbi", "Yousra"), born("1988-11-03"), elsewhere), false, person.NameTyped},
		"a namesake of another year":                          {amina(), amina(born("1951-07-29")), false, person.OtherBirthDate},
		"a namesake of the same year, elsewhere":              {amina(), amina(onlyYear(1988), elsewhere), false, person.SameBirthYear},
		"a twin sister":                                       {amina(), amina(named("El Khattabi", "Nadia")), false, person.NotAlike},
		"the same day of birth":                               {amina(), amina(named("Rossi", "Maria")), false, person.NotAlike},
		"a brother whose name sounds the same, of another day": {
			amina(), amina(named("El Khattabi", "Yousri"), man, born("1990-01-05")), false, person.OtherSex,
		},
		"nothing but a code that nobody shares": {person.Portrait{}, amina(coded(t, 0)), false, person.NotAlike},
		"nothing at all":                        {person.Portrait{}, person.Portrait{}, false, person.NotAlike},
	} {
		t.Run(name, func(t *testing.T) {
			score, why := person.Compare(tt.a, tt.b)
			if (score >= person.Proposed) != tt.want {
				t.Errorf("score %d for %v", score, why)
			}
			if tt.why != person.NotAlike && !slices.Contains(why, tt.why) {
				t.Errorf("%v does not say %d", why, tt.why)
			}
		})
	}
}

func TestACodeThatIsCloseSpeaksForTwoAndAnotherOneAgainst(t *testing.T) {
	code := func(surname, name string, day int) person.CodiceFiscale {
		c, err := person.ComposeCodiceFiscale(surname, name, time.Date(1988, 3, day, 0, 0, 0, 0, time.UTC), person.Female, "Z330")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	typed := amina(named("El Khatabi", "Yousra"), codedAs(code("El Khatabi", "Yousra", 17)), born("1988-03-17"))
	if score, why := person.Compare(amina(coded(t, 0)), typed); score < person.Proposed || !slices.Contains(why, person.CodeTyped) {
		t.Errorf("the code of a name and a date typed wrong: %d, %v", score, why)
	}
	other := amina(codedAs(code("Bianchi", "Lucia", 2)))
	if score, why := person.Compare(amina(coded(t, 0), elsewhere), other); score >= person.Proposed || !slices.Contains(why, person.OtherCode) {
		t.Errorf("somebody of the same name and day with a code of her own: %d, %v", score, why)
	}
}

func TestItMakesNoDifferenceWhoIsComparedWithWhom(t *testing.T) {
	letters := rapid.StringMatching(`[A-D]{0,5}( [A-D]{1,3})?`)
	portraits := rapid.Custom(func(t *rapid.T) person.Portrait {
		return person.Portrait{
			Surname: letters.Draw(t, "surname"), Name: letters.Draw(t, "name"),
			Born:      rapid.SampledFrom([]string{"", "1988-03-11", "1988-11-03", "1988-03-12", "1990-01-01"}).Draw(t, "born"),
			BirthYear: rapid.SampledFrom([]int{0, 1988, 1990}).Draw(t, "year"),
			Sex:       rapid.SampledFrom([]person.Sex{person.SexUnknown, person.Male, person.Female}).Draw(t, "sex"),
			Comune:    rapid.SampledFrom([]string{"", "098031", "098010"}).Draw(t, "comune"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := portraits.Draw(t, "a"), portraits.Draw(t, "b")
		one, why := person.Compare(a, b)
		other, whyNot := person.Compare(b, a)
		if one != other || !slices.Equal(why, whyNot) {
			t.Fatalf("%d for %v, and the other way round %d for %v", one, why, other, whyNot)
		}
		if one < 0 || one > 100 {
			t.Fatalf("score %d", one)
		}
	})
}
