// Package rules owns what this repository asks of its proto files beyond what
// the compiler does: whoever reads the API or the log finds every name
// explained and spelt the same way.
package rules
