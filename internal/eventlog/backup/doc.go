// Package backup owns the file that holds a whole log: one compressed file,
// written beside the server or far from it, from which the log can be made
// again as it was.
//
// # The form of the file, for ever
//
// A line that says what it is and in which format; then one zstd stream. In it,
// messages BackupPart of percorsi.eventlog.v1, each behind its length as a
// varint: the records in order of position, from 1 without gaps, and the end
// with their number and their digest (eventlog.Digest). Nothing follows.
//
// Every record has a checksum of its own, so that damage is named by its
// place; the digest proves the whole. Personal fields are sealed in the file
// as they are in the log: who has the file and not the keys reads pseudonyms.
package backup
