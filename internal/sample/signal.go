package sample

import (
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// signal registers the person if nobody has, and opens the case: the body that
// signals does it itself, or the coordinator enters what came on paper.
func (f *file) signal(fact *eventv1.Signalled, from source) {
	from = f.found(from)
	f.from = from.code
	by := f.coordinator()
	if from.code != "" && f.s.chance(70) {
		by = reporter(from.code)
	}
	if f.about.ref == "" {
		f.s.register(by, f.about)
	}
	fact.PersonId, fact.Comune, fact.ManagingBody = f.about.ref, f.comune.ISTAT, f.body
	fact.SignalledBy, fact.SignalledByKind = from.code, from.kind
	fact.Channel = eventv1.Channel_CHANNEL_IN_PERSON
	if from.kind != eventv1.BodyKind_BODY_KIND_CITIZEN {
		fact.Channel = weigh(f.s, []weighted[eventv1.Channel]{
			{50, eventv1.Channel_CHANNEL_EMAIL}, {30, eventv1.Channel_CHANNEL_PLATFORM}, {20, eventv1.Channel_CHANNEL_PHONE},
		})
	}
	fact.Note = f.s.note(onArrival)
	f.open(f.s.today, by, fact)
}

// found names the body of a source that is any of its kind.
func (f *file) found(from source) source {
	switch from {
	case byComune:
		from.code = municipal(f.comune)
	case bySchool:
		from.code = pick(f.s, schools)
	case byThirdSector:
		from.code = pick(f.s, thirdSector)
	}
	return from
}
