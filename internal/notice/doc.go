// Package notice owns whom a commit of a case tells what: who was assigned or
// asked, whose meeting was called, whose change was replaced or corrected; and
// who is told of a clock.
//
// Everything here is pure. A notice follows from the commit and the case around
// it, or from the clock, so that it is the same whenever it is made, and so is
// its id. It carries pseudonyms, days and names from the schema, and nothing
// else: it leaves the office on a subject that other systems read.
//
// Nobody is told of what they did themselves. Of a sealed case nobody is told
// but those who are named in it, and the body that manages it: no other body is.
// What waits there for an approval, or for somebody to become the case manager,
// would else be told to nobody. Of that body only the coordinators are shown it,
// who see the case and alone may do either.
package notice
