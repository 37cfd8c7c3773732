package indicator

import (
	"percorsi/internal/casework"
	eventv1 "percorsi/internal/gen/percorsi/event/v1"
)

// Status says whether a figure stands.
type Status string

// The statuses of a figure.
const (
	// Measured: the value stands and has a target.
	Measured Status = "MEASURED"
	// NotMeasurable: no value stands; the reason says why.
	NotMeasurable Status = "NOT_MEASURABLE"
	// NoTarget: the value stands; the plan gives no target.
	NoTarget Status = "NO_TARGET"
	// NotDue: the period has not begun.
	NotDue Status = "NOT_DUE"
)

// Reason says, to a machine, why no value stands.
type Reason string

// The reasons.
const (
	// NoUnits: nothing to divide by.
	NoUnits Reason = "NO_UNITS"
	// CoverageTooLow: too few units of which the deciding fact is recorded.
	CoverageTooLow Reason = "COVERAGE_TOO_LOW"
	// NotSupplied: no body supplied the figure for the period.
	NotSupplied Reason = "NOT_SUPPLIED"
	// NotRecorded: no activity was ever recorded for the indicator, so nobody
	// keeps the register.
	NotRecorded Reason = "NOT_RECORDED"
	// NoYearBefore: nothing was counted in the year before, so growth has
	// nothing to be measured on.
	NoYearBefore Reason = "NO_YEAR_BEFORE"
	// DefinitionFailed: the definition had no answer for some units.
	DefinitionFailed Reason = "DEFINITION_FAILED"
)

// Figure is the figure of one indicator. What is nil is not there.
type Figure struct {
	// Indicator, such as A1.OUT.1.
	Indicator string
	Dimension eventv1.Dimension
	Label     string
	// Group is the value of the split, such as an ISTAT code; empty for the
	// whole.
	Group  string
	Status Status
	// Value in Unit, to two decimals, halves away from zero.
	Value *float64
	Unit  string
	// Numerator, or the count; Denominator, or 0 where nothing is divided.
	Numerator, Denominator int64
	// Unknown is the units of which the deciding fact is not recorded.
	Unknown int64
	// Coverage is known units over all units, in percent.
	Coverage *float64
	Target   *float64
	// Achievement is done x 100 / planned, and planned x 100 / done where the
	// figure should fall; in percent, to two decimals.
	Achievement *float64
	// Band of the achievement as it is shown: nullo, insufficiente,
	// sufficiente, buono, ottimo.
	Band   string
	Reason Reason
	// ReasonText is the reason in words, with its counts.
	ReasonText string
	// Failed is the units for which the definition had no answer.
	Failed                         int64
	PlanVersion, DefinitionVersion int32
	// From and To are the days the figure was counted over; AsOf the day it
	// stands at.
	From, To, AsOf casework.Day
	// Note is what the plan leaves open, and how it was read.
	Note string
}
