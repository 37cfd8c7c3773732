// Package projector takes the log to a read model: first what the model has
// not folded yet, then every commit as it is stored.
package projector
