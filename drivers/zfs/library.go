package zfs

import (
	"errors"
	"os/exec"
	"time"

	gozfs "github.com/mistifyio/go-zfs/v4"

	"github.com/specadm/specadm/drivers"
)

// limitLibrary gives the processes that go-zfs starts the deadline that ours have. go-zfs keeps it per process of ours.
func limitLibrary() {
	gozfs.SetRunner(&gozfs.Runner{Timeout: changeLimit, Grace: 5 * time.Second})
}

// setByLibrary sets one property through go-zfs. The dataset is only named, never fetched: fetching panics on illumos.
func setByLibrary(name, property, value string) func() error {
	return func() error {
		dataset := gozfs.Dataset{Name: name}
		return translate(dataset.SetProperty(property, value))
	}
}

// destroyByLibrary destroys a dataset with all below it through go-zfs.
func destroyByLibrary(name string) func() error {
	return func() error {
		dataset := gozfs.Dataset{Name: name}
		return translate(dataset.Destroy(gozfs.DestroyRecursive))
	}
}

// translate turns the error of go-zfs into the one of a Runner, so that both ways of running zfs fail alike.
func translate(err error) error {
	var failure *gozfs.Error
	if !errors.As(err, &failure) {
		return err
	}
	result := drivers.Result{Stderr: []byte(failure.Stderr), Exit: -1}
	var exit *exec.ExitError
	if errors.As(failure.Err, &exit) {
		result.Exit = exit.ExitCode()
	}
	translated := &drivers.CommandError{Command: drivers.Command{Program: failure.Debug, Mutates: true}, Result: result}
	if result.Exit < 0 {
		translated.Cause = failure.Err
	}
	return translated
}
