// Package postgres owns a read model in PostgreSQL: rows that several processes
// read and one writes, beside a copy of the log that can prove or restore it.
//
// Schemas: percorsi has the live rows, percorsi_log the copy (see pgcopy), and
// percorsi_rebuild, percorsi_reconcile and percorsi_replaced are there only
// while somebody builds or compares. Every table and column says what it is in
// its comment; the views planner_* are for the role percorsi_planner.
//
// # Decision: no snapshots of states
//
// Context. A case page needs the whole state; a command does too. A state could
// be written down with every commit, or now and then.
//
// Decision. It is not: a state is folded from the commits of its stream, which
// lie in the copy under an index. A reader keeps the states it folded and asks
// only for what came after. So there is no second form of a state that has to
// be kept in step with the program, and a new program never meets an old
// snapshot. What lists show are columns.
//
// Cost. The first look of a process at a case reads its commits: some thirty of
// them, a millisecond.
//
// # Decision: an answer is one statement
//
// Context. An answer must be that of one position in all its parts, also while
// the rows move on, and while other tables take the place of these.
//
// Decision. Every question is one SQL statement, which has one snapshot; the
// position is part of it. Nothing is asked in two steps.
//
// # Decision: one process writes, and proves it with every batch
//
// Context. Two writers would count twice; a writer that died must be followed
// within seconds; one that was cut off may not know it.
//
// Decision. Who writes holds an advisory lock on the connection it writes with,
// so the lock goes when the connection does. Each batch is one transaction: the
// position moves from where the writer believes it to be, or the transaction
// fails. Rows, position and the bytes of the commits are in it together, so
// nothing is skipped and nothing is there twice, wherever it is cut off.
//
// # Decision: what was folded once is handed on
//
// Context. The process that writes the rows has the states of all cases in
// memory anyway, for its figures. Folding a second time, from the copy, took
// half of the processor; and of cases that nothing was recorded on for long
// the writer had to read all commits again.
//
// Decision. The writer hands the states of each batch to the figures, once it
// is written, and takes from them what it does not keep itself. While one part
// of a batch is written the next one is folded on top of it.
//
// Cost. The figures follow the writer in its own time. What they do not take in
// turn they read from the copy, as every other process does.
//
// # Decision: a schema is built beside and renamed
//
// Context. A rebuild takes long, must be comparable with what is there, and
// must not be seen by readers.
//
// Decision. The copy is cut into ranges of streams, by a sample of it, since
// counting all took as long as an index. Each is folded by itself
// and copied in with COPY, in a transaction that also notes that it is done:
// memory does not grow with the log, ranges go side by side, and what was cut
// off goes on where it stopped. Indexes come at the end. Who writes shares a
// lock with others of its kind that the swap has alone, so a batch lies before
// or after the renaming of the schemas, never across.
//
// Cost. While the last few commits are folded and the schemas renamed, writing
// waits: milliseconds.
//
// # Decision: who sees a case is written with it
//
// Context. Lists and their totals are read with the eyes of somebody.
//
// Decision. Rows of cases and clocks have the names of who sees them
// (access.ReadersOf), found by one operator on one index. What a body manages
// is asked for apart, by a column of its own, since that is most of what it
// sees and is counted from an index alone.
//
// # Decision: lists count to a thousand
//
// Context. Each page says how many match. To count them all took most of the
// time of a page: it grows with what somebody sees, a page does not.
//
// Decision. Counting ends at a bound (readmodel.CountedTo), beyond which a page
// says that there are more. It goes along the same indexes as the page, in the
// order of the list: it reads on where most of what it meets is seen, and
// gathers and sorts what is rare. How many there are in all is for figures.
// testdata/plans.txt keeps the plans of the slowest questions, and a test how
// many rows they may look at.
//
// Cost. What is seen by few among many of a name or of a body is looked for in
// all of those. An index by the name of the clock keeps that to one name.
package postgres
