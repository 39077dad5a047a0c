package js

import "slices"

// Value is null (nil), a bool, a float64, a string, a []Value or an *Object. JavaScript's undefined is the absence of a key.
type Value = any

// Object is a map from strings to values that keeps its keys in the order in which they were first set. The zero value is an empty
// object; a nil *Object may be read but not written.
type Object struct {
	keys   []string
	values map[string]Value
}

// Pair is one key with its value, for literals.
type Pair struct {
	Key   string
	Value Value
}

// NewObject returns an object with the pairs, in that order.
func NewObject(pairs ...Pair) *Object {
	o := &Object{}
	for _, pair := range pairs {
		o.Set(pair.Key, pair.Value)
	}
	return o
}

// Get returns the value of the key, and whether it is there; a null value is there.
func (o *Object) Get(key string) (Value, bool) {
	if o == nil {
		return nil, false
	}
	value, ok := o.values[key]
	return value, ok
}

// Has tells whether the key is there, whatever its value.
func (o *Object) Has(key string) bool {
	_, ok := o.Get(key)
	return ok
}

// Set stores the value; a new key goes to the end, a known one keeps its place.
func (o *Object) Set(key string, value Value) {
	if o.values == nil {
		o.values = make(map[string]Value)
	}
	if _, known := o.values[key]; !known {
		o.keys = append(o.keys, key)
	}
	o.values[key] = value
}

// Delete removes the key if it is there.
func (o *Object) Delete(key string) {
	if !o.Has(key) {
		return
	}
	delete(o.values, key)
	o.keys = slices.DeleteFunc(o.keys, func(k string) bool { return k == key })
}

// Rename gives the value of a key a new name, as its newest key. It does nothing when the key is absent.
func (o *Object) Rename(from, to string) {
	value, ok := o.Get(from)
	if !ok {
		return
	}
	o.Delete(from)
	o.Set(to, value)
}

// Keys returns a copy of the keys in order.
func (o *Object) Keys() []string {
	if o == nil {
		return nil
	}
	return slices.Clone(o.keys)
}

// Len is the number of keys.
func (o *Object) Len() int {
	if o == nil {
		return 0
	}
	return len(o.keys)
}

// String returns the value of a key when it is a string, else "".
func (o *Object) String(key string) string {
	value, _ := o.Get(key)
	text, _ := value.(string)
	return text
}

// Number returns the value of a key when it is a number.
func (o *Object) Number(key string) (float64, bool) {
	value, _ := o.Get(key)
	number, ok := value.(float64)
	return number, ok
}

// Bool returns whether the value of a key is the boolean true.
func (o *Object) Bool(key string) bool {
	value, _ := o.Get(key)
	truth, _ := value.(bool)
	return truth
}

// Array returns the value of a key when it is an array, else nil.
func (o *Object) Array(key string) []Value {
	value, _ := o.Get(key)
	array, _ := value.([]Value)
	return array
}

// Object returns the value of a key when it is an object, else nil.
func (o *Object) Object(key string) *Object {
	value, _ := o.Get(key)
	object, _ := value.(*Object)
	return object
}

// Objects returns those elements of an array that are objects.
func (o *Object) Objects(key string) []*Object {
	var objects []*Object
	for _, element := range o.Array(key) {
		if object, ok := element.(*Object); ok {
			objects = append(objects, object)
		}
	}
	return objects
}

// Clone returns a deep copy.
func (o *Object) Clone() *Object {
	if o == nil {
		return nil
	}
	return Clone(o).(*Object)
}

// Clone returns a deep copy of any value.
func Clone(value Value) Value {
	switch v := value.(type) {
	case []Value:
		copied := make([]Value, len(v))
		for i, element := range v {
			copied[i] = Clone(element)
		}
		return copied
	case *Object:
		copied := &Object{keys: slices.Clone(v.keys), values: make(map[string]Value, len(v.values))}
		for key, element := range v.values {
			copied.values[key] = Clone(element)
		}
		return copied
	default:
		return v
	}
}

// Equal compares two values deeply; the order of keys does not count.
func Equal(a, b Value) bool {
	switch x := a.(type) {
	case []Value:
		y, ok := b.([]Value)
		return ok && slices.EqualFunc(x, y, Equal)
	case *Object:
		y, ok := b.(*Object)
		if !ok || x.Len() != y.Len() {
			return false
		}
		for key, value := range x.values {
			other, known := y.Get(key)
			if !known || !Equal(value, other) {
				return false
			}
		}
		return true
	default:
		return a == b
	}
}

// Strings turns texts into an array.
func Strings(texts []string) []Value {
	array := make([]Value, len(texts))
	for i, text := range texts {
		array[i] = text
	}
	return array
}

// Objects turns objects into an array.
func Objects(objects []*Object) []Value {
	array := make([]Value, len(objects))
	for i, object := range objects {
		array[i] = object
	}
	return array
}
