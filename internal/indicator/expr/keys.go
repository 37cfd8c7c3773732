package expr

import (
	"cel.dev/cel-go/common/types"
)

// Keys is a compiled expression that answers with a text or a list of texts.
type Keys struct {
	one      eval[string]
	many     listNode
	mentions map[string]bool
}

// Keys compiles the expression of a key. The error is an *Error.
func (e *Env) Keys(source string) (*Keys, error) {
	c, root, err := e.check(source, types.StringType, types.NewListType(types.StringType))
	if err != nil {
		return nil, err
	}
	k := &Keys{mentions: c.mentions}
	if c.typeOf(root).Kind() == types.StringKind {
		k.one = c.text(root)
	} else {
		k.many = c.list(root)
	}
	if len(c.problems) > 0 {
		return nil, &Error{Problems: c.problems}
	}
	return k, nil
}

// Append adds the keys to dst. Empty texts are no keys.
func (k *Keys) Append(dst []string, f *Frame) ([]string, error) {
	if k.one != nil {
		s, err := k.one(f)
		if err != nil || s == "" {
			return dst, err
		}
		return append(dst, s), nil
	}
	l, err := k.many.run(f)
	if err != nil {
		return dst, err
	}
	for i := range l.size() {
		if s := l.at(i, k.many.load).text; s != "" {
			dst = append(dst, s)
		}
	}
	return dst, nil
}

// Mentions tells whether the source names a variable or a field of one.
func (k *Keys) Mentions(name string) bool { return k.mentions[name] }
