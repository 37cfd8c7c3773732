// Package projector takes the log into a read model: it reads from where the
// model stands, folds in order, and follows for ever.
//
// What has been folded is the model's to say, so a projector that stops
// anywhere, even between a fold and the next line, goes on from there when it
// runs again. A record that is missing ends the run with a *eventlog.Gap: it is
// an alarm. A record that cannot be folded does not; the model puts its stream
// into quarantine, and Status counts it.
package projector
