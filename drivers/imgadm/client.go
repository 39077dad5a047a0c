// Package imgadm turns typed calls into imgadm command lines and what they print into typed values and errors.
//
// It is the only place that knows imgadm's arguments and sentences (reference 19.1). It must never choose an image: callers name one by
// its uuid. Start reading at Client.
package imgadm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/specadm/specadm/drivers"
)

// Time limits. An import downloads a whole image, with those that it is based on.
const (
	readLimit   = 2 * time.Minute
	importLimit = 2 * time.Hour
)

// Client is imgadm on one node.
type Client struct{ runner drivers.Runner }

// New makes a client that runs imgadm through runner.
func New(runner drivers.Runner) *Client { return &Client{runner} }

// Image is an image that is installed on the node.
type Image struct {
	Manifest Manifest `json:"manifest"`
	Zpool    string   `json:"zpool"`
	Source   string   `json:"source,omitempty"`     // where it came from; empty when it was installed by hand
	Clones   []string `json:"cloneNames,omitempty"` // datasets made from it; only in List
}

// Manifest is what an image says about itself. An image that was received by hand has only a uuid.
type Manifest struct {
	UUID    string `json:"uuid"`
	Name    string `json:"name,omitempty"`
	Version string `json:"version,omitempty"`
	OS      string `json:"os,omitempty"`
	Type    string `json:"type,omitempty"`       // zone-dataset, lx-dataset, docker, zvol, other
	SizeMiB int64  `json:"image_size,omitempty"` // of a zvol
}

// ErrNotInstalled says that the node does not have an image.
var ErrNotInstalled = errors.New("the image is not installed")

// Error is an imgadm command that failed.
type Error struct {
	Action  string
	Image   string // uuid; empty when the command concerns none
	Code    string // imgadm's name of the error, such as ActiveImageNotFound; may be empty
	Message string
	Cause   error // mostly a *drivers.CommandError
}

func (e *Error) Error() string {
	if e.Image == "" {
		return fmt.Sprintf("cannot %s: %s", e.Action, e.Message)
	}
	return fmt.Sprintf("cannot %s image %s: %s", e.Action, e.Image, e.Message)
}

func (e *Error) Unwrap() error { return e.Cause }

// List reads all images of the node.
func (c *Client) List(ctx context.Context) ([]Image, error) {
	result, err := c.runner.Run(ctx, drivers.Command{Program: "imgadm", Args: []string{"list", "-j"}, Timeout: readLimit})
	if err != nil {
		return nil, newError("list images", "", err)
	}
	var images []Image
	if err := json.Unmarshal(result.Stdout, &images); err != nil {
		return nil, &Error{Action: "list images", Message: "its output cannot be read: " + err.Error(), Cause: err}
	}
	return images, nil
}

// Get reads one image on a pool, by default the system's. ErrNotInstalled when it is not there.
func (c *Client) Get(ctx context.Context, uuid, zpool string) (Image, error) {
	command, err := imageCommand("get", uuid, zpool)
	if err != nil {
		return Image{}, err
	}
	result, err := c.runner.Run(ctx, command)
	if err != nil {
		return Image{}, newError("get", uuid, err)
	}
	var image Image
	if err := json.Unmarshal(result.Stdout, &image); err != nil {
		return Image{}, &Error{Action: "get", Image: uuid, Message: "its output cannot be read: " + err.Error(), Cause: err}
	}
	return image, nil
}

// Import downloads an image with those that it is based on to a pool, by default the system's. An installed one is a success.
func (c *Client) Import(ctx context.Context, uuid, zpool string) error {
	command, err := imageCommand("import", uuid, zpool)
	if err != nil {
		return err
	}
	command.Mutates, command.Timeout = true, importLimit
	if _, err := c.runner.Run(ctx, command); err != nil {
		return newError("import", uuid, err)
	}
	return nil
}

// Delete removes an image from a pool, by default the system's. imgadm refuses one that datasets are made from.
func (c *Client) Delete(ctx context.Context, uuid, zpool string) error {
	command, err := imageCommand("delete", uuid, zpool)
	if err != nil {
		return err
	}
	command.Mutates = true
	if _, err := c.runner.Run(ctx, command); err != nil {
		return newError("delete", uuid, err)
	}
	return nil
}

// imageCommand builds "imgadm ACTION [-P ZPOOL] UUID".
func imageCommand(action, uuid, zpool string) (drivers.Command, error) {
	if !regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString(uuid) {
		return drivers.Command{}, fmt.Errorf("cannot %s image: %q is not the uuid of an image", action, uuid)
	}
	args := []string{action}
	if zpool != "" {
		if !regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.:-]*$`).MatchString(zpool) {
			return drivers.Command{}, fmt.Errorf("cannot %s image %s: %q is not the name of a pool", action, uuid, zpool)
		}
		args = append(args, "-P", zpool)
	}
	return drivers.Command{Program: "imgadm", Args: append(args, uuid), Timeout: readLimit}, nil
}

// newError reads what imgadm said: "imgadm: error (CodeName): message", and exit status 3 for an image that is not installed.
func newError(action, image string, err error) *Error {
	failure := &Error{Action: action, Image: image, Message: err.Error(), Cause: err}
	var command *drivers.CommandError
	if !errors.As(err, &command) {
		return failure
	}
	text := strings.TrimSpace(string(command.Result.Stderr))
	if match := regexp.MustCompile(`(?m)^imgadm(?: \w+)?: error \((\w+)\): (.*)$`).FindStringSubmatch(text); match != nil {
		failure.Code, failure.Message = match[1], match[2]
	}
	if command.Cause == nil && command.Result.Exit == 3 && action == "get" {
		failure.Cause = errors.Join(ErrNotInstalled, err)
	}
	return failure
}
