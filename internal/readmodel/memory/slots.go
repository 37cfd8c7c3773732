package memory

// slotSet is a set of slots. Its zero value is empty.
type slotSet struct {
	list []int
	in   []bool
}

func (s *slotSet) add(slot int) {
	if n := slot + 1 - len(s.in); n > 0 {
		s.in = append(s.in, make([]bool, n)...)
	}
	if !s.in[slot] {
		s.in[slot] = true
		s.list = append(s.list, slot)
	}
}

// takeAll empties the set and gives what was in it.
func (s *slotSet) takeAll() []int {
	list := s.list
	for _, slot := range list {
		s.in[slot] = false
	}
	s.list = nil
	return list
}
