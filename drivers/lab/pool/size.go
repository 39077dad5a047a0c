package pool

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

const sizeUnits = "BKMGTPE"

// ParseSize reads a size as zfs takes it: digits, or a number with a unit of powers of 1024 ("1.5G", "512m", "8KiB").
func ParseSize(text string) (int64, error) {
	digits := strings.TrimRight(text, "BKMGTPEIbkmgtpei")
	if digits == "" {
		return 0, fmt.Errorf("bad numeric value '%s'", text)
	}
	unit := strings.ToUpper(text[len(digits):])
	number, err := strconv.ParseFloat(digits, 64)
	if err != nil || number < 0 {
		return 0, fmt.Errorf("bad numeric value '%s'", text)
	}
	if unit == "" || unit == "B" {
		whole, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("bad numeric value '%s'", text)
		}
		return whole, nil
	}
	power := strings.IndexByte(sizeUnits, unit[0])
	if power < 1 || unit[1:] != "" && unit[1:] != "B" && unit[1:] != "IB" {
		return 0, fmt.Errorf("invalid numeric suffix '%s'", text[len(digits):])
	}
	bytes := number * math.Pow(1024, float64(power))
	if bytes >= math.MaxInt64 {
		return 0, fmt.Errorf("numeric value is too large")
	}
	return int64(bytes), nil
}

// FormatSize writes a size for people in at most five characters, as zfs does: 20G, 1.50T, 24K.
func FormatSize(bytes int64) string {
	power := 0
	for n := bytes; n >= 1024 && power < len(sizeUnits)-1; n /= 1024 {
		power++
	}
	if power == 0 {
		return strconv.FormatInt(bytes, 10)
	}
	unit := int64(1) << (10 * power)
	if bytes%unit == 0 {
		return fmt.Sprintf("%d%c", bytes/unit, sizeUnits[power])
	}
	text := ""
	for digits := 2; digits >= 0; digits-- {
		text = fmt.Sprintf("%.*f%c", digits, float64(bytes)/float64(unit), sizeUnits[power])
		if len(text) <= 5 {
			break
		}
	}
	return text
}
