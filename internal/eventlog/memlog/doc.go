// Package memlog owns a log that lives in memory and ends with the process.
// Tests use it, and anything that replays a log of its own making. It keeps
// the contract of package eventlog to the letter; only durability is missing.
package memlog
