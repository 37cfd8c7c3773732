package server_test

import (
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
)

// record gives a record of the person of the desk, of a type.
func (d *desk) record(kind, other string) *personv1.PersonRecord {
	for _, r := range personRecords(d.t, d.manager, &personv1.ListPersonRecordsRequest{PersonId: d.person, OtherId: other}) {
		if r.GetRecorded().GetType() == kind {
			return r
		}
	}
	d.t.Fatalf("there is no %s", kind)
	return nil
}

// mending asks for a correction of a record with one thing changed.
func mending(kind string, with func(*desk) string, conn func(*desk) grpc.ClientConnInterface, change func(*personv1.CorrectPersonRecordsRequest)) func(*desk) error {
	return func(d *desk) error {
		record := d.record(kind, with(d))
		r := mend(record, record.GetStands())
		change(r)
		_, err := peopleOf(conn(d)).CorrectPersonRecords(d.t.Context(), r)
		return err
	}
}

// amendment gives what the first correction of a request puts in place.
func amendment(r *personv1.CorrectPersonRecordsRequest) *personv1.PersonContent {
	return r.GetCorrections()[0].GetAmend()
}

func forNothing(r *personv1.CorrectPersonRecordsRequest) {
	r.Corrections[0].What = &personv1.PersonRecordCorrection_Void{Void: true}
}

func nobody(*desk) string      { return "" }
func theSister(d *desk) string { return d.sister }

func byManager(d *desk) grpc.ClientConnInterface { return d.manager }
func byMember(d *desk) grpc.ClientConnInterface  { return d.member }
func byWard(d *desk) grpc.ClientConnInterface    { return d.ward }

const (
	aRegistration = "person_registered"
	aLink         = "person_linked"
)

var wrongRecords = []wrong{
	{"records of nobody", func(d *desk) error {
		_, err := peopleOf(d.manager).ListPersonRecords(d.t.Context(), &personv1.ListPersonRecordsRequest{PersonId: uuid.NewString()})
		return err
	}, codes.NotFound, ""},
	{"records of a person and the same person", func(d *desk) error {
		_, err := peopleOf(d.manager).ListPersonRecords(d.t.Context(), &personv1.ListPersonRecordsRequest{PersonId: d.person, OtherId: d.person})
		return err
	}, codes.InvalidArgument, "other_id"},
	{"a page of records of a person that there is not", func(d *desk) error {
		_, err := peopleOf(d.manager).ListPersonRecords(d.t.Context(), &personv1.ListPersonRecordsRequest{PersonId: d.person, PageToken: "page two"})
		return err
	}, codes.InvalidArgument, "page_token"},
	{"records of a person by a ward", func(d *desk) error {
		_, err := peopleOf(d.ward).ListPersonRecords(d.t.Context(), &personv1.ListPersonRecordsRequest{PersonId: d.person})
		return err
	}, codes.PermissionDenied, ""},
	{"a correction of nobody", mending(aRegistration, nobody, byManager, func(r *personv1.CorrectPersonRecordsRequest) {
		r.PersonId = uuid.NewString()
	}), codes.NotFound, ""},
	{"a correction of nothing of a person", mending(aRegistration, nobody, byManager, func(r *personv1.CorrectPersonRecordsRequest) {
		r.Corrections = nil
	}), codes.InvalidArgument, "corrections"},
	{"a correction of what nobody recorded of a person", mending(aRegistration, nobody, byManager, func(r *personv1.CorrectPersonRecordsRequest) {
		r.Corrections[0].CommandId = uuid.NewString()
	}), codes.InvalidArgument, "corrections[0].command_id"},
	{"a correction of a person for no reason", mending(aRegistration, nobody, byManager, func(r *personv1.CorrectPersonRecordsRequest) {
		r.Corrections[0].Reason = 0
	}), codes.InvalidArgument, "corrections[0].reason"},
	{"a correction of a person to come", mending(aRegistration, nobody, byManager, func(r *personv1.CorrectPersonRecordsRequest) {
		r.OccurredOn = "2999-01-01"
	}), codes.InvalidArgument, "occurred_on"},
	{"a registration amended with what it says", mending(aRegistration, nobody, byManager, func(*personv1.CorrectPersonRecordsRequest) {}), codes.InvalidArgument, "corrections[0].amend"},
	{"a registration for nothing", mending(aRegistration, nobody, byManager, forNothing), codes.FailedPrecondition, ""},
	{"a registration of tomorrow", mending(aRegistration, nobody, byManager, func(r *personv1.CorrectPersonRecordsRequest) {
		amendment(r).OccurredOn = "2999-01-01"
	}), codes.InvalidArgument, "corrections[0].amend.occurred_on"},
	{"a registration without identity", mending(aRegistration, nobody, byManager, func(r *personv1.CorrectPersonRecordsRequest) {
		amendment(r).Identity = nil
	}), codes.InvalidArgument, "corrections[0].amend.identity"},
	{"a registration without demographics", mending(aRegistration, nobody, byManager, func(r *personv1.CorrectPersonRecordsRequest) {
		amendment(r).Demographics = nil
	}), codes.InvalidArgument, "corrections[0].amend.demographics"},
	{"a registration amended with an identifier", mending(aRegistration, nobody, byManager, func(r *personv1.CorrectPersonRecordsRequest) {
		amendment(r).Identity.Identifier = "RSSMRA80A01H501U"
	}), codes.InvalidArgument, "corrections[0].amend.identity.identifier"},
	{"a birth amended into the future", mending(aRegistration, nobody, byManager, func(r *personv1.CorrectPersonRecordsRequest) {
		amendment(r).Identity.BirthDate = "2999-01-01"
	}), codes.InvalidArgument, "corrections[0].amend.identity.birth_date"},
	{"a residence amended into an unknown Comune", mending(aRegistration, nobody, byManager, func(r *personv1.CorrectPersonRecordsRequest) {
		amendment(r).Demographics.Comune = "015146"
	}), codes.InvalidArgument, "corrections[0].amend.demographics.comune"},
	{"a registration with a basis", mending(aRegistration, nobody, byManager, func(r *personv1.CorrectPersonRecordsRequest) {
		amendment(r).Basis = fromADocument
	}), codes.InvalidArgument, "corrections[0].amend.basis"},
	{"a registration with a reason", mending(aRegistration, nobody, byManager, func(r *personv1.CorrectPersonRecordsRequest) {
		amendment(r).Reason = plain("perché")
	}), codes.InvalidArgument, "corrections[0].amend.reason"},
	{"a note about a third", mending(aRegistration, nobody, byManager, func(r *personv1.CorrectPersonRecordsRequest) {
		r.Corrections[0].Note = plain("altro")
		r.Corrections[0].Note.About = uuid.NewString()
	}), codes.InvalidArgument, "corrections[0].note.about"},
	{"a link that stands on nothing", mending(aLink, theSister, byManager, func(r *personv1.CorrectPersonRecordsRequest) {
		amendment(r).Basis = 0
	}), codes.InvalidArgument, "corrections[0].amend.basis"},
	{"a link amended for another reason, untold", mending(aLink, theSister, byManager, func(r *personv1.CorrectPersonRecordsRequest) {
		amendment(r).Basis = eventv1.LinkBasis_LINK_BASIS_OTHER
	}), codes.InvalidArgument, "corrections[0].amend.reason"},
	{"a link with an identity", mending(aLink, theSister, byManager, func(r *personv1.CorrectPersonRecordsRequest) {
		amendment(r).Identity = &eventv1.Identity{}
	}), codes.InvalidArgument, "corrections[0].amend.identity"},
	{"a link amended with words about a third", mending(aLink, theSister, byManager, func(r *personv1.CorrectPersonRecordsRequest) {
		amendment(r).Reason = plain("altro")
		amendment(r).Reason.About = uuid.NewString()
	}), codes.InvalidArgument, "corrections[0].amend.reason.about"},
	{"a link voided by who saw an older one", mending(aLink, theSister, byManager, func(r *personv1.CorrectPersonRecordsRequest) {
		r.Corrections[0].Seen--
		forNothing(r)
	}), codes.Aborted, ""},
	{"a link voided by a team member", mending(aLink, theSister, byMember, forNothing), codes.PermissionDenied, ""},
	{"a link voided by a ward", mending(aLink, theSister, byWard, forNothing), codes.PermissionDenied, ""},
	{"a link voided twice at once", mending(aLink, theSister, byManager, func(r *personv1.CorrectPersonRecordsRequest) {
		forNothing(r)
		r.Corrections = append(r.Corrections, r.GetCorrections()[0])
	}), codes.InvalidArgument, "corrections[1].command_id"},
}
