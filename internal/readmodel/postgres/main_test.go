package postgres

import (
	"flag"
	"os"
	"testing"
)

// fewChecks is how many random histories each property is tried with, unless
// the command says otherwise: each goes through a database.
const fewChecks = "5"

func TestMain(m *testing.M) {
	flag.Parse()
	given := os.Getenv("RAPID_CHECKS") != ""
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	if !given {
		if err := flag.Set("rapid.checks", fewChecks); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
