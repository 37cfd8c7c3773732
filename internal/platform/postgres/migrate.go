package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/tern/v2/migrate"
)

// migrating is the lock of the database under which schemas are made and
// brought up to date, one process at a time.
const migrating = 0x70_65_72_63_6f_72_73_69 // "percorsi"

// versionTable holds the number of the newest migration, in each schema.
const versionTable = "schema_version"

// Migrate makes a schema if it is missing and applies the migrations that it
// lacks, each in a transaction of its own. Their files are named like
// 001_what_it_does.sql and write {{.schema}} for the name of the schema. A
// schema that is newer than the files is left as it is.
func Migrate(ctx context.Context, pool *pgxpool.Pool, schema string, files fs.FS) error {
	err := pool.AcquireFunc(ctx, func(c *pgxpool.Conn) error {
		return locked(ctx, c.Conn(), func() error { return bring(ctx, c.Conn(), schema, files) })
	})
	if err != nil {
		return fmt.Errorf("bring the schema %s up to date: %w", schema, explain(err))
	}
	return nil
}

// locked runs fn while nobody else migrates.
func locked(ctx context.Context, c *pgx.Conn, fn func() error) error {
	if _, err := c.Exec(ctx, "select pg_advisory_lock($1)", int64(migrating)); err != nil {
		return err
	}
	err := fn()
	_, unlock := c.Exec(ctx, "select pg_advisory_unlock($1)", int64(migrating))
	return errors.Join(err, unlock)
}

func bring(ctx context.Context, c *pgx.Conn, schema string, files fs.FS) error {
	if _, err := c.Exec(ctx, "create schema if not exists "+pgx.Identifier{schema}.Sanitize()); err != nil {
		return err
	}
	m, err := migrate.NewMigrator(ctx, c, schema+"."+versionTable)
	if err != nil {
		return err
	}
	m.Data = map[string]any{"schema": schema}
	if err := m.LoadMigrations(files); err != nil {
		return err
	}
	has, err := m.GetCurrentVersion(ctx)
	if err != nil || int(has) >= len(m.Migrations) {
		return err
	}
	return m.Migrate(ctx)
}

// explain says what to do where the rights are missing.
func explain(err error) error {
	const insufficientPrivilege = "42501"
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == insufficientPrivilege {
		return fmt.Errorf("%w: the user of the address must own the database or have CREATE on it", err)
	}
	return err
}
