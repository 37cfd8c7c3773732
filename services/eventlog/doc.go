// Package eventlog serves the API that reads the log itself, in its own order:
// exports for audits and recomputations, and the check that it is whole.
package eventlog
