package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// publishedTables are the tables of figures with their columns, as far as this
// program writes them.
var publishedTables = []struct{ name, columns string }{
	{"publication", "token, position, as_of, published_at"},
	{"indicator_values", valueColumns},
	{"evidence", "plan_id, indicator, period, case_id, unit_id, verdict, key, personal, far, value, denominator, failure"},
	{"evidence_digests", "plan_id, case_id, digest"},
}

// carryFigures copies what was published from one schema to another, so that
// who reads figures with SQL finds them there before the next publication,
// which mends what has changed since. What the other schema had is replaced.
func carryFigures(ctx context.Context, c *pgx.Conn, from, to string) error {
	// One snapshot for all tables: digests belong to the rows they are of.
	return pgx.BeginTxFunc(ctx, c, pgx.TxOptions{IsoLevel: pgx.RepeatableRead}, func(tx pgx.Tx) error {
		for _, t := range publishedTables {
			source, target := pgx.Identifier{from, t.name}.Sanitize(), pgx.Identifier{to, t.name}.Sanitize()
			if _, err := tx.Exec(ctx, "truncate "+target); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, "insert into "+target+" ("+t.columns+") select "+t.columns+" from "+source); err != nil {
				return err
			}
		}
		return nil
	})
}
