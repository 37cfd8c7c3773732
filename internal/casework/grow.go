package casework

import "sync/atomic"

const (
	// exact is how long a list may be that takes the room it needs and no more:
	// nearly all cases stay below.
	exact = 64
	// spare is for how many elements a longer list keeps room for one more.
	spare = 4
)

// grow gives a list that gets longer with every commit with one more, and leaves
// alone the list, which other states share. at gives the position of an element.
//
// A long list is not copied for each state, or a case would cost more with every
// commit. Its room ends with an element that is none: the position in it counts
// the places that are taken. A state that moves the count on from its own end has
// the place behind it, which no other state looks at; of two states that follow
// from the same one the second copies.
func grow[T any](list []T, v T, at func(*T) *Position) []T {
	n := len(list)
	if n < exact {
		return add(list, v)
	}
	if n+1 < cap(list) {
		taken := (*uint64)(at(&list[:cap(list)][cap(list)-1]))
		if atomic.CompareAndSwapUint64(taken, uint64(n), uint64(n+1)) {
			return append(list, v)
		}
	}
	out := make([]T, n+1, n+n/spare+2)
	copy(out, list)
	out[n] = v
	*at(&out[:cap(out)][cap(out)-1]) = Position(n + 1)
	return out
}
