package sample

import (
	"errors"
	"fmt"

	"google.golang.org/grpc"

	"percorsi/internal/access"
	"percorsi/internal/casework"
)

// Config says which district to play, and against which server. Conn, Token and
// To have no default.
type Config struct {
	// Conn is the connection to the server.
	Conn grpc.ClientConnInterface
	// Token gives a token for an operator of the district: some 250 case
	// managers, team members, coordinators, wards and planners act.
	Token func(access.Caller) (string, error)
	// Seed chooses the district.
	Seed uint64
	// Cases is about how many cases open from From to To; 0 means as many as
	// the Ambito has, some 2,700 a year.
	Cases int
	// From is the first day on which cases open; 0 means 1 January 2025.
	From casework.Day
	// To is the last day on which anything is recorded. It must not lie in the
	// future of the server.
	To casework.Day
	// Parallel is how many stories are played at a time; 0 means 32.
	Parallel int
	// Progress is told how many stories are done, one call at a time; nil for
	// nobody.
	Progress func(done, total int)
}

// Defaults of a Config.
const (
	defaultFrom     = "2025-01-01"
	defaultParallel = 32
)

// complete checks a config and fills in what was left out.
func (c Config) complete() (Config, error) {
	if c.Parallel == 0 {
		c.Parallel = defaultParallel
	}
	if c.From == 0 {
		from, err := casework.ParseDay(defaultFrom)
		if err != nil {
			return c, err
		}
		c.From = from
	}
	if c.Progress == nil {
		c.Progress = func(int, int) {}
	}
	switch {
	case c.Conn == nil || c.Token == nil:
		return c, errors.New("play the sample: give a connection, and tokens for its operators")
	case c.Parallel < 0 || c.Cases < 0:
		return c, errors.New("play the sample: the numbers of cases and of parallel stories cannot be negative")
	case c.To <= c.From:
		return c, fmt.Errorf("play the sample: the last day, %s, must come after the first, %s", c.To, c.From)
	}
	return c, nil
}

// Summary says what was played. It is the same for a second run, since every
// command is asked again and gets its first answer.
type Summary struct {
	Seed uint64 `json:"seed"`
	From string `json:"from"`
	To   string `json:"to"`
	// Stories is how many recorded anything: those of cases, and the registers
	// of the plan.
	Stories int `json:"stories"`
	// Cases counts by pathway: ADI, SELF, DISCHARGE, GENERALE.
	Cases map[string]int `json:"cases"`
	// Persons counts different people.
	Persons int `json:"persons"`
	// Commands counts what was asked of the server; each is one fact.
	Commands int `json:"commands"`
	// Facts counts by type, such as first_meeting_held.
	Facts   map[string]int `json:"facts"`
	Seconds float64        `json:"seconds"`
}
