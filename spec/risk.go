package spec

import "fmt"

// Risk is what a step may disturb, in rising order. It is accepted by name (--max-risk, policy.maxRisk).
type Risk int

// The classes of design 8.
const (
	Live     Risk = iota // nothing that runs is disturbed
	Reboot               // the instance reboots
	Stop                 // the instance is stopped, or stopped and started
	Recreate             // the instance is replaced; its data may be lost
	Destroy              // the instance or a disk of it is gone afterwards
)

func riskNames() []string { return []string{"live", "reboot", "stop", "recreate", "destroy"} }

func (r Risk) String() string { return riskNames()[r] }

// MarshalText gives the name.
func (r Risk) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText accepts a name.
func (r *Risk) UnmarshalText(text []byte) error {
	for i, name := range riskNames() {
		if string(text) == name {
			*r = Risk(i)
			return nil
		}
	}
	return fmt.Errorf("unknown risk %q: one of live, reboot, stop, recreate, destroy", text)
}

// Mark is a danger that is independent of the class.
type Mark string

// The marks of design 8.
const (
	MarkData Mark = "DATA" // data is lost
	MarkNet  Mark = "NET"  // connectivity may be cut
)
