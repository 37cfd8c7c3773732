// Package readmodel owns the questions that can be asked of what the log says:
// one case, lists, the work list of clocks, people, the plan and its figures.
// It fixes what an answer means, in one place for every backend; package
// memory answers from states folded at the start, and the suite in
// readmodeltest is what any backend has to pass.
//
// # What every backend keeps to
//
//   - It folds the records of the log one by one, in order, with the Evolve of
//     the domain. A record that comes twice changes nothing; one that comes too
//     early is a *eventlog.Gap, and nothing after it is taken.
//   - An answer is that of one position of the log: what it shows is neither
//     older nor newer, in all its parts.
//   - A fact that cannot be folded stops its stream, not the model: the case
//     stays as it was before that fact, says so (Quarantine), and everything
//     else goes on.
//   - A list is read with the eyes of somebody (Scope), and what that person may
//     not see is neither shown nor counted.
//   - Pages stay in step while others write: a row is neither shown twice nor
//     left out because of what was recorded between two pages.
package readmodel
