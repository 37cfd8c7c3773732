package person

// distance counts the typing errors between two texts: letters put in, left
// out, or taken for another, and two neighbours that changed places. It is the
// optimal string alignment distance of Damerau and Levenshtein. It stops to
// count beyond most, and gives most+1 then.
func distance(a, b []rune, most int) int {
	if len(a)-len(b) > most || len(b)-len(a) > most {
		return most + 1
	}
	before, last, now := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i, x := range a {
		now[0] = i + 1
		for j, y := range b {
			wrong := 1
			if x == y {
				wrong = 0
			}
			now[j+1] = min(last[j+1]+1, now[j]+1, last[j]+wrong)
			if i > 0 && j > 0 && x == b[j-1] && a[i-1] == y {
				now[j+1] = min(now[j+1], before[j-1]+1)
			}
		}
		before, last, now = last, now, before
	}
	return min(last[len(b)], most+1)
}

// mistyped tells whether two normal forms are within the typing errors that
// their length allows: none in the shortest, one, and two in long ones.
func mistyped(a, b string) bool {
	x, y := []rune(a), []rune(b)
	most := 0
	switch n := min(len(x), len(y)); {
	case n >= 8:
		most = 2
	case n >= 4:
		most = 1
	}
	return most > 0 && distance(x, y, most) <= most
}
