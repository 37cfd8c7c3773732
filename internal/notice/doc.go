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
// but those who are named in it: their bodies are not.
package notice
