package view

import "github.com/specadm/specadm/spec"

// secretText stands for a secret of which nothing is known, not even whether it has changed.
const secretText = "(secret)"

// masked is a sensitive value as it may be shown. Plans and outcomes hold markers already; whatever else gets here is hidden.
func masked(value any) any {
	if value == nil || value == "" || spec.IsMarker(value) {
		return value
	}
	return secretText
}
