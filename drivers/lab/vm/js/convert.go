package js

import (
	"math"
	"strconv"
	"strings"
)

// ToString is the text form of a value as String(value) makes it: arrays are joined with commas and null elements are empty.
func ToString(value Value) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return FormatNumber(v)
	case string:
		return v
	case []Value:
		parts := make([]string, len(v))
		for i, element := range v {
			if element != nil {
				parts[i] = ToString(element)
			}
		}
		return strings.Join(parts, ",")
	default:
		return "[object Object]"
	}
}

// ToNumber is Number(value): NaN for what is no number, 0 for null, false and blank text.
func ToNumber(value Value) float64 {
	switch v := value.(type) {
	case nil:
		return 0
	case bool:
		if v {
			return 1
		}
		return 0
	case float64:
		return v
	case string:
		return parseNumber(v)
	case []Value:
		return parseNumber(ToString(v))
	default:
		return math.NaN()
	}
}

func parseNumber(text string) float64 {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0
	}
	for prefix, base := range map[string]int{"0x": 16, "0o": 8, "0b": 2} {
		if len(text) > 2 && strings.EqualFold(text[:2], prefix) {
			number, err := strconv.ParseUint(text[2:], base, 64)
			if err != nil {
				return math.NaN()
			}
			return float64(number)
		}
	}
	switch text {
	case "Infinity", "+Infinity":
		return math.Inf(1)
	case "-Infinity":
		return math.Inf(-1)
	}
	// Go also takes 1_000, 0x1p4, inf and nan, which JavaScript does not.
	if strings.Trim(text, "0123456789+-.eE") != "" {
		return math.NaN()
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(number, 0) {
		return math.NaN()
	}
	return number
}

// ParseInt is parseInt(text, 10): the leading digits, NaN without any.
func ParseInt(value Value) float64 {
	text := strings.TrimSpace(ToString(value))
	end := 0
	if strings.HasPrefix(text, "-") || strings.HasPrefix(text, "+") {
		end = 1
	}
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	number, err := strconv.ParseFloat(text[:end], 64)
	if err != nil {
		return math.NaN()
	}
	return number
}

// Truthy is what an if statement makes of a value.
func Truthy(value Value) bool {
	switch v := value.(type) {
	case nil:
		return false
	case bool:
		return v
	case float64:
		return v != 0 && !math.IsNaN(v)
	case string:
		return v != ""
	default:
		return true
	}
}

// Integral tells whether the number has no fraction and is finite.
func Integral(number float64) bool {
	return !math.IsInf(number, 0) && number == math.Trunc(number)
}

// FormatNumber prints a number as JavaScript does: plain digits below 1e21, an exponent beyond.
func FormatNumber(number float64) string {
	switch {
	case math.IsNaN(number):
		return "NaN"
	case math.IsInf(number, 1):
		return "Infinity"
	case math.IsInf(number, -1):
		return "-Infinity"
	case number == 0:
		return "0"
	}
	if size := math.Abs(number); size >= 1e-6 && size < 1e21 {
		return strconv.FormatFloat(number, 'f', -1, 64)
	}
	text := strconv.FormatFloat(number, 'e', -1, 64)
	mantissa, exponent, _ := strings.Cut(text, "e")
	sign := exponent[:1]
	return mantissa + "e" + sign + strings.TrimLeft(exponent[1:], "0")
}
