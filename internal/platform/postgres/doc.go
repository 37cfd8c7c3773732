// Package postgres owns how the program reaches PostgreSQL: pools without
// secrets in their addresses, and schemas brought up to date under a lock.
//
// # Decision: migrations only add
//
// Context. Several processes share a database, and they are replaced one after
// the other. For a while old code meets a new schema.
//
// Decision. A migration adds tables, columns with a default and indexes; it
// removes and renames nothing that code in use asks for. Whatever cannot be
// said that way is a rebuild: read models are made anew beside the live ones.
// So code that finds a newer schema than its own goes on.
//
// # Decision: pages found by an index are cheap
//
// Context. PostgreSQL is shipped for disks with arms: for one page of a list it
// rather reads a whole table than some hundred rows by an index.
//
// Decision. Connections of a pool plan with a random_page_cost of 1.1, unless
// the server, the database, the user or the address sets one.
package postgres
