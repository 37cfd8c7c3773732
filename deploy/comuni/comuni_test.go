package comuni_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"percorsi/deploy/comuni"
	"percorsi/internal/person"
)

func read(t *testing.T) person.Register {
	t.Helper()
	reg, err := person.ReadComuni(comuni.JSON())
	if err != nil {
		t.Fatal(err)
	}
	return reg
}

func TestTheAmbitoHas61ComuniInTwoProvinces(t *testing.T) {
	residents, provinces := 0, make(map[string]int)
	for _, c := range read(t).All() {
		residents += c.Population2011
		provinces[c.Province]++
		if inLodi := c.ISTAT[:3] == "098"; inLodi != (c.Province == "LO") {
			t.Errorf("%s: ISTAT code %s is not of province %s", c.Name, c.ISTAT, c.Province)
		}
	}
	if diff := cmp.Diff(map[string]int{"LO": 60, "MI": 1}, provinces); diff != "" {
		t.Error(diff)
	}
	if residents != 231091 {
		t.Errorf("%d residents in 2011", residents)
	}
}

func TestManagingBodiesAreThoseThatThePlanNames(t *testing.T) {
	got := make(map[string][]string)
	unattributed := 0
	for _, c := range read(t).All() {
		if c.ManagingBody == "" {
			unattributed++
			continue
		}
		got[c.ManagingBody] = append(got[c.ManagingBody], c.Name)
	}
	want := map[string][]string{
		"ASSC Casalpusterlengo": {"Casalpusterlengo", "Castiglione d'Adda", "Guardamiglio", "Ospedaletto Lodigiano"},
		"ASP Basso Lodigiano": {
			"San Colombano al Lambro", "Borghetto Lodigiano", "Codogno", "Cornovecchio", "Maleo", "Marudo", "Massalengo",
			"Sant'Angelo Lodigiano", "Tavazzano con Villavesco", "Villanova del Sillaro",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if unattributed != 47 {
		t.Errorf("%d Comuni without a managing body", unattributed)
	}
}

func TestComuniThatAreEasilyMissedAreThere(t *testing.T) {
	reg := read(t)
	for istat, want := range map[string]person.Comune{
		"015191": {Name: "San Colombano al Lambro", Cadastral: "H803"},
		"098031": {Name: "Lodi", Cadastral: "E648"},
		"098056": {Name: "Tavazzano con Villavesco", Cadastral: "F260"},
		"098062": {Name: "Castelgerundo", Cadastral: "M393"},
	} {
		got, ok := reg.ByISTAT(istat)
		if !ok || got.Name != want.Name || got.Cadastral != want.Cadastral {
			t.Errorf("%s: got %s, %s, want %s, %s", istat, got.Name, got.Cadastral, want.Name, want.Cadastral)
		}
	}
	if reg.Has("098007") || reg.Has("098016") {
		t.Error("Camairago or Cavacurta, merged in 2018, is still there")
	}
}

func TestEachReaderStartsAtTheBeginning(t *testing.T) {
	if diff := cmp.Diff(read(t).All(), read(t).All()); diff != "" {
		t.Error(diff)
	}
}
