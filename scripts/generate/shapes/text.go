package shapes

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

const header = `# What each number of the log's facts means: OWNER NUMBER NAME TYPE.
# make generate adds lines; make check refuses a schema that breaks one.
# Take out a line by hand only if no release has ever written it.
`

// Write gives the list as text, a shape a line, after a header of # lines.
func (l List) Write(w io.Writer) error {
	var text strings.Builder
	text.WriteString(header)
	for _, s := range l {
		text.WriteString(s.String() + "\n")
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// Read parses what Write wrote; an empty text is an empty list. The error
// names the line that is not a shape, or gives a number a second meaning.
func Read(r io.Reader) (List, error) {
	var list List
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		s, err := parse(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		list = append(list, s)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(list, compare)
	for i := 1; i < len(list); i++ {
		if list[i].key() == list[i-1].key() {
			return nil, fmt.Errorf("%s %d is listed twice", list[i].Owner, list[i].Number)
		}
	}
	return list, nil
}

func parse(line string) (Shape, error) {
	parts := strings.SplitN(line, " ", 4)
	if len(parts) != 4 {
		return Shape{}, fmt.Errorf("%q is not OWNER NUMBER NAME TYPE", line)
	}
	number, err := strconv.ParseInt(parts[1], 10, 32)
	if err != nil {
		return Shape{}, fmt.Errorf("number of %q: %w", line, err)
	}
	return Shape{Owner: parts[0], Number: int32(number), Name: parts[2], Kind: parts[3]}, nil
}
