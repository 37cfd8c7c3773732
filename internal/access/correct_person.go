package access

import (
	"percorsi/internal/fault"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
)

// MayCorrectPerson tells whether a caller may correct a fact of a person: who may
// record such a fact may. A registration is corrected by who may change details: a
// reporting body registers, and is told nothing more. Whether the caller may be
// told of the people is settled by ReadsPerson.
func MayCorrectPerson(c Caller, f *eventv1.Fact) error {
	switch f.GetFact().(type) {
	case *eventv1.Fact_PersonRegistered, *eventv1.Fact_PersonDetailsChanged:
		return MayCall(c, personv1.PersonService_ChangeDetails_FullMethodName)
	case *eventv1.Fact_PersonLinked:
		return MayCall(c, personv1.PersonService_LinkPersons_FullMethodName)
	case *eventv1.Fact_PersonUnlinked:
		return MayCall(c, personv1.PersonService_UnlinkPersons_FullMethodName)
	case *eventv1.Fact_PersonsToldApart:
		return MayCall(c, personv1.PersonService_TellPersonsApart_FullMethodName)
	default:
		return fault.New(fault.Denied, "nobody corrects this as a record of a person")
	}
}
