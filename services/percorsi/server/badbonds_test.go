package server_test

import (
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	personv1 "percorsi/internal/gen/percorsi/person/v1"
)

// bind links the person of the desk with the sister, and tells the stranger
// apart.
func (d *desk) bind() {
	if err := d.link(d.manager, func(r *personv1.LinkPersonsRequest) { r.OtherId = d.sister }); err != nil {
		d.t.Fatal(err)
	}
	if err := d.apart(d.manager, func(r *personv1.TellPersonsApartRequest) { r.OtherId = d.stranger }); err != nil {
		d.t.Fatal(err)
	}
	d.toldApart = d.last(d.t)
	d.settle(d.t)
}

// link links the person of the desk with one thing changed.
func (d *desk) link(conn grpc.ClientConnInterface, change func(*personv1.LinkPersonsRequest)) error {
	r := &personv1.LinkPersonsRequest{
		CommandId: uuid.NewString(), PersonId: d.person, OccurredOn: "2025-01-10", Basis: eventv1.LinkBasis_LINK_BASIS_PERSON_SAYS,
	}
	change(r)
	_, err := peopleOf(conn).LinkPersons(d.t.Context(), r)
	return err
}

func (d *desk) unlink(change func(*personv1.UnlinkPersonsRequest)) error {
	r := &personv1.UnlinkPersonsRequest{
		CommandId: uuid.NewString(), PersonId: d.person, OtherId: d.sister, OccurredOn: "2025-01-10",
		Revision: d.bond(d.sister), Reason: plain("un errore"),
	}
	change(r)
	_, err := peopleOf(d.manager).UnlinkPersons(d.t.Context(), r)
	return err
}

func (d *desk) apart(conn grpc.ClientConnInterface, change func(*personv1.TellPersonsApartRequest)) error {
	r := &personv1.TellPersonsApartRequest{CommandId: uuid.NewString(), PersonId: d.person, OccurredOn: "2025-01-10"}
	change(r)
	_, err := peopleOf(conn).TellPersonsApart(d.t.Context(), r)
	return err
}

// bond gives the revision of a link with the person of the desk.
func (d *desk) bond(other string) uint64 {
	shown, err := peopleOf(d.manager).GetPerson(d.t.Context(), &personv1.GetPersonRequest{PersonId: d.person})
	if err != nil {
		d.t.Fatal(err)
	}
	for _, l := range shown.GetLinked() {
		if l.GetPersonId() == other {
			return l.GetRevision()
		}
	}
	d.t.Fatal("they are not linked")
	return 0
}

// with links with somebody else as the coordinator.
func with(other func(*desk) string) func(*desk) error {
	return func(d *desk) error {
		return d.link(d.coordinator, func(r *personv1.LinkPersonsRequest) { r.OtherId = other(d) })
	}
}

var wrongBonds = []wrong{
	{"a link with oneself", with(func(d *desk) string { return d.person }), codes.InvalidArgument, "other_id"},
	{"a link with nobody", with(func(*desk) string { return uuid.NewString() }), codes.NotFound, ""},
	{"a link of nobody", func(d *desk) error {
		return d.link(d.manager, func(r *personv1.LinkPersonsRequest) { r.PersonId, r.OtherId = uuid.NewString(), d.person })
	}, codes.NotFound, ""},
	{"a link with an id that is none", with(func(*desk) string { return "42" }), codes.InvalidArgument, "other_id"},
	{"a link that was seen by nobody", with(func(d *desk) string { return d.sister }), codes.Aborted, ""},
	{"a link that is there", func(d *desk) error {
		return d.link(d.manager, func(r *personv1.LinkPersonsRequest) { r.OtherId, r.Revision = d.sister, d.bond(d.sister) })
	}, codes.FailedPrecondition, ""},
	{"a link of two who were told apart, because they say so", func(d *desk) error {
		return d.link(d.manager, func(r *personv1.LinkPersonsRequest) { r.OtherId, r.Revision = d.stranger, d.toldApart })
	}, codes.FailedPrecondition, ""},
	{"a link that makes one of two who were told apart", func(d *desk) error {
		return d.link(d.manager, func(r *personv1.LinkPersonsRequest) { r.PersonId, r.OtherId = d.sister, d.stranger })
	}, codes.FailedPrecondition, ""},
	{"a link without a basis", func(d *desk) error {
		return d.link(d.manager, func(r *personv1.LinkPersonsRequest) { r.OtherId, r.Basis = d.stranger, 0 })
	}, codes.InvalidArgument, "basis"},
	{"a link for another reason, untold", func(d *desk) error {
		return d.link(d.manager, func(r *personv1.LinkPersonsRequest) {
			r.OtherId, r.Revision, r.Basis, r.Reason = d.stranger, d.toldApart, eventv1.LinkBasis_LINK_BASIS_OTHER, plain("  ")
		})
	}, codes.InvalidArgument, "reason"},
	{"a link with words about a third", func(d *desk) error {
		return d.link(d.manager, func(r *personv1.LinkPersonsRequest) {
			r.OtherId, r.Reason = d.stranger, plain("altro")
			r.Reason.About = d.sister
		})
	}, codes.InvalidArgument, "reason.about"},
	{"a link to come", func(d *desk) error {
		return d.link(d.manager, func(r *personv1.LinkPersonsRequest) { r.OtherId, r.OccurredOn = d.stranger, "2999-01-01" })
	}, codes.InvalidArgument, "occurred_on"},
	{"a team member who links", func(d *desk) error {
		return d.link(d.member, func(r *personv1.LinkPersonsRequest) { r.OtherId = d.stranger })
	}, codes.PermissionDenied, ""},
	{"a ward that links", func(d *desk) error {
		return d.link(d.ward, func(r *personv1.LinkPersonsRequest) { r.OtherId = d.stranger })
	}, codes.PermissionDenied, ""},
	{"an unlink of two who are not linked", func(d *desk) error {
		return d.unlink(func(r *personv1.UnlinkPersonsRequest) { r.OtherId, r.Revision = d.stranger, d.toldApart })
	}, codes.FailedPrecondition, ""},
	{"an unlink of an older link", func(d *desk) error {
		return d.unlink(func(r *personv1.UnlinkPersonsRequest) { r.Revision-- })
	}, codes.Aborted, ""},
	{"an unlink without a reason", func(d *desk) error {
		return d.unlink(func(r *personv1.UnlinkPersonsRequest) { r.Reason = nil })
	}, codes.InvalidArgument, "reason"},
	{"told apart from oneself", func(d *desk) error {
		return d.apart(d.member, func(r *personv1.TellPersonsApartRequest) { r.OtherId = d.person })
	}, codes.InvalidArgument, "other_id"},
	{"told apart while linked", func(d *desk) error {
		return d.apart(d.member, func(r *personv1.TellPersonsApartRequest) { r.OtherId, r.Revision = d.sister, d.bond(d.sister) })
	}, codes.FailedPrecondition, ""},
	{"told apart from nobody", func(d *desk) error {
		return d.apart(d.member, func(r *personv1.TellPersonsApartRequest) { r.OtherId = uuid.NewString() })
	}, codes.NotFound, ""},
	{"duplicates of nobody", func(d *desk) error {
		_, err := peopleOf(d.manager).FindDuplicates(d.t.Context(), &personv1.FindDuplicatesRequest{PersonId: uuid.NewString()})
		return err
	}, codes.NotFound, ""},
	{"a ward that asks for duplicates", func(d *desk) error {
		_, err := peopleOf(d.ward).FindDuplicates(d.t.Context(), &personv1.FindDuplicatesRequest{PersonId: d.person})
		return err
	}, codes.PermissionDenied, ""},
	{"households of nobody", func(d *desk) error {
		_, err := peopleOf(d.manager).ListHouseholds(d.t.Context(), &personv1.ListHouseholdsRequest{PersonId: uuid.NewString()})
		return err
	}, codes.NotFound, ""},
	{"a ward that asks for households", func(d *desk) error {
		_, err := peopleOf(d.ward).ListHouseholds(d.t.Context(), &personv1.ListHouseholdsRequest{PersonId: d.person})
		return err
	}, codes.PermissionDenied, ""},
}
