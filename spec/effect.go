package spec

// Effect is what a change through update does to a running instance.
type Effect string

// Effects (reference 10.2).
const (
	EffectNone    Effect = ""        // cannot be updated
	EffectLive    Effect = "live"    // at once, or nothing to apply
	EffectReboot  Effect = "reboot"  // stored now, in force after the next boot
	EffectStopped Effect = "stopped" // refused unless the instance is stopped
)

// LiveWhen names the condition under which a change is live although Effect says reboot.
type LiveWhen string

// Conditions (reference 10.2).
const (
	LiveNever      LiveWhen = ""             // no condition: Effect holds
	LiveNonZero    LiveWhen = "both-nonzero" // neither the old nor the new value is 0 (tmpfs)
	LiveSet        LiveWhen = "both-set"     // an existing value is changed, not added or removed (vnc_password)
	LiveMaintained LiveWhen = "maintained"   // the instance has maintain_resolvers, and its brand restarts mdata:fetch
)

// EffectOf says what changing the property from before to after does to a running instance of the brand. found is the instance;
// values are in normal form, nil where the property is not set.
func (p *Property) EffectOf(b Brand, found Object, before, after any) Effect {
	live := false
	switch p.LiveWhen {
	case LiveNever:
	case LiveNonZero:
		live = !isZero(before) && !isZero(after)
	case LiveSet:
		live = isSet(before) && isSet(after)
	case LiveMaintained:
		name := Properties().Role(RoleMaintainResolvers).Name
		live = found[name] == true && MetadataRestart.Has(b)
	}
	if live {
		return EffectLive
	}
	return p.Effect[b]
}

// MetadataRestart is the set of brands whose mdata:fetch service is restarted when vmadm updates what it writes into the guest
// (reference 1, mdata:fetch restart).
const MetadataRestart = inJoyent | inJoyentMinimal | inBuilder

func isZero(v any) bool {
	n, ok := v.(int64)
	return !ok || n == 0
}

func isSet(v any) bool { return v != nil && v != "" }
