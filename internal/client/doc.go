// Package client owns what the clients of the API have in common: the token
// they send, and the call by which each kind of fact is recorded.
package client
