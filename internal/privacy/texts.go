package privacy

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"percorsi/internal/fault"
)

// SealTexts seals the words of every Text in m, in place, under the key of
// the person they are about: the one the Text names, or else person. A Text
// without words is taken out.
//
// It is a fault, and m stays as it was, if a Text comes sealed (Invalid), if
// it names a person by something that is no id (Invalid), or if there is no
// key for the person (NotNow, with ErrErased as its cause). The fields of the
// fault are paths from m; to get them as the caller wrote them give the
// request, or the envelope of the fact. Where the keys cannot be reached, the
// error is that of their place.
func (v *Vault) SealTexts(m proto.Message, person string) error {
	if err := v.checkTexts(m, person); err != nil {
		return err
	}
	_, err := walk("", m.ProtoReflect(), func(_ string, m protoreflect.Message) (bool, error) {
		t, ok := asText(m)
		if !ok {
			return true, nil
		}
		if wordless(t) {
			return false, nil
		}
		box, err := v.Seal(t.person(person), PurposeText, []byte(t.plain()))
		if err != nil {
			return false, err
		}
		t.seal(box)
		return true, nil
	})
	return err
}

// checkTexts finds everything SealTexts refuses, before anything is changed.
func (v *Vault) checkTexts(m proto.Message, person string) error {
	var malformed, keyless []fault.Violation
	_, err := walk("", m.ProtoReflect(), func(path string, m protoreflect.Message) (bool, error) {
		t, ok := asText(m)
		if !ok {
			return true, nil
		}
		if violation, found := misshapen(path, t); found {
			malformed = append(malformed, violation)
			return true, nil
		}
		if wordless(t) {
			return true, nil
		}
		err := v.CheckKey(t.person(person))
		if errors.Is(err, ErrErased) || errors.Is(err, errNotPerson) {
			keyless = append(keyless, withoutKey(path, t))
			return true, nil
		}
		return true, err
	})
	switch {
	case err != nil:
		return err
	case len(malformed) > 0:
		return &fault.Error{Kind: fault.Invalid, Violations: sorted(malformed)}
	case len(keyless) > 0:
		return &fault.Error{Kind: fault.NotNow, Violations: sorted(keyless), Err: ErrErased}
	}
	return nil
}

// misshapen says what is wrong with a Text as it stands.
func misshapen(path string, t text) (fault.Violation, bool) {
	if t.isSealed() {
		return fault.Violation{
			Field: within(path, "sealed"),
			Do:    "leave it out: give the words as plain, they are sealed here",
		}, true
	}
	if _, err := personOf(t.about()); err != nil && t.about() != "" && !wordless(t) {
		return fault.Violation{
			Field: within(path, "about"),
			Do:    "give the id of a person (a UUID), or leave it out for the person of the case",
		}, true
	}
	return fault.Violation{}, false
}

// withoutKey says what to do about words for which there is no key.
func withoutKey(path string, t text) fault.Violation {
	if t.about() != "" {
		return fault.Violation{
			Field: within(path, "about"),
			Do:    "register this person first; about a person who was erased nothing more is written",
		}
	}
	return fault.Violation{
		Field: within(path, "plain"),
		Do:    "register the person of the case first; about a person who was erased nothing more is written",
	}
}

// wordless tells whether a Text says nothing.
func wordless(t text) bool { return strings.TrimSpace(t.plain()) == "" }

func within(path, field string) string {
	if path == "" {
		return field
	}
	return path + "." + field
}

// sorted gives violations an order; fields are walked in none.
func sorted(violations []fault.Violation) []fault.Violation {
	slices.SortFunc(violations, func(a, b fault.Violation) int { return cmp.Compare(a.Field, b.Field) })
	return violations
}
