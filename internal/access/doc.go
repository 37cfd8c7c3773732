// Package access owns who may do what, for every way in: commands, gets,
// lists, searches, exports, live streams, drill-down and replays. What it does
// not allow is denied.
//
// It answers on three levels. [MayCall] asks the table of roles and RPCs
// (table.go) before a service sees the call. [MayRecord], [Sees], [ReadsFile]
// and [ReadsWords] look at one case. [ReadsPerson], [MaySpeakFor] and
// [MayExportPersonal] settle what belongs to no case. All are pure and cheap
// enough to be asked for every row of a list.
//
// The package also owns the local issuer, whose signed tokens say who calls on
// a machine without an identity provider.
package access
