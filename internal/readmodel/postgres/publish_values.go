package postgres

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/jackc/pgx/v5"

	"percorsi/internal/casework"
	"percorsi/internal/indicator"
)

// indicatorValue is a row of indicator_values, by the names of its columns. It
// travels as JSON, where a number is the decimal that it was written as.
type indicatorValue struct {
	Plan              string   `json:"plan_id"`
	Indicator         string   `json:"indicator"`
	Period            string   `json:"period"`
	Dimension         string   `json:"dimension"`
	Label             string   `json:"label"`
	Status            string   `json:"status"`
	Value             *float64 `json:"value"`
	Unit              string   `json:"unit"`
	Numerator         int64    `json:"numerator"`
	Denominator       int64    `json:"denominator"`
	Unknown           int64    `json:"unknown"`
	Failed            int64    `json:"failed"`
	Coverage          *float64 `json:"coverage"`
	Target            *float64 `json:"target"`
	Achievement       *float64 `json:"achievement"`
	Band              string   `json:"band"`
	Reason            string   `json:"reason"`
	ReasonText        string   `json:"reason_text"`
	Note              string   `json:"note"`
	PlanVersion       int32    `json:"plan_version"`
	DefinitionVersion int32    `json:"definition_version"`
	From              *string  `json:"from_on"`
	To                *string  `json:"to_on"`
	AsOf              *string  `json:"as_of"`
	Position          int64    `json:"position"`
}

func valueOf(of *planEdition, period string, f *indicator.Figure) indicatorValue {
	return indicatorValue{
		Plan: of.id, Indicator: f.Indicator, Period: period, Dimension: word(f.Dimension), Label: f.Label,
		Status: string(f.Status), Value: f.Value, Unit: f.Unit,
		Numerator: f.Numerator, Denominator: f.Denominator, Unknown: f.Unknown, Failed: f.Failed,
		Coverage: f.Coverage, Target: f.Target, Achievement: f.Achievement, Band: f.Band,
		Reason: string(f.Reason), ReasonText: f.ReasonText, Note: f.Note,
		PlanVersion: f.PlanVersion, DefinitionVersion: f.DefinitionVersion,
		From: isoDay(f.From), To: isoDay(f.To), AsOf: isoDay(f.AsOf), Position: int64(of.position),
	}
}

// isoDay gives a day as SQL reads it; null for the zero Day.
func isoDay(d casework.Day) *string {
	if d == 0 {
		return nil
	}
	s := d.String()
	return &s
}

// The columns of indicator_values: the key, what may differ, and since when it
// is so.
const (
	valueKey   = "plan_id, indicator, period"
	valueFacts = "dimension, label, status, value, unit, numerator, denominator, unknown, failed, coverage, target, " +
		"achievement, band, reason, reason_text, note, plan_version, definition_version, from_on, to_on, as_of"
	valueColumns = valueKey + ", " + valueFacts + ", position"
)

// excluded gives columns as those of the row that an insert proposes.
func excluded(columns string) string {
	return "excluded." + strings.ReplaceAll(columns, ", ", ", excluded.")
}

func stored(columns string) string { return "had." + strings.ReplaceAll(columns, ", ", ", had.") }

// writeValues puts the figures of a plan in, and takes those away that the plan
// does not have any more. A row that says the same stays as it is.
func writeValues(ctx context.Context, tx pgx.Tx, of *planEdition) error {
	var rows []indicatorValue
	for _, p := range of.values {
		for i := range p.figures {
			rows = append(rows, valueOf(of, p.period, &p.figures[i]))
		}
	}
	data, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	b.Queue(`
insert into percorsi.indicator_values as had (`+valueColumns+`)
select `+valueColumns+` from json_populate_recordset(null::percorsi.indicator_values, $1)
on conflict (`+valueKey+`) do update
set (`+valueFacts+`, position) = row(`+excluded(valueFacts)+`, excluded.position)
where (`+stored(valueFacts)+`) is distinct from (`+excluded(valueFacts)+`)`, string(data))
	b.Queue(`
delete from percorsi.indicator_values
where plan_id = $2 and (indicator, period) not in
(select n.indicator, n.period from json_populate_recordset(null::percorsi.indicator_values, $1) n)`, string(data), of.id)
	return tx.SendBatch(ctx, b).Close()
}
