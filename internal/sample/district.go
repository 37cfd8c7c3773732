package sample

import (
	"fmt"
	"strings"

	"github.com/google/uuid"

	"percorsi/deploy/comuni"
	"percorsi/deploy/forms"
	"percorsi/internal/casework"
	"percorsi/internal/casework/formfile"
	"percorsi/internal/person"
)

// district is what the stories of one seed have in common. It does not change
// while they are made up.
type district struct {
	seed uint64
	// base is what the ids of the commands are derived from: it differs
	// wherever the same story would tell something else.
	base     uuid.UUID
	from, to casework.Day
	comuni   []weighted[person.Comune]
	forms    *casework.Forms
}

// namespace keeps the ids of the sample apart from all other name-based ones.
var namespace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:percorsi:sample"))

// newDistrict reads the Comuni. density is the share of the Ambito that is
// played; the last day is no part of the base, so that a later one only adds.
func newDistrict(cfg Config, density float64) (*district, error) {
	register, err := person.ReadComuni(comuni.JSON())
	if err != nil {
		return nil, fmt.Errorf("read the Comuni: %w", err)
	}
	d := &district{seed: cfg.Seed, from: cfg.From, to: cfg.To}
	d.base = uuid.NewSHA1(namespace, fmt.Appendf(nil, "%d/%s/%g", cfg.Seed, cfg.From, density))
	if d.forms, err = formfile.Read(forms.YAML()); err != nil {
		return nil, err
	}
	for _, c := range register.All() {
		d.comuni = append(d.comuni, weighted[person.Comune]{weight: c.Population2011, value: c})
	}
	return d, nil
}

// managing gives the code of the body that manages the cases of a Comune. The
// plan attributes 46 Comuni to ACSI without naming them: it takes those that
// are left.
func managing(c person.Comune) string {
	if c.ManagingBody == "" {
		return acsi
	}
	return strings.ToUpper(strings.ReplaceAll(c.ManagingBody, " ", "-"))
}

// municipal gives the code of the social services of a Comune.
func municipal(c person.Comune) string { return "COM-" + c.ISTAT }

// lodi gives the seat of the Ambito, where services are that no other Comune
// may be named for.
func (d *district) lodi() person.Comune {
	for _, c := range d.comuni {
		if c.value.ISTAT == "098031" {
			return c.value
		}
	}
	return d.comuni[0].value
}
