// Generate makes the Go code of the proto files, and holds the proto files to
// this repository's rules. It needs no protoc and no schema registry: files are
// compiled in process, third-party imports come from the Go packages that carry
// their descriptors, and the generators are pinned in scripts/tools/go.mod.
//
// It is run from the root of the repository:
//
//	go run ./scripts/generate          write internal/gen and the list of shapes
//	go run ./scripts/generate -check   write nothing; exit 1 if something would change
//
// Either way it fails on a proto file that breaks a rule, and on a change that
// would make facts already in a log unreadable or read as something else.
package main
