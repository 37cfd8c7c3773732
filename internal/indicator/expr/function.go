package expr

import (
	"math"
	"reflect"
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"

	"percorsi/internal/casework"
)

// The functions that definitions have beyond CEL.
const (
	functionWithin   = "within"
	functionUntil    = "until"
	functionOverlaps = "overlaps"
	functionMonths   = "months"
	functionSum      = "sum"
)

var dayType = reflect.TypeFor[casework.Day]()

// functions declares them to the checker.
func functions() []cel.EnvOption {
	days := func(n int) []*cel.Type { return slices.Repeat([]*cel.Type{cel.IntType}, n) }
	return []cel.EnvOption{
		cel.Function(functionWithin, cel.Overload("within_day", days(3), cel.BoolType)),
		cel.Function(functionUntil, cel.Overload("until_day", days(2), cel.BoolType)),
		cel.Function(functionOverlaps, cel.Overload("overlaps_days", days(4), cel.BoolType)),
		cel.Function(functionMonths, cel.Overload("months_later", days(2), cel.IntType)),
		cel.Function(functionSum, cel.Overload("sum_of_numbers",
			[]*cel.Type{cel.ListType(cel.IntType)}, cel.IntType)),
	}
}

func (c *compiler) isDay(name string) bool { return slices.Contains(c.env.scope.Days, name) }

// dayTest compiles within, until and overlaps. Their arguments must be days.
func (c *compiler) dayTest(e ast.Expr, name string) eval[bool] {
	args := arguments(e)
	var days [4]eval[int64]
	for i, arg := range args {
		if v := c.vocabulary(arg); v != "" && v != dayVocabulary {
			c.refuse(arg, "%s asks for days, and this is a value of %s", name, v)
		}
		days[i] = c.integer(arg)
	}
	holds := map[string]func(d [4]int64) bool{
		functionWithin:   within,
		functionUntil:    until,
		functionOverlaps: overlaps,
	}[name]
	n := len(args)
	return func(f *Frame) (bool, error) {
		var d [4]int64
		for i := range n {
			var err error
			if d[i], err = days[i](f); err != nil {
				return false, err
			}
		}
		return holds(d), nil
	}
}

// within: day, from, to.
func within(d [4]int64) bool { return d[0] != 0 && d[1] <= d[0] && d[0] <= d[2] }

// until: day, to.
func until(d [4]int64) bool { return d[0] != 0 && d[0] <= d[1] }

// overlaps: start, end, from, to.
func overlaps(d [4]int64) bool {
	return d[0] != 0 && d[0] <= d[3] && (d[1] == 0 || d[1] >= d[2])
}

// months gives the day n months after a day; a day that is not given stays so.
func months(day, n int64) (int64, bool) {
	const most = 12 * 1000
	if day == 0 {
		return 0, true
	}
	if day < math.MinInt32/2 || day > math.MaxInt32/2 || n < -most || n > most {
		return 0, false
	}
	return int64(casework.Day(day).AddMonths(int(n))), true
}
