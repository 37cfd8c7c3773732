// Package api owns what the program knows of its own API by reading its
// description: which call records which fact.
package api
