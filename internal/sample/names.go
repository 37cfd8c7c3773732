package sample

import (
	"slices"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Surnames are put together from two pieces, so that they look like what they
// are. No piece is shorter than it must be to be told from chance in a file of
// ciphertext.
var (
	surnameHeads = []string{
		"Provo", "Esempi", "Finzi", "Inventa", "Fantasi", "Immagi", "Campio", "Pseudo",
		"Simula", "Figura", "Ipote", "Favole", "Nessu", "Qualu", "Bozza", "Modello",
	}
	surnameTails = []string{
		"bruni", "foschi", "lunghi", "piatti", "verdini", "sordi", "venti", "monti",
		"valloni", "pontini", "rivoli", "boschi", "campini", "stelli", "martelli", "colombi",
	}
	femaleNames = []string{
		"Fintonia", "Esempiana", "Inventilla", "Provarosa", "Campionella", "Fantasina",
		"Nominella", "Immaginea", "Ipotesia", "Simulinda", "Battezzina", "Qualunquia",
		"Tiziafinta", "Leggendina", "Bozzettina", "Favolinda",
	}
	maleNames = []string{
		"Fintoniello", "Esempiano", "Inventullo", "Provamaro", "Campionello", "Fantasino",
		"Nominello", "Immaginoro", "Ipotesio", "Simulando", "Battezzino", "Qualunquio",
		"Tiziofinto", "Leggendino", "Bozzettino", "Favolindo",
	}
	streets = []string{
		"Via dell'Invenzione Perduta", "Vicolo Senza Mappa", "Piazza Mai Esistita",
		"Corso del Condizionale", "Largo Immaginato", "Strada del Non Luogo",
	}
)

const (
	// phonePrefix begins every telephone number: no real one does.
	phonePrefix = "0000-371-"
	// mailHost is under a domain that can never be registered (RFC 2606).
	mailHost = "posta-inventata.invalid"
)

func surnames() []string {
	var out []string
	for _, head := range surnameHeads {
		for _, tail := range surnameTails {
			out = append(out, head+tail)
		}
	}
	return out
}

func givenNames(sex eventv1.Sex) []string {
	if sex == eventv1.Sex_SEX_FEMALE {
		return femaleNames
	}
	return maleNames
}

// Words lists everything personal that the sample writes: surnames, names,
// streets, the pieces of telephone numbers and addresses, and the pieces of the
// notes around the names in them. None of it may be found in a copy of the log,
// nor in logs, subjects or headers.
func Words() []string {
	return slices.Concat(
		surnames(), femaleNames, maleNames, streets,
		[]string{phonePrefix, mailHost},
		noteWords(),
	)
}
