// Package keydir owns the directory in which keys lie: that it and its files
// are for their owner alone, and that what is made there is there after a
// power loss.
package keydir
