// Package shapes owns the promise that what is kept for ever stays readable: a
// number that a fact, a field or an enum once used keeps its name and its type,
// or is reserved. The promise is a list of shapes, committed beside the proto
// files, that only grows; the package reads the shapes of compiled files,
// compares them with the list, and extends it.
package shapes
