// Package expr owns the language of the definitions: CEL over the Go structs
// of a case. cel-go parses and type-checks an expression; this package turns
// what was checked into closures over the structs.
//
// The reason for not running cel-go's own interpreter is speed. Every case is
// read by every definition for every period, live and in each replay, and an
// expression over lists costs the interpreter 1 to 7 microseconds where a
// closure costs a tenth of it. The interpreter stays the reference: a test
// runs both over random states and asks for the same answers.
//
// An expression may use
//
//   - fields, has(x.field), list[i], whole numbers, texts, true and false
//   - constants of the vocabularies, such as Pathway.ADI
//   - && || ! == != < <= > >= in ?: + - * / %
//   - list.exists(x, ..) .all .exists_one .filter .map, size, sum
//   - text.startsWith(..) .endsWith .contains, string(number)
//   - within(day, from, to): the day is given and lies in the period
//   - until(day, to): the day is given and is not after to
//   - overlaps(start, end, from, to): what started and has not ended before
//     the period shares a day with it; no end means that it goes on
//   - months(day, n): the same day n calendar months later
//
// Anything else is refused with its line and column, and so is a comparison of
// two different vocabularies, which CEL alone would let pass as numbers. A day
// that is not given is 0; a struct that is not there reads as one whose fields
// are all not given.
package expr
