package server

import (
	"cmp"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"time"

	"percorsi/internal/platform/postgres"
)

// Config says what a server runs on. Only Data has no default.
type Config struct {
	// Data is the folder of the log and the keys. It is made if it is missing.
	Data string
	// GRPC is the address of the API; empty means 127.0.0.1:9090.
	GRPC string
	// HTTP is the address of the health checks; empty means 127.0.0.1:8080.
	HTTP string
	// NATS is the address of a JetStream server; empty embeds one in Data.
	NATS string
	// Keys is the address of the PostgreSQL database in which processes share
	// their keys, without a password; empty keeps them in a file in Data, for
	// this process alone. With it, Data holds the master key of the machine.
	Keys string
	// Postgres is the address of the PostgreSQL database of the read model,
	// without a password; empty keeps the read model in memory.
	Postgres string
	// Services are what this process serves; none means all.
	Services []Service
	// Ambito names the stream and begins its subjects; empty means lodi.
	Ambito string
	// Zone is that of the office: it decides which day it is. Nil means
	// Europe/Rome.
	Zone *time.Location
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Logger gets what operators need to know; nil means slog.Default().
	Logger *slog.Logger
}

// The folders inside Data.
const (
	LogFolder  = "log"
	KeysFolder = "keys"
)

// withDefaults fills what is not given.
func (c Config) withDefaults() (Config, error) {
	if c.Data == "" {
		return c, fmt.Errorf("no data folder is given: name one with --data")
	}
	if err := checkServices(c.Services); err != nil {
		return c, fmt.Errorf("--services: %w", err)
	}
	for flag, address := range map[string]string{"--keys": c.Keys, "--postgres": c.Postgres} {
		if address == "" {
			continue
		}
		if _, err := postgres.Parse(address); err != nil {
			return c, fmt.Errorf("%s: %w", flag, err)
		}
	}
	c.GRPC = cmp.Or(c.GRPC, "127.0.0.1:9090")
	c.HTTP = cmp.Or(c.HTTP, "127.0.0.1:8080")
	c.Ambito = cmp.Or(c.Ambito, "lodi")
	c.Logger = cmp.Or(c.Logger, slog.Default())
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Zone == nil {
		zone, err := time.LoadLocation("Europe/Rome")
		if err != nil {
			return c, fmt.Errorf("load the zone of the office: %w", err)
		}
		c.Zone = zone
	}
	return c, nil
}

// Serves tells whether the process serves something.
func (c Config) Serves(s Service) bool { return len(c.Services) == 0 || slices.Contains(c.Services, s) }

func (c Config) logDir() string  { return filepath.Join(c.Data, LogFolder) }
func (c Config) keysDir() string { return filepath.Join(c.Data, KeysFolder) }
