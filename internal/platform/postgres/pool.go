package postgres

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	// reachWithin bounds how long the first connection may take.
	reachWithin = 10 * time.Second
	// applicationName is how connections show in pg_stat_activity.
	applicationName = "percorsi"
)

// costPages tells the planner that a page found by an index costs about as much
// as the next one of a table: what people look at is in memory, or on a disk
// without arms. With what PostgreSQL ships it reads whole tables for one page of
// a list. Who runs the server may know better: what was set there stays.
const costPages = `select set_config('random_page_cost', '1.1', false)
from pg_settings where name = 'random_page_cost' and source = 'default'`

// Open makes a pool of connections and reaches the server once. The address is
// a URL or key=value words, without a password: that comes from PGPASSWORD,
// PGPASSFILE or PGSERVICE, since addresses end up in lists of processes and in
// logs. The errors are for the operator and never show the address.
func Open(ctx context.Context, address string) (*pgxpool.Pool, error) {
	cfg, err := Parse(address)
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("prepare connections to PostgreSQL: %w", err)
	}
	reached, cancel := context.WithTimeout(ctx, reachWithin)
	defer cancel()
	if err := pool.Ping(reached); err != nil {
		pool.Close()
		return nil, fmt.Errorf("reach PostgreSQL at %s:%d, database %s: %w", cfg.ConnConfig.Host, cfg.ConnConfig.Port, cfg.ConnConfig.Database, err)
	}
	return pool, nil
}

// Parse reads an address and gives the settings of a pool.
func Parse(address string) (*pgxpool.Config, error) {
	cfg, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, errors.New("the address of PostgreSQL is not one: give a URL such as postgres://user@host:5432/database")
	}
	if spellsPassword(address) {
		return nil, errors.New("the address of PostgreSQL has a password in it: leave it out, and give it in PGPASSWORD or in the file of PGPASSFILE")
	}
	if cfg.ConnConfig.RuntimeParams["application_name"] == "" {
		cfg.ConnConfig.RuntimeParams["application_name"] = applicationName
	}
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	cfg.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, costPages)
		return err
	}
	return cfg, nil
}

// wordPassword is how a password begins in key=value words.
var wordPassword = regexp.MustCompile(`password\s*=`)

// spellsPassword tells whether an address, of either form, holds a password.
func spellsPassword(address string) bool {
	if u, err := url.Parse(address); err == nil && u.Scheme != "" {
		_, inUser := u.User.Password()
		return inUser || u.Query().Has("password")
	}
	return wordPassword.MatchString(address)
}
