package vmadm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/specadm/specadm/drivers"
	"github.com/specadm/specadm/spec"
)

// call is a command line that was built but not yet run.
type call struct {
	action  string // for people: "update"
	uuid    string // of the instance; empty when it concerns none
	command drivers.Command
}

// StopOptions says how an instance is stopped. The zero value asks the guest and forces it at vmadm's own limit.
type StopOptions struct {
	Force bool          // halt at once; an instance that is stopped already is a failure then (reference 2.4)
	Wait  time.Duration // the guest's time before force, in whole seconds; only kvm, bhyve and docker (reference 14); 0: vmadm's own
}

// Time limits: vmadm's own limits of reference 21 plus what surrounds them, so that vmadm gives up before we do.
const (
	readLimit     = 2 * time.Minute
	updateLimit   = 15 * time.Minute // 60 s of waiting, disk work, and the lock of the instance, for which vmadm waits without end
	startLimit    = 7 * time.Minute  // 300 s for the boot
	stopLimit     = 7 * time.Minute  // 180 s for the guest within 300 s in all
	rebootLimit   = 12 * time.Minute // a stop and a start
	deleteLimit   = 15 * time.Minute // 30 s of retries and the destroying of datasets
	snapshotLimit = 15 * time.Minute
	installLimit  = 15 * time.Minute // cloning and zoneadm install, on top of the wait for provisioning
)

func lookupCall() call {
	return call{"lookup", "", drivers.Command{Program: "vmadm", Args: []string{"lookup", "-j"}, Timeout: readLimit}}
}

func getCall(uuid string) (call, error) {
	built, err := instanceCall("get", uuid, readLimit)
	built.command.Mutates = false
	return built, err
}

func createCall(payload spec.Object) (call, error) {
	uuid, _ := payload["uuid"].(string)
	if err := checkUUID("create", uuid); err != nil {
		return call{}, err
	}
	stdin, err := encode("create", payload)
	return call{"create", uuid, drivers.Command{
		Program: "vmadm", Args: []string{"create"}, Stdin: stdin,
		Timeout: installLimit + provisionLimit(payload), Mutates: true, Secret: true,
	}}, err
}

func updateCall(uuid string, payload spec.Object) (call, error) {
	built, err := instanceCall("update", uuid, updateLimit)
	if err != nil {
		return call{}, err
	}
	built.command.Secret = true
	built.command.Stdin, err = encode("update", payload)
	return built, err
}

func startCall(uuid string) (call, error) { return instanceCall("start", uuid, startLimit) }

func stopCall(uuid string, options StopOptions) (call, error) {
	var flags []string
	if options.Force {
		flags = append(flags, "-F")
	}
	limit := stopLimit
	if options.Wait > 0 {
		flags = append(flags, "-t", strconv.Itoa(int(options.Wait.Seconds())))
		limit += options.Wait
	}
	return instanceCall("stop", uuid, limit, flags...)
}

func rebootCall(uuid string) (call, error) { return instanceCall("reboot", uuid, rebootLimit) }

func deleteCall(uuid string) (call, error) { return instanceCall("delete", uuid, deleteLimit) }

func reprovisionCall(uuid, imageUUID string) (call, error) {
	if err := checkUUID("reprovision", imageUUID); err != nil {
		return call{}, err
	}
	built, err := instanceCall("reprovision", uuid, installLimit+5*time.Minute)
	if err != nil {
		return call{}, err
	}
	built.command.Stdin, err = encode("reprovision", spec.Object{"image_uuid": imageUUID})
	return built, err
}

func snapshotCall(action, uuid, name string) (call, error) {
	if !snapshotName().MatchString(name) {
		return call{}, fmt.Errorf("cannot %s of %s: %q is no name of a snapshot: 1 to 64 letters, digits, - _ . : %%", action, uuid, name)
	}
	return instanceCall(action, uuid, snapshotLimit, name)
}

func validateCall(action string, brand spec.Brand, payload spec.Object) (call, error) {
	args := []string{"validate", action}
	if brand != "" {
		args = append(args, string(brand))
	}
	stdin, err := encode("validate "+action, payload)
	return call{"validate " + action, "", drivers.Command{
		Program: "vmadm", Args: args, Stdin: stdin, Timeout: readLimit, Secret: true,
	}}, err
}

// instanceCall builds "vmadm ACTION UUID FLAGS...".
func instanceCall(action, uuid string, limit time.Duration, flags ...string) (call, error) {
	if err := checkUUID(action, uuid); err != nil {
		return call{}, err
	}
	return call{action, uuid, drivers.Command{
		Program: "vmadm", Args: append([]string{action, uuid}, flags...), Timeout: limit, Mutates: true,
	}}, nil
}

// provisionLimit is how long vmadm create waits for the guest: 300 s, for hardware virtual machines with 8 GiB or more times the
// number of 4 GiB (reference 8.4).
func provisionLimit(payload spec.Object) time.Duration {
	const wait = 300 * time.Second
	brand, _ := payload["brand"].(string)
	ram, _ := payload["ram"].(int64)
	if spec.Brand(brand).HVM() && ram >= 8192 {
		return wait * time.Duration(ram/4096)
	}
	return wait
}

// checkUUID keeps anything but a uuid away from the command line. vmadm itself looks only at length and dashes (reference 2.2).
func checkUUID(action, uuid string) error {
	if !uuidForm().MatchString(uuid) {
		return fmt.Errorf("cannot %s: %q is not the uuid of an instance", action, uuid)
	}
	return nil
}

func uuidForm() *regexp.Regexp {
	return regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
}

func snapshotName() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z0-9_.:%][A-Za-z0-9_.:%-]{0,63}$`)
}

// encode writes a payload as vmadm reads it. The order of keys is fixed: same payload, same bytes.
func encode(action string, payload spec.Object) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(payload); err != nil {
		return nil, fmt.Errorf("cannot %s: cannot write the payload: %w", action, err)
	}
	return text.Bytes(), nil
}
