// Package server is the program as a value: Open wires the log, the keys, the
// read model and the services of one process, Run serves until its context
// ends, Close gives everything back. The command and the tests use the same
// one.
package server
