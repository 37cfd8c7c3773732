package pgkeys

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"percorsi/internal/privacy"
)

// Tokens is the secret of which the key that signs tokens is made, so that all
// processes know each other's tokens. It alone is made anew where it is
// missing: to delete it, and start all processes again, ends every token.
const Tokens = "tokens"

// secrets are the unwrapped secrets by name.
type secrets map[string]privacy.Key

// openSecrets reads the secrets and the master key that opens them. Where the
// database has none it makes them, and the master key if this machine has
// none. Processes that start together take turns.
func openSecrets(ctx context.Context, pool *pgxpool.Pool, cfg Config) (m *master, s secrets, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "lock table "+Schema+".secrets in share row exclusive mode"); err != nil {
			return err
		}
		kept, err := readSecrets(ctx, tx)
		switch {
		case err != nil:
			return err
		case len(kept) > 0:
			m, err = masterOf(cfg.Dir)
		case cfg.MustExist && cfg.From == nil:
			err = errors.New("the database has no keys: name the one that has them, or restore it from a backup")
		default:
			m, err = begin(ctx, tx, cfg.Dir)
		}
		if err != nil {
			return err
		}
		if s, err = m.open(kept, cfg.Dir); err != nil {
			return err
		}
		if cfg.From != nil {
			return m.takeOver(ctx, tx, s, cfg.From, len(kept) == 0)
		}
		return m.makeMissing(ctx, tx, s, len(kept) == 0)
	})
	return m, s, err
}

// begin gives the master key of a new deployment. Keys without secrets are not
// new, but what is left of an old one.
func begin(ctx context.Context, tx pgx.Tx, dir string) (*master, error) {
	var left bool
	err := tx.QueryRow(ctx, "select exists (select from "+Schema+".keys)").Scan(&left)
	switch {
	case err != nil:
		return nil, err
	case left:
		return nil, errors.New("the database has keys of people, and all secrets are missing: restore it from a backup")
	}
	return makeMaster(dir)
}

func readSecrets(ctx context.Context, tx pgx.Tx) (map[string]wrapped, error) {
	rows, err := tx.Query(ctx, "select name, wrapped from "+Schema+".secrets")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]wrapped{}
	for rows.Next() {
		var name string
		var value []byte
		if err := rows.Scan(&name, &value); err != nil {
			return nil, err
		}
		out[name] = wrapped(value) // its length is checked by the table
	}
	return out, rows.Err()
}

// masterOf reads the master key of a machine that must have it.
func masterOf(dir string) (*master, error) {
	m, err := readMaster(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is missing, and the keys in the database are wrapped with it: copy %s from a machine that serves them, with mode 0600", filepath.Join(dir, masterFile), masterFile)
	}
	return m, err
}

// open unwraps the secrets, by which a master key proves to be the right one.
func (m *master) open(kept map[string]wrapped, dir string) (secrets, error) {
	s := secrets{}
	for name, w := range kept {
		k, err := m.unwrap(kindSecret, []byte(name), w)
		if err != nil {
			return nil, fmt.Errorf("the keys in the database were wrapped with another master key than %s: copy %s from a machine that serves them, with mode 0600", filepath.Join(dir, masterFile), masterFile)
		}
		s[name] = k
	}
	return s, nil
}

// makeMissing makes all secrets of a new place, and that of the tokens.
func (m *master) makeMissing(ctx context.Context, tx pgx.Tx, s secrets, all bool) error {
	missing := []string{Tokens}
	if all {
		missing = append(missing, privacy.SecretNames()...)
	}
	for _, name := range missing {
		if _, found := s[name]; found {
			continue
		}
		if err := m.add(ctx, tx, s, name, privacy.NewKey()); err != nil {
			return err
		}
	}
	return nil
}

func (m *master) add(ctx context.Context, tx pgx.Tx, s secrets, name string, k privacy.Key) error {
	s[name] = k
	w := m.wrap(kindSecret, []byte(name), k)
	_, err := tx.Exec(ctx, "insert into "+Schema+".secrets (name, wrapped) values ($1, $2)", name, w[:])
	return err
}

// secret gives one of the secrets; none that is missing is made up.
func (s secrets) secret(name string) (privacy.Key, error) {
	k, found := s[name]
	if !found {
		return k, fmt.Errorf("the secret %q is missing from the database of the keys: restore it from a backup", name)
	}
	return k, nil
}
