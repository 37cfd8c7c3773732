package postgres

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	// dropWithin bounds the dropping of a database at the end of a test.
	dropWithin = time.Minute
	// building is the lock under which a template is made, one at a time on a
	// server, by whichever process comes first.
	building = 0x74_65_6d_70_6c_61_74_65 // "template"
	// undefinedDatabase is what PostgreSQL answers for a template that is not
	// there.
	undefinedDatabase = "3D000"
)

// Database gives the URL of an empty database for this test alone. It is
// dropped when the test ends, whoever is still connected. Without a server the
// test is skipped, see the package.
func Database(tb testing.TB) string {
	tb.Helper()
	server := require(tb)
	url, err := create(tb, server, "template0")
	if err != nil {
		tb.Fatal(err)
	}
	return url
}

// DatabaseFrom gives the URL of a database like that of Database, holding what
// prepare put into it: typically the tables, which are then made once on a
// server and copied for each test. The key names what prepare makes, for
// example a hash of the migrations: under a key that is known prepare is not
// called. It must have closed its connections when it returns.
func DatabaseFrom(tb testing.TB, key string, prepare func(ctx context.Context, url string) error) string {
	tb.Helper()
	server := require(tb)
	template := nameOf(key)
	url, err := create(tb, server, template)
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == undefinedDatabase {
		if err := build(tb.Context(), server, template, prepare); err != nil {
			tb.Fatal(err)
		}
		url, err = create(tb, server, template)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return url
}

// nameOf is the name of the database that is copied for a key.
func nameOf(key string) string {
	sum := sha256.Sum256([]byte(key))
	return "percorsi_template_" + hex.EncodeToString(sum[:12])
}

// create makes a copy of a template and has it dropped when the test ends.
func create(tb testing.TB, server, template string) (string, error) {
	tb.Helper()
	name := "percorsi_test_" + strings.ToLower(rand.Text())
	err := administer(tb.Context(), server, func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, "create database "+name+" template "+template+" encoding 'UTF8'")
		return err
	})
	if err != nil {
		return "", fmt.Errorf("create a database for %s: %w", tb.Name(), err)
	}
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(tb.Context()), dropWithin)
		defer cancel()
		err := administer(ctx, server, func(ctx context.Context, c *pgx.Conn) error {
			_, err := c.Exec(ctx, "drop database if exists "+name+" with (force)")
			return err
		})
		if err != nil {
			tb.Errorf("drop the database of %s: %v", tb.Name(), err)
		}
	})
	return within(server, name)
}

// build makes a template, unless another process made it meanwhile. It gets its
// name once it is complete, so one that was begun and left is not mistaken for
// it.
func build(ctx context.Context, server, template string, prepare func(context.Context, string) error) error {
	begun := template + "_begun"
	err := administer(ctx, server, func(ctx context.Context, c *pgx.Conn) error {
		if _, err := c.Exec(ctx, "select pg_advisory_lock($1)", int64(building)); err != nil {
			return err // the lock ends with the connection
		}
		var made bool
		err := c.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", template).Scan(&made)
		if err != nil || made {
			return err
		}
		if err := each(ctx, c, "drop database if exists "+begun+" with (force)", "create database "+begun+" template template0 encoding 'UTF8'"); err != nil {
			return err
		}
		url, err := within(server, begun)
		if err != nil {
			return err
		}
		if err := prepare(ctx, url); err != nil {
			return errors.Join(err, each(ctx, c, "drop database "+begun+" with (force)"))
		}
		return each(ctx, c, "alter database "+begun+" rename to "+template)
	})
	if err != nil {
		return fmt.Errorf("prepare the database that tests copy: %w", err)
	}
	return nil
}

// administer runs fn on a connection of its own.
func administer(ctx context.Context, server string, fn func(context.Context, *pgx.Conn) error) error {
	c, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	err = fn(ctx, c)
	return errors.Join(err, c.Close(context.WithoutCancel(ctx)))
}

func each(ctx context.Context, c *pgx.Conn, statements ...string) error {
	for _, s := range statements {
		if _, err := c.Exec(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// within is the URL of another database on a server.
func within(server, database string) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", errors.New(Variable + " is no URL: give one such as postgres://user@host:5432/postgres")
	}
	u.Path = "/" + database
	return u.String(), nil
}
