package spec

// State is the power state that a manifest wants (spec.state). Left out, power is not managed.
type State string

// Wanted states.
const (
	Unmanaged State = ""
	Running   State = "running"
	Stopped   State = "stopped"
	Absent    State = "absent"
	Released  State = "released" // it stays as it is, and does not belong to the manifest any more
)
