package sample

import (
	"fmt"
	"slices"

	"percorsi/internal/access"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// The bodies of the district, by their codes. Those of the third sector, the
// schools and the firms are invented; the public ones are named by the plan.
const (
	acsi       = "ACSI"
	assc       = "ASSC-CASALPUSTERLENGO"
	asp        = "ASP-BASSO-LODIGIANO"
	udp        = "UFFICIO-DI-PIANO"
	asst       = "ASST-LODI"
	uonpia     = "ASST-LODI-UONPIA"
	cot        = "COT-LODI"
	serd       = "SERD-LODI"
	cps        = "CPS-LODI"
	cpi        = "CPI-LODI"
	uepe       = "UEPE-LODI"
	ussm       = "USSM-LODI"
	asfol      = "ASFOL"
	cav        = "CAV-LODI"
	caritas    = "CARITAS-LODIGIANA"
	ala        = "ALA-LODI"
	aler       = "ALER-LODI"
	prevent    = "EQUIPE-PREVENZIONE"
	sai        = "ETS-ACCOGLIENZA-01"
	msna       = "ETS-ACCOGLIENZA-02"
	tratta     = "ETS-STRADA-01"
	desk       = "ETS-SPORTELLO-01"
	dopo       = "ETS-DISABILITA-01"
	labs       = "ETS-DISABILITA-02"
	ageing     = "ETS-ANZIANI-01"
	school2    = "SCUOLA-SECONDA-OPP"
	prefect    = "PREFETTURA-LODI"
	statistics = "STATISTICA-LODI"
	counsels   = "CONSULTORIO-LODI"
)

// staff is who works for a body: operators numbered on from the first. One is
// the coordinator, then come the case managers, then the others.
type staff struct {
	first, managers, members int
}

// staffs of the bodies whose operators work on cases. The numbers are
// pseudonyms: nobody is behind them.
var staffs = map[string]staff{
	acsi:    {first: 1, managers: 40, members: 12},
	assc:    {first: 61, managers: 9, members: 5},
	asp:     {first: 81, managers: 12, members: 6},
	udp:     {first: 101, managers: 22, members: 16},
	asst:    {first: 141, managers: 4, members: 18},
	caritas: {first: 171, managers: 3, members: 3},
	cav:     {first: 181, managers: 2, members: 1},
	sai:     {first: 186, managers: 3, members: 2},
	msna:    {first: 193, managers: 3, members: 2},
	tratta:  {first: 200, managers: 2, members: 1},
	desk:    {first: 205, managers: 2, members: 2},
	dopo:    {first: 211, managers: 3, members: 3},
	labs:    {first: 219, managers: 2, members: 2},
	ageing:  {first: 225, managers: 2, members: 3},
	school2: {first: 232, managers: 1, members: 3},
}

// Reporters and planners follow, in numbers of their own.
const (
	firstReporter = 400
	reporters     = 500
	plannerNumber = 990
)

func operator(n int, role access.Role, body string) access.Caller {
	return access.Caller{User: fmt.Sprintf("op-%03d", n), Role: role, Body: body}
}

// coordinator gives the coordinator of a body.
func coordinator(body string) access.Caller {
	return operator(staffs[body].first, access.Coordinator, body)
}

// manager gives one of the case managers of a body.
func (s *script) manager(body string) access.Caller {
	of := staffs[body]
	return operator(of.first+s.number(1, of.managers), access.CaseManager, body)
}

// member gives one of the other professionals of a body.
func (s *script) member(body string) access.Caller {
	of := staffs[body]
	return operator(of.first+of.managers+s.number(1, of.members), access.TeamMember, body)
}

// reporter gives the operator who signals and reports for a body.
func reporter(body string) access.Caller {
	n := 0
	for _, r := range body {
		n = (n*31 + int(r)) % reporters
	}
	return operator(firstReporter+n, access.ReportingBody, body)
}

// planner gives the operator of the Ufficio di Piano who keeps the registers.
func planner() access.Caller { return operator(plannerNumber, access.Planner, udp) }

// source is a body that signals, with its kind. A source without a code is a
// citizen, the social services of the person's Comune, or any school or
// third sector body.
type source struct {
	kind eventv1.BodyKind
	code string
}

// The sources without a code of their own.
var (
	byCitizen = source{kind: eventv1.BodyKind_BODY_KIND_CITIZEN}
	byComune  = source{kind: eventv1.BodyKind_BODY_KIND_MUNICIPAL_SERVICES}
	bySchool  = source{kind: eventv1.BodyKind_BODY_KIND_SCHOOL}

	byThirdSector = source{kind: eventv1.BodyKind_BODY_KIND_THIRD_SECTOR}
)

// schools of the district: comprehensive institutes, upper schools and training
// centres.
var schools = slices.Concat(codes("IC", 18), codes("IIS", 7), codes("CFP", 5))

// thirdSector are the bodies of the third sector that have no name of their own
// here.
var thirdSector = codes("ETS-RETE", 60)

// hosts of tirocini and other paths.
var hosts = slices.Concat(
	sources("DITTA", 45, eventv1.BodyKind_BODY_KIND_COMPANY),
	sources("COOP", 30, eventv1.BodyKind_BODY_KIND_THIRD_SECTOR),
	sources("ENTE", 12, eventv1.BodyKind_BODY_KIND_PUBLIC_BODY),
)

// newcomers are hosts that the district first met in these years. Only the
// first of them have taken anybody so far.
var newcomers = sources("NUOVA", 70, eventv1.BodyKind_BODY_KIND_COMPANY)

const newcomersThatHost = 16

// farms host the paths of social farming.
var farms = sources("AGRI", 14, eventv1.BodyKind_BODY_KIND_COMPANY)

// accredited are the three providers of home care.
var accredited = codes("ETS-DOMICILIARE", 3)

// owners offer homes; houses are those of the Dopo di Noi.
var (
	owners = slices.Concat(codes("PROPRIETA", 12), codes("ETS-ALLOGGI", 4))
	houses = codes("CASA-DDN", 4)
)

// codes numbers bodies.
func codes(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s-%03d", prefix, i+1)
	}
	return out
}

// sources numbers bodies of one kind.
func sources(prefix string, n int, kind eventv1.BodyKind) []source {
	out := make([]source, 0, n)
	for _, code := range codes(prefix, n) {
		out = append(out, source{kind: kind, code: code})
	}
	return out
}
