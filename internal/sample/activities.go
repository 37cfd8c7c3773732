package sample

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	indicatorv1 "percorsi/internal/gen/percorsi/indicator/v1"
)

// register is what the Ufficio di Piano writes down for one indicator that no
// case feeds.
type register struct {
	*script
	plan     *eventv1.Plan
	of       *eventv1.Indicator
	from, to casework.Day
}

// neglected is the share of the indicators for which nobody keeps the
// register, in percent: their figures say why they cannot be measured.
const neglected = 14

// registerOf makes up the register of an indicator. It is empty where cases
// feed the figure, and where the register is neglected.
func registerOf(d *district, plan *eventv1.Plan, of *eventv1.Indicator) *script {
	s := newScript(d, "plan/"+of.GetIndicatorId())
	if of.GetSharedWith() != "" || s.chance(neglected) {
		return s
	}
	r := &register{script: s, plan: plan, of: of}
	var err1, err2 error
	r.from, err1 = casework.ParseDay(plan.GetFrom())
	r.to, err2 = casework.ParseDay(plan.GetTo())
	if err := cmp.Or(err1, err2); err != nil {
		s.fail(fmt.Errorf("read the days of the plan: %w", err))
		return s
	}
	switch of.GetDefinition().GetSource() {
	case eventv1.Source_SOURCE_ACTIVITIES:
		r.activities()
	case eventv1.Source_SOURCE_SUPPLIED:
		r.supplies()
	default: // cases feed it
	}
	s.tell()
	return s
}

// aim is about what the figure comes to: near its target, else near where the
// plan says it started.
func (r *register) aim() float64 {
	aim := 2.0
	switch {
	case r.of.Target != nil:
		aim = r.of.GetTarget()
	case r.of.Baseline != nil:
		aim = max(r.of.GetBaseline(), 1)
	}
	return aim * (0.7 + 0.5*r.rng.Float64()) * float64(max(r.of.GetDefinition().GetScale(), 1))
}

// activities puts on the agenda what is counted.
func (r *register) activities() {
	switch r.of.GetDefinition().GetAggregation() {
	case eventv1.Aggregation_AGGREGATION_DISTINCT:
		r.eachStretch(func(from, to casework.Day) { r.meet(from, to, r.network(int(r.aim())), r.kind()) })
	case eventv1.Aggregation_AGGREGATION_KEY_SHARE:
		r.share()
	case eventv1.Aggregation_AGGREGATION_MEAN:
		r.eachStretch(func(from, to casework.Day) { r.count(from, to, r.aim()*2, 2) })
	default:
		r.eachStretch(func(from, to casework.Day) { r.count(from, to, r.aim(), 30) })
	}
}

// eachStretch does something for each stretch that the target speaks of: a year,
// or the whole plan.
func (r *register) eachStretch(do func(from, to casework.Day)) {
	if r.of.GetDefinition().GetPeriod() == eventv1.PeriodKind_PERIOD_KIND_TRIENNIUM {
		do(r.from, r.to)
		return
	}
	for from := r.from; from < r.to; from = from.AddMonths(12) {
		do(from, min(from.AddMonths(12)-1, r.to))
	}
}

// count spreads a sum over at most so many activities. Of what happens once or
// twice in three years most has happened before the last one.
func (r *register) count(from, to casework.Day, sum float64, most int) {
	total := max(int(math.Round(sum)), 1)
	n := min(total, most)
	days := int(to - from)
	if n <= 2 {
		days = days * 2 / 3
	}
	for i := range n {
		quantity := int64(total*(i+1)/n - total*i/n)
		r.at(from+casework.Day((float64(i)+r.rng.Float64())*float64(days)/float64(n)), func() {
			fact := &eventv1.ActivityRecorded{Kind: r.kind(), Quantity: quantity, Participants: int64(r.number(4, 30))}
			if strings.Contains(r.of.GetDefinition().GetValue(), "participants") {
				fact.Quantity, fact.Participants = 1, quantity
			}
			r.record(fact)
		})
	}
}

// meet records activities in which bodies take part, a handful each.
func (r *register) meet(from, to casework.Day, bodies []string, kind eventv1.ActivityKind) {
	const handful = 6
	n := (len(bodies) + handful - 1) / handful
	for i := range n {
		part := bodies[i*handful : min((i+1)*handful, len(bodies))]
		r.at(from+casework.Day((float64(i)+r.rng.Float64())*float64(to-from)/float64(n)), func() {
			r.record(&eventv1.ActivityRecorded{Kind: kind, Quantity: 1, Participants: int64(len(part) + r.number(0, 12)), Bodies: part})
		})
	}
}

// share names the bodies that showed interest, and those of them that came.
func (r *register) share() {
	all := r.network(r.number(14, 30))
	r.at(r.from+r.days(5, 60), func() {
		r.record(&eventv1.ActivityRecorded{
			Kind: eventv1.ActivityKind_ACTIVITY_KIND_NETWORK, Quantity: 1, Bodies: all,
		})
	})
	for from := r.from; from < r.to; from = from.AddMonths(12) {
		came := some(r.script, all, int(r.aim()/100*float64(len(all))+0.5))
		r.meet(from+70, min(from.AddMonths(12)-1, r.to), came, eventv1.ActivityKind_ACTIVITY_KIND_MEETING)
	}
}

// network gives bodies of the kind that the unit of the figure names.
func (r *register) network(n int) []string {
	n = max(n, 1)
	switch r.of.GetUnit() {
	case "Comuni", "offices":
		all := make([]string, 0, len(r.comuni))
		for _, c := range r.comuni {
			all = append(all, municipal(c.value))
		}
		return some(r.script, all, n)
	case "schools":
		return some(r.script, schools, n)
	}
	if r.kind() == eventv1.ActivityKind_ACTIVITY_KIND_HOST_CONTACT {
		all := make([]string, 0, len(newcomers))
		for _, at := range newcomers {
			all = append(all, at.code)
		}
		return some(r.script, all, n)
	}
	return some(r.script, thirdSector, min(n, 50))
}

// activityKinds lead from the unit of a figure to the kind of activity that it
// counts.
var activityKinds = map[string]eventv1.ActivityKind{
	"actions": eventv1.ActivityKind_ACTIVITY_KIND_CONTACT, "agreements": eventv1.ActivityKind_ACTIVITY_KIND_AGREEMENT,
	"attendances": eventv1.ActivityKind_ACTIVITY_KIND_MEETING, "beds": eventv1.ActivityKind_ACTIVITY_KIND_BED,
	"bodies": eventv1.ActivityKind_ACTIVITY_KIND_NETWORK, "campaigns": eventv1.ActivityKind_ACTIVITY_KIND_COMMUNICATION,
	"centres": eventv1.ActivityKind_ACTIVITY_KIND_SERVICE_OPENED, "courses": eventv1.ActivityKind_ACTIVITY_KIND_TRAINING,
	"days": eventv1.ActivityKind_ACTIVITY_KIND_SERVICE_OPENED, "designs": eventv1.ActivityKind_ACTIVITY_KIND_FUNDED_PROJECT,
	"desks": eventv1.ActivityKind_ACTIVITY_KIND_SERVICE_OPENED, "documents": eventv1.ActivityKind_ACTIVITY_KIND_DOCUMENT,
	"e-mails": eventv1.ActivityKind_ACTIVITY_KIND_COMMUNICATION, "homes": eventv1.ActivityKind_ACTIVITY_KIND_HOUSING,
	"mailboxes": eventv1.ActivityKind_ACTIVITY_KIND_COMMUNICATION, "maps": eventv1.ActivityKind_ACTIVITY_KIND_DOCUMENT,
	"meetings": eventv1.ActivityKind_ACTIVITY_KIND_MEETING, "networks": eventv1.ActivityKind_ACTIVITY_KIND_NETWORK,
	"operators": eventv1.ActivityKind_ACTIVITY_KIND_STAFF, "pacts": eventv1.ActivityKind_ACTIVITY_KIND_AGREEMENT,
	"places": eventv1.ActivityKind_ACTIVITY_KIND_SERVICE_OPENED, "posts": eventv1.ActivityKind_ACTIVITY_KIND_COMMUNICATION,
	"procedures": eventv1.ActivityKind_ACTIVITY_KIND_DOCUMENT, "programmes": eventv1.ActivityKind_ACTIVITY_KIND_TRAINING,
	"projects": eventv1.ActivityKind_ACTIVITY_KIND_FUNDED_PROJECT, "protocols": eventv1.ActivityKind_ACTIVITY_KIND_AGREEMENT,
	"services": eventv1.ActivityKind_ACTIVITY_KIND_SERVICE_OPENED, "sittings": eventv1.ActivityKind_ACTIVITY_KIND_MEETING,
	"tables": eventv1.ActivityKind_ACTIVITY_KIND_NETWORK,
}

// kind is what the definition asks for, else what the unit suggests.
func (r *register) kind() eventv1.ActivityKind {
	for _, asked := range []eventv1.ActivityKind{
		eventv1.ActivityKind_ACTIVITY_KIND_NEED, eventv1.ActivityKind_ACTIVITY_KIND_HOST_CONTACT,
	} {
		word := strings.TrimPrefix(asked.String(), "ACTIVITY_KIND_")
		if strings.Contains(r.of.GetDefinition().GetOf(), "== ActivityKind."+word) {
			return asked
		}
	}
	return cmp.Or(activityKinds[r.of.GetUnit()], eventv1.ActivityKind_ACTIVITY_KIND_EVENT)
}

func (r *register) record(fact *eventv1.ActivityRecorded) {
	fact.Indicator = r.of.GetIndicatorId()
	if r.chance(40) {
		fact.Document = fmt.Sprintf("DET-%d-%03d", r.today.Year(), r.number(1, 400))
	}
	if r.chance(3) {
		r.miscount(fact)
		return
	}
	r.activity(fact)
}

func (r *register) activity(fact *eventv1.ActivityRecorded) uuid.UUID {
	return r.add(planner(), r.today, nil, &indicatorv1.RecordActivityRequest{PlanId: r.plan.GetPlanId(), Fact: fact})
}

// miscount records an activity with ten times its quantity, and mends it.
func (r *register) miscount(right *eventv1.ActivityRecorded) {
	wrong := proto.CloneOf(right)
	wrong.Quantity *= 10
	id := r.activity(wrong)
	r.add(planner(), r.today, nil, &indicatorv1.CorrectPlanRecordsRequest{
		PlanId: r.plan.GetPlanId(), Corrections: []*indicatorv1.PlanRecordCorrection{{
			CommandId: id.String(), Reason: eventv1.CorrectionReason_CORRECTION_REASON_TYPING_ERROR,
			What: &indicatorv1.PlanRecordCorrection_Amend{Amend: &eventv1.Fact{
				OccurredOn: r.today.String(), Fact: &eventv1.Fact_ActivityRecorded{ActivityRecorded: right},
			}},
		}},
	})
}
