package sample

import "percorsi/internal/casework"

// weighted is a choice with its weight among others.
type weighted[T any] struct {
	weight int
	value  T
}

// chance is true in so many of a hundred.
func (s *script) chance(percent float64) bool { return s.rng.Float64()*100 < percent }

// number gives a whole number between two, both included.
func (s *script) number(least, most int) int { return least + s.rng.IntN(most-least+1) }

// days gives a number of days between two, both included.
func (s *script) days(least, most int) casework.Day { return casework.Day(s.number(least, most)) }

// pick gives one of a list, each as likely.
func pick[T any](s *script, list []T) T { return list[s.rng.IntN(len(list))] }

// weigh gives one of a list by weight.
func weigh[T any](s *script, list []weighted[T]) T {
	total := 0
	for _, w := range list {
		total += w.weight
	}
	n := s.rng.IntN(total)
	for _, w := range list {
		if n -= w.weight; n < 0 {
			return w.value
		}
	}
	panic("the weights sum to their total") // cannot be reached
}

// some gives the given number of different things of a list, in the order of
// the list.
func some[T any](s *script, list []T, n int) []T {
	n = min(n, len(list))
	out := make([]T, 0, n)
	for i, v := range list {
		if s.rng.IntN(len(list)-i) < n-len(out) {
			out = append(out, v)
		}
	}
	return out
}
