package js

import (
	"math"
	"testing"
)

func TestNumbersConvertAsInJavaScript(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{
		"": 0, "  ": 0, "12": 12, " 12 ": 12, "12.5": 12.5, "0x10": 16, "1e3": 1000, "-2": -2, "Infinity": math.Inf(1), ".5": 0.5,
		"0b11": 3, "0o17": 15,
	} {
		if got := ToNumber(text); got != want {
			t.Errorf("Number(%q) = %v, want %v", text, got, want)
		}
	}
	for _, text := range []string{"abc", "1_000", "0x1p4", "inf", "nan", "1 2", "0x", "12px"} {
		if got := ToNumber(text); !math.IsNaN(got) {
			t.Errorf("Number(%q) = %v, want NaN", text, got)
		}
	}
	for _, test := range []struct {
		value Value
		want  float64
	}{{nil, 0}, {true, 1}, {false, 0}, {[]Value{}, 0}, {[]Value{3.0}, 3}, {[]Value{"0x10"}, 16}} {
		if got := ToNumber(test.value); got != test.want {
			t.Errorf("Number(%v) = %v, want %v", test.value, got, test.want)
		}
	}
	if got := ToNumber(&Object{}); !math.IsNaN(got) {
		t.Errorf("Number({}) = %v, want NaN", got)
	}
}

func TestNumbersPrintAsInJavaScript(t *testing.T) {
	t.Parallel()
	for want, number := range map[string]float64{
		"0": 0, "-1.5": -1.5, "1000000000000": 1e12, "1e+21": 1e21, "1.5e-7": 1.5e-7, "NaN": math.NaN(), "-Infinity": math.Inf(-1),
		"123456789012345680000": 123456789012345678901,
	} {
		if got := FormatNumber(number); got != want {
			t.Errorf("String(%g) = %s, want %s", number, got, want)
		}
	}
}

func TestObjectsKeepTheOrderOfTheirKeys(t *testing.T) {
	t.Parallel()
	const text = `{"b":1,"a":[{"z":null,"y":"\u00fc<&>\n"}],"c":{}}`
	value, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	object := value.(*Object)
	object.Rename("c", "d")
	object.Set("b", 2.0)
	const want = `{"b":2,"a":[{"z":null,"y":"ü<&>\n"}],"d":{}}`
	if got := Stringify(object); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	const indented = "{\n  \"b\": 2,\n  \"a\": [\n    {\n      \"z\": null,\n      \"y\": \"ü<&>\\n\"\n    }\n  ],\n  \"d\": {}\n}"
	if got := StringifyIndent(object); got != indented {
		t.Errorf("got  %s\nwant %s", got, indented)
	}
}

func TestACloneSharesNothing(t *testing.T) {
	t.Parallel()
	original := NewObject(Pair{"list", []Value{NewObject(Pair{"x", 1.0})}})
	copied := original.Clone()
	copied.Objects("list")[0].Set("x", 2.0)
	copied.Delete("none")
	if !Equal(original, NewObject(Pair{"list", []Value{NewObject(Pair{"x", 1.0})}})) {
		t.Errorf("the original became %s", Stringify(original))
	}
	if Equal(original, copied) {
		t.Error("different values are equal")
	}
}

func TestSyntaxErrorsReadLikeThoseOfThePlatform(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":         "Unexpected end of input",
		"{":        "Unexpected end of input",
		`{"a":x}`:  "Unexpected token x",
		`{"a":1,}`: "Unexpected token }",
		`{} {}`:    "Unexpected token {",
		"bad":      "Unexpected token b",
	} {
		if _, err := Parse([]byte(text)); err == nil || err.Error() != want {
			t.Errorf("Parse(%q): %v, want %s", text, err, want)
		}
	}
}
