package postgres_test

import (
	"fmt"
	"io/fs"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5/pgxpool"

	platform "percorsi/internal/platform/postgres"
	"percorsi/internal/readmodel/postgres"
)

// TestTablesOfEveryVersionAreBroughtUpToDateWhereTheyStand opens a model on the
// tables of each earlier version, with a row in each of them.
func TestTablesOfEveryVersionAreBroughtUpToDateWhereTheyStand(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(postgres.Migrations, "migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(files)
	b := district(t, 4, 10)
	for version := 1; version < len(files); version++ {
		t.Run(fmt.Sprint("from version ", version), func(t *testing.T) {
			t.Parallel()
			p := pool(t)
			want := shape(t, p)
			exec(t, p, "drop schema percorsi cascade")
			if err := platform.Migrate(t.Context(), p, "percorsi", upTo(t, files[:version])); err != nil {
				t.Fatal(err)
			}
			if slices.Equal(want, shape(t, p)) {
				t.Fatal("nothing is missing")
			}
			fillEach(t, p)
			m := open(t, p, needs(t))
			if got := shape(t, p); !slices.Equal(want, got) {
				t.Errorf("the tables have\n%v, want\n%v", got, want)
			}
			if built := rebuild(t, m, b); !built.Swapped {
				t.Errorf("rebuilt: %+v", built)
			}
			isTheLog(t, b, m)
		})
	}
}

// upTo gives some of the migrations.
func upTo(t *testing.T, files []string) fs.FS {
	t.Helper()
	some := fstest.MapFS{}
	for _, name := range files {
		data, err := fs.ReadFile(postgres.Migrations, name)
		if err != nil {
			t.Fatal(err)
		}
		some[name[len("migrations/"):]] = &fstest.MapFile{Data: data}
	}
	return some
}

// shape gives the indexes and columns that there are.
func shape(t *testing.T, p *pgxpool.Pool) []string {
	t.Helper()
	return list[string](t, p, `
select indexdef from pg_indexes where schemaname = 'percorsi'
union all
select format('%s.%s %s %s', table_name, column_name, data_type, is_nullable)
from information_schema.columns where table_schema = 'percorsi'
order by 1`)
}

// fillEach puts a row into every table that has none.
func fillEach(t *testing.T, p *pgxpool.Pool) {
	t.Helper()
	for _, statement := range list[string](t, p, `
select format('insert into percorsi.%I (%s) select %s where not exists (select from percorsi.%1$I)', table_name,
	string_agg(quote_ident(column_name), ', ' order by ordinal_position),
	string_agg(case data_type
		when 'ARRAY' then '''{}''' when 'uuid' then 'gen_random_uuid()' when 'text' then '''x''' when 'boolean' then 'true'
		when 'date' then 'current_date' when 'timestamp with time zone' then 'now()' when 'bytea' then '''\x00'''
		when 'jsonb' then '''{}''' else '1' end, ', ' order by ordinal_position))
from information_schema.columns join information_schema.tables using (table_schema, table_name)
where table_schema = 'percorsi' and table_type = 'BASE TABLE' and is_generated = 'NEVER' and table_name <> 'schema_version'
group by table_name`) {
		exec(t, p, statement)
	}
}
