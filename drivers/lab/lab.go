package lab

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/specadm/specadm/drivers/lab/node"
)

const blueprintFile = "blueprint.json"

// Options are what a new lab is made from.
type Options struct {
	// Hostname is "lab" when empty.
	Hostname string
	// Images is a JSON array of the manifests of the images to install; nil installs built-in ones of every type.
	Images []byte
	// Program is the path of the program that DIR/bin starts with the arguments "lab exec DIR PROGRAM ARGS"; the running one when empty.
	Program string
}

// Create makes a lab in dir, which need not exist and must not be a lab yet.
func Create(dir string, o Options) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("cannot create a lab: %w", err)
	}
	if o.Program == "" {
		if o.Program, err = os.Executable(); err != nil {
			return fmt.Errorf("cannot create a lab: %w", err)
		}
	}
	if o.Program, err = filepath.Abs(o.Program); err != nil {
		return fmt.Errorf("cannot create a lab: %w", err)
	}
	blueprint := node.Blueprint{Hostname: o.Hostname, Images: o.Images}
	if err := node.Create(dir, blueprint); err != nil {
		return err
	}
	if err := writeBlueprint(dir, blueprint); err != nil {
		return err
	}
	return writePrograms(dir, o.Program)
}

// writeBlueprint keeps what Reset needs.
func writeBlueprint(dir string, blueprint node.Blueprint) error {
	n, err := node.Open(dir)
	if err != nil {
		return err
	}
	blueprint.Hostname, blueprint.UUID = n.Settings().Hostname, n.Settings().UUID
	if err := n.Close(); err != nil {
		return err
	}
	data, err := json.MarshalIndent(blueprint, "", "  ")
	if err != nil {
		return fmt.Errorf("cannot create a lab: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, blueprintFile), append(data, '\n'), 0o644); err != nil {
		return fmt.Errorf("cannot create a lab: %w", err)
	}
	return nil
}

// writePrograms makes DIR/bin.
func writePrograms(dir, program string) error {
	bin := filepath.Join(dir, "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return fmt.Errorf("cannot create a lab: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(programs())) {
		script := fmt.Sprintf("#!/bin/sh\nexec %s lab exec %s %s \"$@\"\n", shellQuote(program), shellQuote(dir), name)
		if err := os.WriteFile(filepath.Join(bin, name), []byte(script), 0o755); err != nil {
			return fmt.Errorf("cannot create a lab: %w", err)
		}
	}
	return nil
}

func shellQuote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// Reset makes a lab what it was after Create: instances, files, faults and the log of calls are gone. The programs stay, and so do hostname
// and server uuid.
func Reset(dir string) error {
	data, err := os.ReadFile(filepath.Join(dir, blueprintFile))
	if err != nil {
		return fmt.Errorf("cannot reset the lab: %w", err)
	}
	var blueprint node.Blueprint
	if err := json.Unmarshal(data, &blueprint); err != nil {
		return fmt.Errorf("cannot reset the lab: %s: %w", blueprintFile, err)
	}
	if err := clearWorld(dir); err != nil {
		return fmt.Errorf("cannot reset the lab: %w", err)
	}
	return node.Create(dir, blueprint)
}

// clearWorld removes everything that calls leave, waiting for one that is under way.
func clearWorld(dir string) error {
	n, err := node.Open(dir)
	if err != nil {
		return err
	}
	for _, part := range append(worldParts(), staleFolder, pretendedFolder, "lost+found", callsFile, faultsFile) {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, part)))
	}
	return errors.Join(err, n.Close())
}
