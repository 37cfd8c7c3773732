package pgkeys

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"percorsi/internal/platform/postgres"
	"percorsi/internal/privacy"
	"percorsi/internal/privacy/keydir"
)

// Schema is the schema of the keys, and the channel on which processes hear of
// them.
const Schema = "percorsi_keys"

//go:embed migrations
var migrations embed.FS

// Config says where the keys are.
type Config struct {
	// Address is that of the database, without a password; see package
	// postgres.
	Address string
	// Dir is the directory of the master key on this machine. It is made if it
	// is missing.
	Dir string
	// MustExist refuses to make the keys of a new deployment: where something
	// was sealed before, they would open nothing.
	MustExist bool
	// From are the keys of a deployment that had one process so far, or nil. A
	// database without keys takes them over, and one that has others refuses.
	From *privacy.File
	// Logger gets what operators need to know; nil means slog.Default().
	Logger *slog.Logger

	quiet time.Duration // how long nothing may be heard; 0 means longestQuiet
}

// Keys are the keys in PostgreSQL. Create them with Open.
type Keys struct {
	pool    *pgxpool.Pool
	master  *master
	secrets secrets
	memory  memory
	logger  *slog.Logger
	quiet   time.Duration

	asks, creates, destroys chan call
	closed                  chan struct{}
	hangUp                  context.CancelFunc // ends the listener
	ended                   sync.WaitGroup
	close                   func() // once
}

var _ privacy.Place = (*Keys)(nil)

// Open reaches the database, brings its schema up to date, unwraps the secrets
// and reads all keys. The errors are for the operator.
func Open(ctx context.Context, cfg Config) (*Keys, error) {
	k := &Keys{
		logger: cmp.Or(cfg.Logger, slog.Default()), quiet: cmp.Or(cfg.quiet, longestQuiet),
		asks: make(chan call), creates: make(chan call), destroys: make(chan call),
		closed: make(chan struct{}),
	}
	var err error
	if k.pool, k.master, k.secrets, err = reach(ctx, cfg); err != nil {
		return nil, fmt.Errorf("open keys: %w", err)
	}
	heard, err := k.tune(ctx)
	if err != nil {
		k.pool.Close()
		return nil, fmt.Errorf("open keys: %w", err)
	}
	k.close = sync.OnceFunc(k.end)
	ctx = context.WithoutCancel(ctx)
	listening, hangUp := context.WithCancel(ctx)
	k.hangUp = hangUp
	k.ended.Go(func() { k.listen(listening, heard) })
	k.ended.Go(func() { k.serve(ctx, k.asks, k.look) })
	k.ended.Go(func() { k.serve(ctx, k.creates, k.create) })
	k.ended.Go(func() { k.serve(ctx, k.destroys, k.destroy) })
	return k, nil
}

// ReadSecret gives one secret of a deployment whose keys are in a database: for
// commands that need no more. It never makes keys.
func ReadSecret(ctx context.Context, cfg Config, name string) (privacy.Key, error) {
	cfg.MustExist = true
	pool, _, s, err := reach(ctx, cfg)
	if err != nil {
		return privacy.Key{}, fmt.Errorf("open keys: %w", err)
	}
	pool.Close()
	return s.secret(name)
}

// reach opens the database and what is needed of the machine to use it.
func reach(ctx context.Context, cfg Config) (*pgxpool.Pool, *master, secrets, error) {
	if err := keydir.Check(cfg.Dir, 0o700); err != nil {
		return nil, nil, nil, err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, nil, nil, err
	}
	pool, err := postgres.Open(ctx, cfg.Address)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := postgres.Migrate(ctx, pool, Schema, files); err != nil {
		pool.Close()
		return nil, nil, nil, err
	}
	m, s, err := openSecrets(ctx, pool, cfg)
	if err != nil {
		pool.Close()
	}
	return pool, m, s, err
}

// Secret gives a secret of the deployment.
func (k *Keys) Secret(name string) (privacy.Key, error) { return k.secrets.secret(name) }

// Key gives the key of a person; ErrErased if there is none, and a fault of
// kind Unavailable if it is not known here and the database cannot be reached.
func (k *Keys) Key(person uuid.UUID) (privacy.Key, error) {
	w, found := k.memory.find(person)
	if !found {
		a := k.call(k.asks, person)
		if a.err != nil {
			return privacy.Key{}, a.err
		}
		if !a.found {
			return privacy.Key{}, privacy.ErrErased
		}
		w = a.wrapped
	}
	key, err := k.master.unwrap(kindPerson, person[:], w)
	if err != nil {
		return privacy.Key{}, fmt.Errorf("the key of the person in the database: %w", err)
	}
	return key, k.unlessClosed()
}

// Create makes the key of a person. Callers at the same time share a
// transaction. The database is asked also for a key that is known here: it may
// have been destroyed a moment ago.
func (k *Keys) Create(person uuid.UUID) error { return k.call(k.creates, person).err }

// Destroy forgets the key of a person, here before it returns and in other
// processes a moment later.
func (k *Keys) Destroy(person uuid.UUID) error { return k.call(k.destroys, person).err }

var errClosed = errors.New("the keys are closed")

// unlessClosed keeps a closed place from answering from memory.
func (k *Keys) unlessClosed() error {
	select {
	case <-k.closed:
		return errClosed
	default:
		return nil
	}
}

// Close waits for calls that are under way and leaves the database.
func (k *Keys) Close() error {
	k.close()
	return nil
}

func (k *Keys) end() {
	close(k.closed)
	k.hangUp()
	k.ended.Wait()
	k.pool.Close()
}
