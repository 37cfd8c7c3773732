// Package postgres owns the PostgreSQL of tests and benchmarks: a real server,
// and on it a database of its own for each test.
//
// # Which server
//
// The one whose URL is in PERCORSI_TEST_POSTGRES, if it is set: scripts/test
// starts one there for all packages. Its user must be allowed to create
// databases; a password comes from PGPASSWORD or PGPASSFILE, not from the URL.
// Templates stay on that server, as databases named percorsi_template_*.
//
// Without the variable the first test of a process that asks starts a server
// from the binaries of the machine: those on PATH, else the newest below
// /usr/lib/postgresql. It listens on a socket in a directory of its own, it
// ends with the process, however that ends, and it leaves nothing behind. It
// takes about two seconds to start.
//
// Where there are no binaries either, tests that need a server are skipped;
// with CI=true they fail.
//
// # What such a server does not promise
//
// It does not sync, so what it wrote survives its crash but not one of the
// machine. Whoever measures, or needs what it wrote, starts one with
// Options.Durable.
package postgres
