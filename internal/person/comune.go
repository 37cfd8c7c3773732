package person

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"percorsi/internal/fault"
)

// Comune is a municipality of the Ambito.
type Comune struct {
	// ISTAT is the code of six digits: three of the province, three that count.
	ISTAT string `json:"istat"`
	// Cadastral is the code used in a codice fiscale: a letter, three digits.
	Cadastral string `json:"cadastral"`
	// Name is the official name, in Italian.
	Name string `json:"name"`
	// Province is the two-letter sign of the province.
	Province string `json:"province"`
	// Population2011 is the number of residents at the census of 2011.
	Population2011 int `json:"population_2011"`
	// ManagingBody runs social services for the Comune in association as the
	// plan stands; empty where the plan does not say ("non attribuito").
	ManagingBody string `json:"managing_body"`
}

// Register holds the Comuni of the Ambito. The zero value holds none. It does
// not change after [ReadComuni] and may be read from many goroutines.
type Register struct {
	comuni []Comune
}

// ReadComuni reads a register from a JSON list of Comuni. The error is of kind
// Invalid and names the row and the field: unknown fields, codes of a wrong
// shape, codes given twice and an empty list are refused.
func ReadComuni(r io.Reader) (Register, error) {
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	var comuni []Comune
	if err := dec.Decode(&comuni); err != nil {
		return Register{}, &fault.Error{Kind: fault.Invalid, Message: "write the Comuni as a JSON list", Err: err}
	}
	if _, err := dec.Token(); err != io.EOF {
		return Register{}, fault.New(fault.Invalid, "write one JSON list of Comuni and nothing after it")
	}
	if len(comuni) == 0 {
		return Register{}, fault.New(fault.Invalid, "list at least one Comune")
	}
	if err := checkComuni(comuni); err != nil {
		return Register{}, err
	}
	slices.SortFunc(comuni, func(a, b Comune) int { return strings.Compare(a.ISTAT, b.ISTAT) })
	return Register{comuni: comuni}, nil
}

// ByISTAT gives the Comune with that code, and whether there is one.
func (r Register) ByISTAT(code string) (Comune, bool) {
	i, ok := slices.BinarySearchFunc(r.comuni, code, func(c Comune, code string) int {
		return strings.Compare(c.ISTAT, code)
	})
	if !ok {
		return Comune{}, false
	}
	return r.comuni[i], true
}

// Has says whether a Comune with that ISTAT code belongs to the Ambito.
func (r Register) Has(istat string) bool {
	_, ok := r.ByISTAT(istat)
	return ok
}

// All gives the Comuni by ISTAT code. The caller owns the slice.
func (r Register) All() []Comune { return slices.Clone(r.comuni) }

func checkComuni(comuni []Comune) error {
	byISTAT, byCadastral := make(map[string]int), make(map[string]int)
	for i, c := range comuni {
		if field, do := c.wrong(); field != "" {
			return rowFault(i, field, do)
		}
		if first, taken := byISTAT[c.ISTAT]; taken {
			return rowFault(i, "istat", fmt.Sprintf("give another code: row %d has this one", first))
		}
		if first, taken := byCadastral[c.Cadastral]; taken {
			return rowFault(i, "cadastral", fmt.Sprintf("give another code: row %d has this one", first))
		}
		byISTAT[c.ISTAT], byCadastral[c.Cadastral] = i, i
	}
	return nil
}

// rowFault counts rows from zero, as JSON does.
func rowFault(row int, field, do string) error {
	return fault.Field(fmt.Sprintf("comuni[%d].%s", row, field), "%s", do)
}

// wrong names the first field that cannot be right and what to write there.
func (c Comune) wrong() (field, do string) {
	switch {
	case len(c.ISTAT) != 6 || !allDigits(c.ISTAT):
		return "istat", "write six digits"
	case !isCadastral(c.Cadastral):
		return "cadastral", "write a letter and three digits"
	case strings.TrimSpace(c.Name) == "":
		return "name", "write the name of the Comune"
	case len(c.Province) != 2 || !letterAt(c.Province, 0) || !letterAt(c.Province, 1):
		return "province", "write the two letters of the province"
	case c.Population2011 < 1:
		return "population_2011", "write how many people lived there in 2011"
	}
	return "", ""
}
