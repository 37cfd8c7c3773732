package postgres

import (
	"strings"

	"github.com/jackc/pgx/v5"
)

// kind is the type of a column, as far as writing it needs to know.
type kind string

const (
	aText   kind = "text"
	aUUID   kind = "uuid"
	aDay    kind = "date"
	aMoment kind = "timestamptz"
	aNumber kind = "bigint"
	aBool   kind = "boolean"
	aBytes  kind = "bytea"
	aList   kind = "text[]"
	aPlace  kind = "integer"
	aSmall  kind = "smallint"
)

type column struct {
	name string
	kind kind
}

// row holds a value for each column of its table.
type row []any

// table says how rows of one kind are written. The first keys columns are the
// key.
type table struct {
	name    string
	keys    int
	columns []column
}

// upsert gives the statement that puts rows in, or in the place of those with
// the same keys. Its parameters are what arrays gives.
func (t *table) upsert(schema string) string {
	var b strings.Builder
	b.WriteString("insert into " + t.in(schema) + " as had (")
	b.WriteString(strings.Join(t.names(), ", "))
	b.WriteString(") select ")
	for i, c := range t.columns {
		if i > 0 {
			b.WriteString(", ")
		}
		if c.kind == aList {
			b.WriteString(c.name + "::text[]")
			continue
		}
		b.WriteString(c.name)
	}
	b.WriteString(" from unnest(")
	for i, c := range t.columns {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(parameter(i+1) + "::" + string(c.element()) + "[]")
	}
	b.WriteString(") as new (" + strings.Join(t.names(), ", ") + ") on conflict (")
	b.WriteString(strings.Join(t.names()[:t.keys], ", "))
	b.WriteString(") do ")
	if t.keys == len(t.columns) {
		b.WriteString("nothing")
		return b.String()
	}
	b.WriteString("update set ")
	for i, c := range t.columns[t.keys:] {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(c.name + " = excluded." + c.name)
	}
	return b.String()
}

// remove gives the statement that takes rows away by the keys; its parameters
// are the first of arrays.
func (t *table) remove(schema string) string {
	var params, match []string
	for i, c := range t.columns[:t.keys] {
		params = append(params, parameter(i+1)+"::"+string(c.element())+"[]")
		match = append(match, "had."+c.name+" = gone."+c.name)
	}
	names := strings.Join(t.names()[:t.keys], ", ")
	return "delete from " + t.in(schema) + " as had using unnest(" + strings.Join(params, ", ") + ") as gone (" + names + ") where " + strings.Join(match, " and ")
}

// element is the type of a column inside a parameter: lists travel as text, see
// literal.
func (c column) element() kind {
	if c.kind == aList {
		return aText
	}
	return c.kind
}

// arrays turns rows into one parameter for each of the first n columns.
func (t *table) arrays(rows []row, n int) []any {
	out := make([]any, n)
	for i := range n {
		out[i] = arrayOf(t.columns[i].kind, rows, i)
	}
	return out
}

func (t *table) in(schema string) string { return pgx.Identifier{schema, t.name}.Sanitize() }

func (t *table) names() []string {
	out := make([]string, len(t.columns))
	for i, c := range t.columns {
		out[i] = c.name
	}
	return out
}
