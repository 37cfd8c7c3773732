// Package plan owns the stream of a Piano di Zona: the text of the plan as it
// was last published, the activities that the plan counts and no case holds,
// and the figures that bodies supply.
//
// Decide says whether a fact may be recorded; Evolve gives the state after a
// commit. Both are pure: no clock, no input or output, and a State never
// changes. What a figure is worth is not known here: package indicator compiles
// the definitions and counts.
package plan
