package pgkeys

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"percorsi/internal/privacy"
)

// takeOver moves the keys of a single process into a new place. A place that
// is not new must have the same secrets: then they were moved before, and what
// the place has is newer.
func (m *master) takeOver(ctx context.Context, tx pgx.Tx, s secrets, from *privacy.File, isNew bool) error {
	for _, name := range privacy.SecretNames() {
		k, err := from.Secret(name)
		if err != nil {
			return err
		}
		if isNew {
			err = m.add(ctx, tx, s, name, k)
		} else if s[name] != k {
			err = errors.New("the file of the keys is of another deployment than the database: name another database, or move the file away")
		}
		if err != nil {
			return err
		}
	}
	if isNew {
		if err := m.copyAll(ctx, tx, from); err != nil {
			return err
		}
	}
	return m.makeMissing(ctx, tx, s, false)
}

func (m *master) copyAll(ctx context.Context, tx pgx.Tx, from *privacy.File) error {
	var rows [][]any
	err := from.All(func(person uuid.UUID, k privacy.Key) error {
		w := m.wrap(kindPerson, person[:], k)
		rows = append(rows, []any{[16]byte(person), w[:]})
		return nil
	})
	if err != nil {
		return err
	}
	_, err = tx.CopyFrom(ctx, pgx.Identifier{Schema, "keys"}, []string{"person", "wrapped"}, pgx.CopyFromRows(rows))
	return err
}
