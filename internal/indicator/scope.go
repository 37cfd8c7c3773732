package indicator

import (
	"fmt"
	"maps"
	"reflect"
	"strings"
	"sync"

	"google.golang.org/protobuf/reflect/protoreflect"

	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
	"percorsi/internal/indicator/expr"
)

// Places of the variables in a frame.
const (
	placeFrom = iota
	placeTo
	placeAsOf
)

const (
	// placeCase is the case, or the activity or supplied figure.
	placeCase = iota
	// placeUnit is the unit inside the case.
	placeUnit
)

const (
	variableFrom = "from"
	variableTo   = "to"
	variableAsOf = "as_of"
)

// unitVariable is the variable of a unit inside a case, or of a unit that
// stands alone.
type unitVariable struct {
	name  string
	typ   reflect.Type
	alone bool
}

func unitVariables() map[eventv1.UnitOfCount]unitVariable {
	return map[eventv1.UnitOfCount]unitVariable{
		eventv1.UnitOfCount_UNIT_OF_COUNT_CASE:       {},
		eventv1.UnitOfCount_UNIT_OF_COUNT_PERSON:     {},
		eventv1.UnitOfCount_UNIT_OF_COUNT_PROJECT:    {name: "project", typ: reflect.TypeFor[*casework.Project]()},
		eventv1.UnitOfCount_UNIT_OF_COUNT_PATH:       {name: "path", typ: reflect.TypeFor[*casework.Path]()},
		eventv1.UnitOfCount_UNIT_OF_COUNT_MEETING:    {name: "meeting", typ: reflect.TypeFor[*casework.Meeting]()},
		eventv1.UnitOfCount_UNIT_OF_COUNT_SUPPORT:    {name: "support", typ: reflect.TypeFor[*casework.Support]()},
		eventv1.UnitOfCount_UNIT_OF_COUNT_EVALUATION: {name: "evaluation", typ: reflect.TypeFor[*casework.Evaluation]()},
		eventv1.UnitOfCount_UNIT_OF_COUNT_ACTIVITY:   {name: "activity", typ: reflect.TypeFor[*Activity](), alone: true},
		eventv1.UnitOfCount_UNIT_OF_COUNT_SUPPLIED:   {name: "supplied", typ: reflect.TypeFor[*Supplied](), alone: true},
	}
}

// scopes gives one environment for each unit of count.
var scopes = sync.OnceValues(newScopes)

func newScopes() (map[eventv1.UnitOfCount]*expr.Env, error) {
	constants := vocabulary()
	out := map[eventv1.UnitOfCount]*expr.Env{}
	for unit, v := range unitVariables() {
		s := expr.Scope{
			Days:      []string{placeFrom: variableFrom, placeTo: variableTo, placeAsOf: variableAsOf},
			Constants: constants,
		}
		if !v.alone {
			s.Structs = append(s.Structs, expr.Variable{Name: "case", Type: reflect.TypeFor[*casework.Case]()})
		}
		if v.name != "" {
			s.Structs = append(s.Structs, expr.Variable{Name: v.name, Type: v.typ})
		}
		env, err := expr.NewEnv(s)
		if err != nil {
			return nil, fmt.Errorf("definitions of %s: %w", unit, err)
		}
		out[unit] = env
	}
	return out, nil
}

// vocabulary gives every value of the vocabularies of the facts by the name
// that definitions use, such as Pathway.ADI, and the statuses of a case.
func vocabulary() map[string]int64 {
	out := map[string]int64{}
	enums := eventv1.File_percorsi_event_v1_vocabulary_proto.Enums()
	for i := range enums.Len() {
		e := enums.Get(i)
		for n := range e.Values().Len() {
			v := e.Values().Get(n)
			out[string(e.Name())+"."+word(e, v)] = int64(v.Number())
		}
	}
	maps.Copy(out, map[string]int64{
		"Status.SIGNALLED": int64(casework.Signalled),
		"Status.WAITING":   int64(casework.Waiting),
		"Status.IN_CHARGE": int64(casework.InCharge),
		"Status.SUSPENDED": int64(casework.Suspended),
		"Status.CLOSED":    int64(casework.Closed),
		"Status.REFUSED":   int64(casework.Refused),
	})
	return out
}

// word gives the name of a value without that of its vocabulary: ADI for
// PATHWAY_ADI. Every vocabulary has a value 0 that ends in UNSPECIFIED.
func word(e protoreflect.EnumDescriptor, v protoreflect.EnumValueDescriptor) string {
	prefix := strings.TrimSuffix(string(e.Values().ByNumber(0).Name()), "UNSPECIFIED")
	return strings.TrimPrefix(string(v.Name()), prefix)
}
