package platform

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/specadm/specadm/drivers/lab/getopt"
	"github.com/specadm/specadm/drivers/lab/node"
	"github.com/specadm/specadm/drivers/lab/pool"
)

// imgadm is one run of the program.
type imgadm struct {
	call *node.Call
	node *node.Node
	// structured prints errors as JSON (-E).
	structured bool
}

// Imgadm manages the images of the node (reference 19.1).
func Imgadm(call *node.Call) int {
	i := &imgadm{call: call, node: call.Node}
	err := i.run(call.Args)
	var refused *imageError
	if errors.As(err, &refused) {
		i.print(refused)
		return refused.exit
	}
	return report(call.Stderr, err)
}

// imageError is a failure with the code name that imgadm shows.
type imageError struct {
	code, text string
	exit       int
}

func (e *imageError) Error() string { return e.text }

func usage(format string, args ...any) *imageError {
	return &imageError{code: "Usage", text: fmt.Sprintf(format, args...), exit: 1}
}

func (i *imgadm) print(e *imageError) {
	if i.structured {
		data, err := json.Marshal(map[string]any{"error": map[string]any{"code": e.code, "message": e.text, "exitStatus": e.exit}})
		if err == nil {
			fmt.Fprintf(i.call.Stderr, "%s\n", data)
			return
		}
	}
	fmt.Fprintf(i.call.Stderr, "imgadm: error (%s): %s\n", e.code, e.text)
}

func (i *imgadm) run(args []string) error {
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		switch args[0] {
		case "-E":
			i.structured = true
		case "-v", "-d", "--debug":
		case "--version":
			fmt.Fprintln(i.call.Stdout, "imgadm 3.11.0")
			return nil
		default:
			return usage("unknown option: %q", args[0])
		}
		args = args[1:]
	}
	if len(args) == 0 {
		return usage("no subcommand given")
	}
	verb, args := args[0], args[1:]
	switch verb {
	case "list":
		return i.list(args)
	case "get":
		return i.get(args)
	case "import":
		return i.importImage(args)
	case "delete":
		return i.deleteImage(args)
	case "sources":
		return i.sources(args)
	}
	return &imageError{code: "UnknownCommand", text: fmt.Sprintf("unknown command: %q", verb), exit: 1}
}

// listedImage is an element of imgadm list -j, and what imgadm get prints.
type listedImage struct {
	Manifest   json.RawMessage `json:"manifest"`
	Zpool      string          `json:"zpool"`
	Source     string          `json:"source,omitempty"`
	CloneNames []string        `json:"cloneNames,omitempty"`
	Clones     *int            `json:"clones,omitempty"`
	Children   *imageChildren  `json:"children,omitempty"`
}

type imageChildren struct {
	Snapshots []string `json:"snapshots"`
	Clones    []string `json:"clones"`
}

// clones are the datasets that were cloned from an image, whichever of its snapshots they come from.
func (i *imgadm) clones(image node.Image) (*imageChildren, error) {
	p, err := i.node.Pool(image.Zpool)
	if err != nil {
		return nil, err
	}
	found := &imageChildren{Snapshots: []string{}, Clones: []string{}}
	if !p.Exists(image.Dataset()) {
		return found, nil
	}
	snapshots, err := p.List(pool.ListOptions{Names: []string{image.Dataset()}, Types: []pool.Type{pool.Snapshot}, Recursive: true})
	if err != nil {
		return nil, err
	}
	for _, snapshot := range snapshots {
		found.Snapshots = append(found.Snapshots, snapshot.Name)
		clones, err := p.Property(snapshot.Name, "clones")
		if err != nil {
			return nil, err
		}
		if clones.Text != "" {
			found.Clones = append(found.Clones, strings.Split(clones.Text, ",")...)
		}
	}
	return found, nil
}

func (i *imgadm) get(args []string) error {
	options, operands, err := getopt.ParseMixed(args, "P:r")
	if err != nil {
		return usage("%v", err)
	}
	if len(operands) != 1 {
		return usage("incorrect number of args (%d): %s", len(operands), strings.Join(operands, " "))
	}
	zpool := i.zpool(options)
	image, found, err := i.node.Image(zpool, operands[0])
	if err != nil {
		return err
	}
	if !found {
		return &imageError{code: "ImageNotInstalled", exit: 3, text: fmt.Sprintf("image %q was not found on zpool %q", operands[0], zpool)}
	}
	shown := listedImage{Manifest: image.Raw, Zpool: image.Zpool, Source: image.Source}
	if options.Has('r') {
		if shown.Children, err = i.clones(image); err != nil {
			return err
		}
	}
	return i.printJSON(shown)
}

func (i *imgadm) printJSON(value any) error {
	data, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(i.call.Stdout, "%s\n", data)
	return err
}

// zpool is the pool named with -P, else the system's.
func (i *imgadm) zpool(options getopt.Options) string {
	if zpool := options.Value('P'); zpool != "" {
		return zpool
	}
	return i.node.PoolNames()[0]
}

// importImage installs an image of the catalogue and, before it, those that it builds upon. What imgadm prints meanwhile goes to
// standard output.
func (i *imgadm) importImage(args []string) error {
	options, operands, err := getopt.ParseMixed(args, "P:S:qf")
	if err != nil {
		return usage("%v", err)
	}
	if len(operands) != 1 {
		return usage("incorrect number of args (%d): %s", len(operands), strings.Join(operands, " "))
	}
	zpool := i.zpool(options)
	if !slices.Contains(i.node.PoolNames(), zpool) {
		return &imageError{code: "NoSuchZpool", text: fmt.Sprintf("no zpool %q", zpool), exit: 1}
	}
	catalogue, err := i.node.Catalogue()
	if err != nil {
		return err
	}
	return i.install(zpool, i.source(options), operands[0], catalogue)
}

func (i *imgadm) source(options getopt.Options) string {
	if source := options.Value('S'); source != "" {
		return source
	}
	if sources := i.node.Settings().ImageSources; len(sources) > 0 {
		return sources[0].URL
	}
	return ""
}

func (i *imgadm) install(zpool, source, uuid string, catalogue []node.Image) error {
	installed, found, err := i.node.Image(zpool, uuid)
	if err != nil {
		return err
	}
	if found {
		fmt.Fprintf(i.call.Stdout, "Image %s (%s %s) is already installed, skipping\n", uuid, installed.Name, installed.Version)
		return nil
	}
	at := slices.IndexFunc(catalogue, func(image node.Image) bool { return image.UUID == uuid })
	if at < 0 || source == "" {
		return &imageError{code: "ActiveImageNotFound", text: fmt.Sprintf("an active image with id or docker repo:tag %q was not found", uuid),
			exit: 1}
	}
	image := catalogue[at]
	if image.Origin != "" {
		if err := i.install(zpool, source, image.Origin, catalogue); err != nil {
			return err
		}
	}
	fmt.Fprintf(i.call.Stdout, "Importing %s (%s@%s) from %q\n", uuid, image.Name, image.Version, source)
	if err := i.node.Checkpoint("imgadm import: install"); err != nil {
		return &imageError{code: "DownloadError", text: err.Error(), exit: 1}
	}
	if err := i.node.InstallImage(zpool, source, image); err != nil {
		return &imageError{code: "InternalError", text: err.Error(), exit: 1}
	}
	fmt.Fprintf(i.call.Stdout, "Imported image %s (%s@%s)\n", uuid, image.Name, image.Version)
	return nil
}

func (i *imgadm) deleteImage(args []string) error {
	options, operands, err := getopt.ParseMixed(args, "P:")
	if err != nil {
		return usage("%v", err)
	}
	if len(operands) != 1 {
		return usage("incorrect number of args (%d): %s", len(operands), strings.Join(operands, " "))
	}
	zpool, uuid := i.zpool(options), operands[0]
	image, found, err := i.node.Image(zpool, uuid)
	if err != nil {
		return err
	}
	if !found {
		return &imageError{code: "ImageNotInstalled", exit: 3, text: fmt.Sprintf("image %q was not found on zpool %q", uuid, zpool)}
	}
	children, err := i.clones(image)
	if err != nil {
		return err
	}
	if len(children.Clones) > 0 {
		return &imageError{code: "ImageHasDependentClones", exit: 1, text: fmt.Sprintf("image %q has dependent clones: %s", uuid,
			strings.Join(children.Clones, ", "))}
	}
	if err := i.node.RemoveImage(image); err != nil {
		return &imageError{code: "InternalError", text: err.Error(), exit: 1}
	}
	fmt.Fprintf(i.call.Stdout, "Deleted image %s\n", uuid)
	return nil
}

// sources lists the image sources, adds one with -a and removes one with -d; both are idempotent.
func (i *imgadm) sources(args []string) error {
	options, operands, err := getopt.ParseMixed(args, "ja:d:t:k")
	if err != nil {
		return usage("%v", err)
	}
	if len(operands) > 0 {
		return usage("incorrect number of args (%d): %s", len(operands), strings.Join(operands, " "))
	}
	settings := i.node.Settings()
	known := func(url string) int {
		return slices.IndexFunc(settings.ImageSources, func(source node.ImageSource) bool { return source.URL == url })
	}
	if url := options.Value('a'); url != "" {
		return i.addSource(url, options, known(url) >= 0)
	}
	if url := options.Value('d'); url != "" {
		at := known(url)
		if at < 0 {
			fmt.Fprintf(i.call.Stdout, "Do not have image source %q, no changes\n", url)
			return nil
		}
		settings.ImageSources = slices.Delete(settings.ImageSources, at, at+1)
		i.node.SettingsChanged()
		fmt.Fprintf(i.call.Stdout, "Deleted image source %q\n", url)
		return nil
	}
	if options.Has('j') {
		return i.printJSON(append([]node.ImageSource{}, settings.ImageSources...))
	}
	for _, source := range settings.ImageSources {
		fmt.Fprintln(i.call.Stdout, source.URL)
	}
	return nil
}

func (i *imgadm) addSource(url string, options getopt.Options, known bool) error {
	if known {
		fmt.Fprintf(i.call.Stdout, "Already have image source %q, no changes\n", url)
		return nil
	}
	source := node.ImageSource{URL: url, Type: "imgapi", Insecure: options.Has('k')}
	if kind := options.Value('t'); kind != "" {
		source.Type = kind
	}
	settings := i.node.Settings()
	settings.ImageSources = append(settings.ImageSources, source)
	i.node.SettingsChanged()
	fmt.Fprintf(i.call.Stdout, "Added %q image source %q\n", source.Type, url)
	return nil
}
