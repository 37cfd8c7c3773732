// Package notice serves the API of notices: what concerns a caller, newest
// first, and as it is given.
//
// # Decision: for whom a notice is, is kept in memory
//
// Context. The notices are in the outbox, in one stream for everybody, on subjects
// by compartment and kind. A page is one of what is for one caller and for the body
// of that caller, newest first.
//
// Decision. They stay there. Each process that serves them goes through the outbox
// once, and keeps the numbers of those that are for each user and each body, and
// what lists are filtered by: the kind, the case, the day. A page then costs as
// many reads as it has notices. The outbox is read from its end, piece by piece,
// so that the newest page is there at once.
//
// The subject could name who is told, but a notice is for several, and has one
// subject: a copy for each of them would reach other systems as often. And a
// subject is read forwards only, so that the newest page would cost the walk
// through all pages. Lists of numbers in the stream itself, a message for each
// who is told that points at the one before, would cost only the page; they would
// double what is stored, and have to be made for what was stored without them.
//
// Cost. Of a million notices the index has 47 MB: 8 bytes for each of whom each is
// for, 12 for the rest, and what slices keep in reserve. After a start the newest
// page is there within a second, and all of them are read in 20 to 40 on two busy
// cores (notices for two users, every third for a body): who asks meanwhile for
// something older than what was read waits five seconds and is asked to come back.
// A page of 50 takes 10 milliseconds. An Ambito of 20,000 cases gives that many in
// five years or more.
package notice
