package memory

import "sync"

// words numbers the words that lists are filtered by, such as the bodies and
// the case managers: there are few, and a number is compared without looking
// anywhere else. It is safe for concurrent use.
type words struct {
	mu      sync.RWMutex
	numbers map[string]uint32
}

// number gives the number of a word, a new one if need be. That of the empty
// word is 0.
func (w *words) number(s string) uint32 {
	if n, ok := w.find(s); ok {
		return n
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.numbers == nil {
		w.numbers = make(map[string]uint32)
	}
	n, ok := w.numbers[s]
	if !ok {
		n = uint32(len(w.numbers) + 1)
		w.numbers[s] = n
	}
	return n
}

// find gives the number of a word that was numbered before.
func (w *words) find(s string) (uint32, bool) {
	if s == "" {
		return 0, true
	}
	w.mu.RLock()
	defer w.mu.RUnlock()
	n, ok := w.numbers[s]
	return n, ok
}
