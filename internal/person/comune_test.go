package person_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"percorsi/internal/fault"
	"percorsi/internal/person"
)

const twoComuni = `[
	{"istat":"098031","cadastral":"E648","name":"Lodi","province":"LO","population_2011":43332,"managing_body":""},
	{"istat":"015191","cadastral":"H803","name":"San Colombano al Lambro","province":"MI","population_2011":7336,"managing_body":"ASP Basso Lodigiano"}
]`

func TestARegisterGivesItsComuniByIstatCode(t *testing.T) {
	reg, err := person.ReadComuni(strings.NewReader(twoComuni))
	if err != nil {
		t.Fatal(err)
	}
	lodi := person.Comune{ISTAT: "098031", Cadastral: "E648", Name: "Lodi", Province: "LO", Population2011: 43332}
	got, ok := reg.ByISTAT("098031")
	if diff := cmp.Diff(lodi, got); diff != "" || !ok {
		t.Errorf("found %v: %s", ok, diff)
	}
	if !reg.Has("015191") || reg.Has("058091") || reg.Has("") {
		t.Error("the register does not have what it lists, or has what it does not")
	}
	all := reg.All()
	if len(all) != 2 || all[0].ISTAT != "015191" || all[1].ISTAT != "098031" {
		t.Errorf("not sorted: %v", all)
	}
}

func TestNobodyChangesARegisterThroughItsList(t *testing.T) {
	reg, err := person.ReadComuni(strings.NewReader(twoComuni))
	if err != nil {
		t.Fatal(err)
	}
	reg.All()[0].ISTAT = "999999"
	if !reg.Has("015191") || reg.Has("999999") {
		t.Error("the list is the register's own")
	}
}

func TestTheEmptyRegisterHasNoComune(t *testing.T) {
	var reg person.Register
	if _, ok := reg.ByISTAT("098031"); ok || reg.Has("098031") || len(reg.All()) != 0 {
		t.Error("the zero register has a Comune")
	}
}

func TestARegisterThatCannotBeRightIsRefused(t *testing.T) {
	with := func(old, replacement string) string { return strings.Replace(twoComuni, old, replacement, 1) }
	for _, c := range []struct{ sentence, file, want string }{
		{"nothing", "", "JSON list"},
		{"an object", "{}", "JSON list"},
		{"an empty list", "[]", "at least one"},
		{"something after the list", twoComuni + "[]", "nothing after it"},
		{"a field that nobody knows", with(`"name"`, `"nome"`), "nome"},
		{"an ISTAT code of five digits", with("098031", "98031"), "comuni[0].istat: write six digits"},
		{"an ISTAT code with a letter", with("098031", "09803l"), "comuni[0].istat"},
		{"an ISTAT code given twice", with("015191", "098031"), "comuni[1].istat: give another code: row 0"},
		{"a cadastral code without its letter", with("H803", "8803"), "comuni[1].cadastral"},
		{"a cadastral code given twice", with("H803", "E648"), "comuni[1].cadastral: give another code: row 0"},
		{"a Comune without a name", with(`"Lodi"`, `" "`), "comuni[0].name"},
		{"a province in small letters", with("MI", "mi"), "comuni[1].province"},
		{"a Comune without people", with("7336", "0"), "comuni[1].population_2011"},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			reg, err := person.ReadComuni(strings.NewReader(c.file))
			if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if len(reg.All()) != 0 {
				t.Error("a refused register is not empty")
			}
		})
	}
}
