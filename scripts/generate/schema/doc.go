// Package schema owns how the proto files of this repository are compiled: in
// process, from a file tree, without a schema registry and without protoc.
package schema
