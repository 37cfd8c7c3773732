// Package pgcopy owns the copy of the log in PostgreSQL: the schema
// percorsi_log, its table of commits, and everything that reads or writes it.
//
// The copy is the log once more, bytes included, on another kind of disk. Read
// models fold cases out of it, log verify compares it with the log, and log
// restore makes a lost log from it. No rebuild of a read model touches it.
//
// # Decision: times as nanoseconds
//
// Context. The log stamps records in nanoseconds; timestamptz keeps
// microseconds. A log restored from the copy must give the same times.
//
// Decision. The column is a bigint of nanoseconds since 1970. The view
// commit_list shows it as a timestamptz to who reads with SQL.
//
// Cost. None in space; a cast in hand-written queries on the table.
//
// # Decision: headers as jsonb
//
// Context. Headers are a map of text to text, with keys that differ only in
// the case of their letters.
//
// Decision. One jsonb object. It gives back every key and value as it was, in
// one form whatever the order, and SQL can ask it for the names of facts. An
// array of text would be no smaller, and unnest cannot take arrays of arrays
// of different lengths.
//
// Cost. NUL and bytes that are not UTF-8 cannot be kept; eventlog.Entry allows
// neither.
//
// # Decision: the table refuses another record itself
//
// Context. Delivering a commit twice is normal. Delivering another commit for
// a position that is taken means that the log or the copy is not what it was.
//
// Decision. The insert meets a taken position with a condition on every
// column. If they are equal nothing happens; if not, the condition lets a
// function be called that raises. So the comparison is part of the statement,
// whatever else writes at the same time, and the transaction cannot commit.
package pgcopy
