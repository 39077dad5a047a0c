package spec

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
)

var sizeForm = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?) ?([kKMGTPE]?)(iB|i|B|b)?$`)

// maxWhole is the largest number that JSON readers such as vmadm keep exactly.
const maxWhole = 1<<53 - 1

// ParseSize reads a size with a unit, such as 512MiB, 20G or 1.5TiB, as a number of the property's own unit. Units are powers of 1024,
// as vmadm and ZFS use them; decimal is true for MB, GB and the like, which elsewhere mean powers of 1000. ok is false when the text
// does not look like a size with a unit at all.
func ParseSize(text string, unit Unit) (size int64, decimal, ok bool, err error) {
	match := sizeForm.FindStringSubmatch(text)
	if match == nil || match[2] == "" && match[3] == "" {
		return 0, false, false, nil
	}
	scale, sized := unitBytes(unit)
	if !sized {
		return 0, false, true, fmt.Errorf("%s is a size, and this property is not measured in bytes", text)
	}
	number, _ := new(big.Rat).SetString(match[1])
	for range strings.Index("BKMGTPE", strings.ToUpper(match[2] + "B")[:1]) {
		number.Mul(number, big.NewRat(1024, 1))
	}
	number.Quo(number, new(big.Rat).SetInt64(scale))
	decimal = match[2] != "" && strings.EqualFold(match[3], "B")
	if !number.IsInt() {
		return 0, decimal, true, fmt.Errorf("%s is not a whole number of %s", text, unit)
	}
	if !number.Num().IsInt64() || number.Num().Int64() > maxWhole {
		return 0, decimal, true, fmt.Errorf("%s is too large", text)
	}
	return number.Num().Int64(), decimal, true, nil
}

// unitBytes says how many bytes the unit has; ok is false for numbers that are no size.
func unitBytes(unit Unit) (bytes int64, ok bool) {
	switch unit {
	case Bytes:
		return 1, true
	case MiB:
		return 1 << 20, true
	case GiB:
		return 1 << 30, true
	}
	return 0, false
}

// FormatSize writes a number of a unit with the largest unit that leaves it whole: 2048 MiB is 2GiB. Numbers that are no size are
// written plainly.
func FormatSize(size int64, unit Unit) string {
	bytes, ok := unitBytes(unit)
	if !ok || size == 0 {
		return fmt.Sprint(size)
	}
	names := []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB"}
	i := 0
	for bytes >= 1024 {
		bytes /= 1024
		i++
	}
	for size%1024 == 0 && i < len(names)-1 {
		size /= 1024
		i++
	}
	return fmt.Sprintf("%d%s", size, names[i])
}
