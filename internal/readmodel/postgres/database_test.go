package postgres_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"percorsi/internal/readmodel/postgres"
)

// empty brings a database back to the beginning of the log.
func empty(t testing.TB, p *pgxpool.Pool) {
	t.Helper()
	tables := list[string](t, p, `select format('%I.%I', schemaname, tablename) from pg_tables
where schemaname in ('percorsi', 'percorsi_log') and tablename not in ('schema_version', 'progress', 'publication')`)
	exec(t, p, "truncate "+strings.Join(tables, ", "))
	exec(t, p, "update percorsi.progress set position = 0, generation = 0, clock_rules = ''")
	exec(t, p, "update percorsi.publication set token = null, position = 0, as_of = null, published_at = null")
}

func exec(t testing.TB, p *pgxpool.Pool, sql string, args ...any) int64 {
	t.Helper()
	tag, err := p.Exec(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	return tag.RowsAffected()
}

// value asks for one value.
func value[T any](t testing.TB, p *pgxpool.Pool, sql string, args ...any) T {
	t.Helper()
	var v T
	if err := p.QueryRow(t.Context(), sql, args...).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// list asks for a list of values.
func list[T any](t testing.TB, p *pgxpool.Pool, sql string, args ...any) []T {
	t.Helper()
	rows, err := p.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[T])
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// schemas gives the schemas of the program that are there.
func schemas(t testing.TB, p *pgxpool.Pool) []string {
	t.Helper()
	return list[string](t, p, "select nspname::text from pg_namespace where nspname like 'percorsi%' order by 1")
}

// everyRow gives the rows of all tables of the live model as one text, to tell
// whether they are still the same.
func everyRow(t testing.TB, p *pgxpool.Pool) string {
	t.Helper()
	var b strings.Builder
	for _, table := range postgres.Tables() {
		b.WriteString(table + ": ")
		b.WriteString(value[string](t, p, "select coalesce(string_agg(r::text, e'\\n' order by r::text collate \"C\"), '') from percorsi."+table+" r"))
		b.WriteString("\n")
	}
	return b.String()
}

// These end connections to the database, all but the one that says so or one of
// them, and wait until they have ended.
const (
	cutAll = "select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
	cutOne = "select count(pg_terminate_backend($1, 5000))"
)

// holders gives the backends that hold an advisory lock of the program.
func holders(t testing.TB, p *pgxpool.Pool, key int64) []int32 {
	t.Helper()
	return list[int32](t, p, `select l.pid from pg_locks l join pg_database d on d.oid = l.database
where l.locktype = 'advisory' and l.granted and d.datname = current_database()
and (l.classid::bigint << 32) + l.objid::bigint = $1`, key)
}
