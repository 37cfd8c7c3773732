// Package codegen owns the way from compiled proto files to the tree of
// generated code: it speaks the protocol of protoc's plugins with the pinned
// generators, and makes the tree on disk equal to what they answer.
package codegen
