// Package projector takes the log into a read model: it reads from where the
// model stands, folds in order, and follows for ever.
//
// What has been folded is the model's to say, so a projector that stops
// anywhere, even between a fold and the next line, goes on from there.
//
// Of several processes that share a model one writes it: the one that leads.
// The others follow: they serve what it writes, and one of them takes over when
// it is gone. A model in memory is led by its own process.
//
// # What ends the folding, and what does not
//
// A record that is missing is a *eventlog.Gap, and an alarm: whatever would be
// folded after it is wrong. The folding ends for good, the health is Failed,
// the log of the process repeats why, and what was folded is still served. A
// human has to look, and start the process again.
//
// Everything else passes: a log or a database that is away, a lead that was
// lost, a connection that was cut. The projector takes the lead again, reads
// again from where the model stands, and does so for ever, with pauses that
// grow up to two seconds.
//
// A record that cannot be folded is neither: the model puts its stream into
// quarantine, and Status counts it.
package projector
