// Package readmodeltest owns the suite that every backend of a read model has
// to pass, and the small district it is played on.
package readmodeltest
