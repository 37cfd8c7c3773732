// Package wire owns the form in which records leave the log: as messages of
// percorsi.eventlog.v1, in files and over the network, and back.
package wire
