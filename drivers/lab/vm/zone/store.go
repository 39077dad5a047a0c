package zone

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"time"
)

// State is what zoneadm list reports of a zone.
type State string

// The states, in zoneadm's words.
const (
	Configured   State = "configured"
	Incomplete   State = "incomplete"
	Installed    State = "installed"
	Ready        State = "ready"
	Running      State = "running"
	ShuttingDown State = "shutting_down"
	Down         State = "down"
)

// Live tells whether the kernel has a zone of that state.
func (s State) Live() bool {
	return s == Ready || s == Running || s == ShuttingDown || s == Down
}

// Runtime is what the node knows of a zone besides its configuration. ID, PID, Booted and Restarts hold while the zone is live.
type Runtime struct {
	State    State     `json:"state"`
	ID       int64     `json:"id,omitempty"`
	PID      int64     `json:"pid,omitempty"`
	Booted   time.Time `json:"booted,omitzero"`
	Restarts int64     `json:"restarts,omitempty"`
	// Provisioned is when the guest of a zone for which nobody waits is done with its first boot; zero for all others.
	Provisioned time.Time `json:"provisioned,omitzero"`
}

// IsProvisioned tells whether the guest has ended a transition by itself.
func (r Runtime) IsProvisioned(now time.Time) bool {
	return !r.Provisioned.IsZero() && !now.Before(r.Provisioned)
}

// Files is where the store keeps its files; paths are paths of the node.
type Files interface {
	ReadFile(path string) ([]byte, error)
	WriteFile(path string, data []byte) error
	RemoveFile(path string) error
}

const indexPath = "/etc/zones/index.json"

// ConfigPath is the path of the file of a zone's configuration.
func ConfigPath(name string) string { return "/etc/zones/" + name + ".json" }

// Refusal is a sentence of zonecfg or zoneadm.
type Refusal string

func (r Refusal) Error() string { return string(r) }

// ErrUnknown is wrapped by errors about a zone that is not configured.
const ErrUnknown = Refusal("No such zone configured")

// Store is the zones of a node. It reads the index once and writes every change at once, so it must not be kept across an unlock.
type Store struct {
	files Files
	index map[string]Runtime
}

// OpenStore reads the index of the zones.
func OpenStore(files Files) (*Store, error) {
	s := &Store{files: files, index: map[string]Runtime{}}
	data, err := files.ReadFile(indexPath)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &s.index); err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", indexPath, err)
	}
	return s, nil
}

// Names lists the zones in byte order.
func (s *Store) Names() []string { return slices.Sorted(maps.Keys(s.index)) }

// Has tells whether a zone is configured.
func (s *Store) Has(name string) bool {
	_, ok := s.index[name]
	return ok
}

// Runtime returns what is known of a zone; for an unknown one it is the zero value.
func (s *Store) Runtime(name string) Runtime { return s.index[name] }

// SetRuntime records the state of a zone.
func (s *Store) SetRuntime(name string, runtime Runtime) error {
	s.index[name] = runtime
	return s.writeIndex()
}

// Config reads the configuration of a zone. An unknown zone is ErrUnknown.
func (s *Store) Config(name string) (*Config, error) {
	if !s.Has(name) {
		return nil, fmt.Errorf("zoneadm: %s: %w", name, ErrUnknown)
	}
	data, err := s.files.ReadFile(ConfigPath(name))
	if err != nil {
		return nil, err
	}
	config := &Config{}
	if err := json.Unmarshal(data, config); err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", ConfigPath(name), err)
	}
	return config, nil
}

// Write writes the configuration of a zone; a new one enters the index as configured.
func (s *Store) Write(config *Config) error {
	data, err := json.MarshalIndent(config, "", " ")
	if err != nil {
		return err
	}
	if err := s.files.WriteFile(ConfigPath(config.Name), append(data, '\n')); err != nil {
		return err
	}
	if s.Has(config.Name) {
		return nil
	}
	return s.SetRuntime(config.Name, Runtime{State: Configured})
}

// Remove forgets a zone.
func (s *Store) Remove(name string) error {
	delete(s.index, name)
	if err := s.writeIndex(); err != nil {
		return err
	}
	return s.files.RemoveFile(ConfigPath(name))
}

func (s *Store) writeIndex() error {
	data, err := json.MarshalIndent(s.index, "", " ")
	if err != nil {
		return err
	}
	return s.files.WriteFile(indexPath, append(data, '\n'))
}
