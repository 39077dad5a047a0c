// Package js holds values the way the platform's JavaScript runtime does: objects that remember the order of their keys, numbers
// that are floats, and the conversions that a payload goes through on its way into a zone.
//
// The real vmadm prints offending elements of a payload with their keys in the order in which they were given, and accepts whatever
// JavaScript takes for a number ("0x10", [3], "  "); both are visible from outside, so the lab keeps them (reference 2.4, 5). The
// package must never know what the values mean. Start reading at Object.
package js
