package sample

import (
	"cmp"
	"fmt"
	"slices"

	"percorsi/internal/casework"
)

// kind is one kind of story: how many begin in a year of the whole Ambito, and
// how one is played.
type kind struct {
	name string
	rate float64
	play func(*script)
}

// kinds gives every kind of story. The rates are those of the plan where it
// states them: about 1,000 households of ADI, 450 people of SELF in charge at
// some time of a year, 400 discharges to protect, 15 of them of homeless people
// in three years.
func kinds() []kind {
	out := []kind{
		{name: "adi", rate: 1000, play: playADI},
		{name: "self", rate: 330, play: beginSELF},
		{name: "home", rate: 395, play: playHome},
		{name: "homeless", rate: 5, play: playHomeless},
	}
	services := slices.Concat(
		povertyServices(), housingServices(), ageingServices(),
		minorServices(), disabilityServices(), migrationServices(),
	)
	for _, of := range services {
		out = append(out, kind{name: of.name, rate: of.rate, play: of.play})
	}
	return out
}

const daysAYear = 365.25

// density gives the share of the Ambito that has so many cases from one day to
// another; 1 where no number is wanted.
func density(cases int, from, to casework.Day) float64 {
	if cases == 0 {
		return 1
	}
	total := 0.0
	for _, k := range kinds() {
		total += k.rate
	}
	return float64(cases) * daysAYear / (total * float64(to-from+1))
}

// opening is a story that is still to be made up.
type opening struct {
	kind
	number int
	on     casework.Day
}

func (o opening) name() string { return fmt.Sprintf("%s/%d", o.kind.name, o.number) }

// openings gives the stories of a district by the day they begin. Story n of a
// kind begins on the same day whatever the last day is, so that a later one
// only adds stories. Where there is room for it each kind has at least one.
func openings(d *district, cases int, share float64) []opening {
	var out []opening
	all := kinds()
	span := float64(d.to - d.from + 1)
	for _, k := range all {
		every := daysAYear / (k.rate * share)
		if cases >= 2*len(all) {
			every = min(every, span)
		}
		for n := 0; ; n++ {
			o := opening{kind: k, number: n}
			// Spread evenly, each somewhere in its own stretch of days.
			place := newScript(d, o.name()+"/day").rng.Float64()
			o.on = d.from + casework.Day((float64(n)+place)*every)
			if float64(n)*every > span {
				break
			}
			if o.on <= d.to {
				out = append(out, o)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b opening) int { return cmp.Compare(a.on, b.on) })
	return out
}

// script makes up the story.
func (o opening) script(d *district) *script {
	s := newScript(d, o.name())
	s.at(o.on, func() { o.play(s) })
	s.tell()
	return s
}
