package shapes

import "fmt"

// Broken compares the list with the schema of now and gives one sentence for
// each promise that the schema breaks, saying how to mend it; none for a
// schema that only adds. A number may go if its message or enum reserves both
// the number and the name.
func (l List) Broken(now Schema) []string {
	var broken []string
	for _, was := range l {
		if problem := now.breaks(was); problem != "" {
			broken = append(broken, problem)
		}
	}
	return broken
}

// breaks gives the empty string when the schema keeps the shape.
func (s Schema) breaks(was Shape) string {
	if is, ok := s.shapes.find(was.key()); ok {
		if is == was {
			return ""
		}
		return fmt.Sprintf("%s: number %d was %q and is now %q: restore it, and give the new meaning a new number",
			was.Owner, was.Number, was.Name+" "+was.Kind, is.Name+" "+is.Kind)
	}
	owner, ok := s.reserved[was.Owner]
	if !ok {
		return fmt.Sprintf("%s: number %d (%s) is gone: the log may hold it, so restore it",
			was.Owner, was.Number, was.Name)
	}
	if owner.reserves(was.Number, was.Name) {
		return ""
	}
	return fmt.Sprintf(`%s: number %d (%s) is gone: restore it, or write "reserved %d; reserved %q;" in its place`,
		was.Owner, was.Number, was.Name, was.Number, was.Name)
}
