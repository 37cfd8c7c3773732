package server

import (
	"cmp"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"
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

func (c Config) logDir() string  { return filepath.Join(c.Data, LogFolder) }
func (c Config) keysDir() string { return filepath.Join(c.Data, KeysFolder) }
