// Package planfile reads a plan, its fixtures and its tests from YAML files.
//
// Each file is one document. Its keys are those of eventv1.Plan, and beside
// them fixtures and tests; a plan may be spread over any number of files, and
// its indicators are then ordered by objective. Keys are the field names of the
// schema; a word of a vocabulary is written without the name of its
// vocabulary, such as HOMELESS for DISCHARGE_LINE_HOMELESS.
//
// A fixture is one case, told as the list of its facts. Where a fact wants a
// UUID, a fixture writes a name, which means the same thing throughout the
// fixture and another one in every other. The person of the case is called
// person; with person_of it is that of another fixture, so that one person has
// two cases. With after, a fixture goes on where another one ends.
//
// Whatever is wrong is reported with its file and line, all of it at once.
package planfile
