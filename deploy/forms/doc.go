// Package forms owns the data file of the forms and scales that the services of
// the Ambito assess with, each with its source and how certain it is. Package
// casework/formfile reads it and documents its keys; package casework checks
// what is recorded against it.
//
// The official forms of the ministry could not be read in the original, and
// which scales ASST Lodi uses is not known: what is uncertain says so. Items
// have codes only: the words of a scale belong to who published it.
//
// A form or scale that changes gets another version; the one before keeps its
// place, since what was recorded with it stays.
package forms
