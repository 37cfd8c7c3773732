package access

import (
	"percorsi/internal/casework"
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// MayCorrect tells whether a caller may correct a fact of a case: fact as it was
// recorded, by author, through method; or as it should have been. The error is
// NotFound for a case that the caller does not see, Denied otherwise.
//
//   - Who may not record a fact may not correct it either.
//   - Who leads a case corrects whatever anybody recorded in it.
//   - A team member and a reporting body correct what they recorded themselves.
func MayCorrect(c Caller, k *casework.Case, method string, fact *eventv1.Fact, author *eventv1.Actor) error {
	if k == nil || !Sees(c, k) {
		return NoSuchCase()
	}
	if err := MayCall(c, method); err != nil {
		return err
	}
	if err := MayRecord(c, k, fact); err != nil {
		return err
	}
	if leads&c.Role.set() != 0 || same(c.User, author.GetUser()) && c.Body == author.GetBody() {
		return nil
	}
	return fault.New(fault.Denied, "%s corrects only what the same person recorded: ask who recorded it, or the case manager", c.Role.title())
}
