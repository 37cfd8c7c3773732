package expr

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"cel.dev/cel-go/common/types"
	"github.com/google/uuid"
)

// fieldTag is the tag that names a field for expressions. A field without it
// cannot be named.
const fieldTag = "cel"

var idType = reflect.TypeFor[uuid.UUID]()

// provider tells the type checker which fields the structs have.
type provider struct {
	types.Provider
	structs map[string]*structType
}

// structType is one Go struct, known to expressions by its name in Go.
type structType struct {
	goType reflect.Type
	fields map[string]structField
	// zero stands for a struct that is not there.
	zero reflect.Value
}

type structField struct {
	index  int
	goType reflect.Type
	check  *types.Type
}

func newProvider() (*provider, error) {
	base, err := types.NewRegistry()
	if err != nil {
		return nil, fmt.Errorf("make the type registry: %w", err)
	}
	return &provider{Provider: base, structs: map[string]*structType{}}, nil
}

// add makes a pointer to a struct, and every struct it leads to, known.
func (p *provider) add(pointer reflect.Type) error {
	t := pointer.Elem()
	if _, known := p.structs[t.String()]; known {
		return nil
	}
	s := &structType{goType: t, fields: map[string]structField{}, zero: reflect.Zero(t)}
	p.structs[t.String()] = s
	for i := range t.NumField() {
		f := t.Field(i)
		name, tagged := f.Tag.Lookup(fieldTag)
		if !tagged {
			continue
		}
		check, err := p.checkType(f.Type)
		if err != nil {
			return fmt.Errorf("field %s of %s: %w", f.Name, t, err)
		}
		s.fields[name] = structField{index: i, goType: f.Type, check: check}
	}
	return nil
}

// checkType gives the type that the checker sees for a Go type.
func (p *provider) checkType(t reflect.Type) (*types.Type, error) {
	if t == idType {
		return types.StringType, nil
	}
	switch t.Kind() {
	case reflect.Bool:
		return types.BoolType, nil
	case reflect.Int, reflect.Int32, reflect.Int64:
		return types.IntType, nil
	case reflect.String:
		return types.StringType, nil
	case reflect.Slice:
		elem, err := p.checkType(t.Elem())
		if err != nil {
			return nil, err
		}
		return types.NewListType(elem), nil
	case reflect.Pointer:
		if t.Elem().Kind() != reflect.Struct {
			break
		}
		if err := p.add(t); err != nil {
			return nil, err
		}
		return types.NewObjectType(t.Elem().String()), nil
	default:
	}
	return nil, fmt.Errorf("expressions have no type for %s", t)
}

// FindStructType tells the checker whether there is a struct of that name.
func (p *provider) FindStructType(name string) (*types.Type, bool) {
	if _, ok := p.structs[name]; ok {
		return types.NewTypeTypeWithParam(types.NewObjectType(name)), true
	}
	return p.Provider.FindStructType(name)
}

// FindStructFieldNames lists the fields of a struct.
func (p *provider) FindStructFieldNames(name string) ([]string, bool) {
	s, ok := p.structs[name]
	if !ok {
		return p.Provider.FindStructFieldNames(name)
	}
	return slices.Sorted(maps.Keys(s.fields)), true
}

// FindStructFieldType tells the checker the type of a field.
func (p *provider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	s, ok := p.structs[name]
	if !ok {
		return p.Provider.FindStructFieldType(name, field)
	}
	f, ok := s.fields[field]
	if !ok {
		return nil, false
	}
	return &types.FieldType{Type: f.check}, true
}
