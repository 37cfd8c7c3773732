package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"percorsi/internal/access"
	"percorsi/internal/privacy"
	"percorsi/internal/privacy/pgkeys"
)

// openKeys opens the place of the keys, and what signs tokens beside it. A log
// with commits must have its keys: with new ones nothing sealed in it could be
// opened, and people would be registered twice.
func (s *Server) openKeys(ctx context.Context) error {
	last, err := s.store.log.Last(ctx)
	if err != nil {
		return err
	}
	open := s.openOwnKeys
	if s.cfg.Keys != "" {
		open = s.openSharedKeys
	}
	place, err := open(ctx, last > 0)
	switch {
	case err != nil && last > 0:
		return fmt.Errorf("the log has %d commits, which only its keys open: %w", last, err)
	case err != nil:
		return err
	}
	s.vault, err = privacy.NewVault(place)
	return err
}

// openOwnKeys opens the keys that this process has for itself.
func (s *Server) openOwnKeys(ctx context.Context, mustExist bool) (privacy.Place, error) {
	if err := s.cfg.checkOwnKeys(); err != nil {
		return nil, err
	}
	file, err := privacy.OpenFile(privacy.FileConfig{Dir: s.cfg.keysDir(), MustExist: mustExist})
	if errors.Is(err, privacy.ErrInUse) {
		return nil, fmt.Errorf("%w, or give both --keys with the address of a PostgreSQL database, so that they share their keys", err)
	}
	if err != nil {
		return nil, err
	}
	if s.cfg.NATS != "" {
		s.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "the log is shared and its keys are not: another process on this log would make keys of its own and open nothing of what is sealed here; before starting one, give every process --keys with the address of a PostgreSQL database",
			slog.String("keys", s.cfg.keysDir()))
	}
	if s.issuer, err = access.NewIssuer(s.cfg.keysDir()); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// openSharedKeys opens the keys that processes share. Keys that this process
// had for itself so far are moved there.
func (s *Server) openSharedKeys(ctx context.Context, mustExist bool) (privacy.Place, error) {
	own, err := privacy.FindFile(s.cfg.keysDir())
	if err != nil {
		return nil, err
	}
	keys, err := pgkeys.Open(ctx, pgkeys.Config{
		Address: s.cfg.Keys, Dir: s.cfg.keysDir(), MustExist: mustExist, From: own, Logger: s.cfg.Logger,
	})
	if err != nil {
		return nil, errors.Join(err, closeFile(own))
	}
	if own != nil {
		if err := own.Retire(); err != nil {
			return nil, errors.Join(err, keys.Close())
		}
		s.cfg.Logger.LogAttrs(ctx, slog.LevelInfo, "the keys were moved to the database of --keys: tokens must be made anew, with --keys", slog.String("from", s.cfg.keysDir()))
	}
	secret, err := keys.Secret(pgkeys.Tokens)
	if err != nil {
		return nil, errors.Join(err, keys.Close())
	}
	s.issuer = access.NewSharedIssuer(secret)
	return keys, nil
}

// SharesKeys tells whether the keys of a data folder are in a database.
func SharesKeys(data string) bool { return pgkeys.HasMaster(Config{Data: data}.keysDir()) }

// OpenIssuer opens the issuer of the tokens of a data folder: for commands that
// run beside the server. keys is as in Config.
func OpenIssuer(ctx context.Context, data, keys string) (*access.Issuer, error) {
	cfg := Config{Data: data, Keys: keys}
	if keys == "" {
		if err := cfg.checkOwnKeys(); err != nil {
			return nil, err
		}
		return access.NewIssuer(cfg.keysDir())
	}
	secret, err := pgkeys.ReadSecret(ctx, pgkeys.Config{Address: keys, Dir: cfg.keysDir()}, pgkeys.Tokens)
	if err != nil {
		return nil, err
	}
	return access.NewSharedIssuer(secret), nil
}

// checkOwnKeys refuses to make keys beside those that are shared.
func (c Config) checkOwnKeys() error {
	if SharesKeys(c.Data) {
		return fmt.Errorf("the keys of %s are in a database, as the master key in %s says: name it with --keys", c.Data, c.keysDir())
	}
	return nil
}

func closeFile(f *privacy.File) error {
	if f == nil {
		return nil
	}
	return f.Close()
}
