package person

import "percorsi/internal/fault"

// IdentifierKind says by which code a person is known.
type IdentifierKind int

const (
	// KindUnspecified is the zero value: nobody said. It is never accepted.
	KindUnspecified IdentifierKind = iota
	// KindCodiceFiscale is a [CodiceFiscale].
	KindCodiceFiscale
	// KindTemporaryCode is a [TemporaryCode].
	KindTemporaryCode
	// KindSTP is an [STP] code.
	KindSTP
	// KindENI is an [ENI] code.
	KindENI
	// KindNone means that the person has no code that anyone knows.
	KindNone
)

// String gives the word that is used everywhere, also in keyed hashes: it must
// not change.
func (k IdentifierKind) String() string {
	switch k {
	case KindCodiceFiscale:
		return "codice_fiscale"
	case KindTemporaryCode:
		return "temporary_code"
	case KindSTP:
		return "stp"
	case KindENI:
		return "eni"
	case KindNone:
		return "none"
	case KindUnspecified:
	}
	return "unspecified"
}

// Identifier is a verified code and its kind. The zero value is not valid: a
// person without a code has [KindNone].
type Identifier struct {
	Kind  IdentifierKind
	Value string
}

// ParseIdentifier verifies value by the rules of its kind; for [KindNone] it
// must be empty. The error is of kind Invalid on the field of that kind, such
// as "stp", or on "identifier"; it repeats nothing of value.
func ParseIdentifier(kind IdentifierKind, value string) (Identifier, error) {
	code, err := parseValue(kind, value)
	if err != nil {
		return Identifier{}, err
	}
	return Identifier{Kind: kind, Value: code}, nil
}

func parseValue(kind IdentifierKind, value string) (string, error) {
	switch kind {
	case KindCodiceFiscale:
		code, err := ParseCodiceFiscale(value)
		return string(code), err
	case KindTemporaryCode:
		code, err := ParseTemporaryCode(value)
		return string(code), err
	case KindSTP:
		code, err := ParseSTP(value)
		return string(code), err
	case KindENI:
		code, err := ParseENI(value)
		return string(code), err
	case KindNone:
		if compact(value) != "" {
			return "", fault.Field("identifier", "leave the code empty, or say which kind of code it is")
		}
		return "", nil
	case KindUnspecified:
	}
	return "", fault.Field("identifier", "say which kind of code the person has, or that there is none")
}

// Canonical gives the bytes to hash with a key: the kind, a colon, the code. It
// is empty where there is no code: nothing is to be hashed then, since one hash
// for all would make one person of them. A codice fiscale stands as it was
// issued, an omocode included.
func (i Identifier) Canonical() string {
	if i.Kind == KindUnspecified || i.Kind == KindNone || i.Value == "" {
		return ""
	}
	return i.Kind.String() + ":" + i.Value
}
