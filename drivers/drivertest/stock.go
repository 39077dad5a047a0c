package drivertest

import (
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"sort"
	"strconv"
	"strings"
)

// Stock is what a node has that cases can use: the words of a case such as $IMAGE, with their values. A word that is absent stands for
// something that the node lacks.
type Stock map[string]string

// wordMeaning says what a node lacks when a word is not in its stock.
func wordMeaning(word string) string {
	switch word {
	case "IMAGE":
		return "installed image of type zone-dataset for smartos"
	case "LX":
		return "installed image of type lx-dataset"
	case "DOCKER":
		return "installed image of type docker"
	case "ZVOL", "ZVOLSIZE":
		return "installed image of type zvol"
	case "UEFI":
		return "installed zvol image that requires the bootrom uefi"
	case "TAG":
		return "nic tag of type normal"
	case "TAG2":
		return "second nic tag of type normal"
	case "BHYVE":
		return "processor that bhyve can use"
	}
	return "value for $" + word
}

// Look reads the stock of a node.
func Look(node Node) (Stock, error) {
	stock := Stock{}
	err := errors.Join(stock.lookAtSystem(node), stock.lookAtImages(node), stock.lookAtNicTags(node))
	return stock, err
}

func (s Stock) lookAtSystem(node Node) error {
	var system struct {
		Pool  string `json:"Zpool"`
		UUID  string `json:"UUID"`
		Bhyve bool   `json:"Bhyve Capable"`
	}
	if err := node.readJSON(&system, "sysinfo"); err != nil {
		return err
	}
	s["POOL"], s["SERVER"] = system.Pool, system.UUID
	if system.Bhyve {
		s["BHYVE"] = "bhyve"
	}
	return nil
}

func (s Stock) lookAtImages(node Node) error {
	type manifest struct {
		UUID         string         `json:"uuid"`
		Name         string         `json:"name"`
		Type         string         `json:"type"`
		OS           string         `json:"os"`
		Size         int64          `json:"image_size"`
		Tags         map[string]any `json:"tags"`
		Requirements struct {
			Bootrom string `json:"bootrom"`
		} `json:"requirements"`
	}
	var images []struct {
		Manifest manifest `json:"manifest"`
		Pool     string   `json:"zpool"`
	}
	if err := node.readJSON(&images, "imgadm", "list", "-j"); err != nil {
		return err
	}
	sort.SliceStable(images, func(i, j int) bool { return images[i].Manifest.Size < images[j].Manifest.Size })
	for _, image := range images {
		m := image.Manifest
		if image.Pool != s["POOL"] {
			continue
		}
		word := map[string]string{"zone-dataset": "IMAGE", "lx-dataset": "LX", "docker": "DOCKER", "zvol": "ZVOL"}[m.Type]
		switch {
		case word == "ZVOL" && m.Requirements.Bootrom == "uefi":
			word = "UEFI"
		case word == "ZVOL" && m.Requirements.Bootrom != "":
			continue
		case word == "IMAGE" && m.OS != "smartos":
			continue
		case m.Tags["org.smartos:cloudinit_datasource"] != nil:
			continue // such an image changes the instance (reference 8.1)
		}
		if word == "" || s[word] != "" {
			continue
		}
		s[word] = m.UUID
		if word == "ZVOL" {
			s["ZVOLSIZE"] = strconv.FormatInt(m.Size, 10)
		}
		if kernel, ok := m.Tags["kernel_version"].(string); ok && word == "LX" {
			s["KERNEL"] = kernel
		}
	}
	if s["KERNEL"] == "" {
		s["KERNEL"] = "3.13.0"
	}
	return nil
}

func (s Stock) lookAtNicTags(node Node) error {
	out, err := node.read("nictagadm", "list", "-p", "-d", ",")
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(out)) {
		fields := strings.Split(strings.TrimSpace(line), ",")
		if len(fields) != 4 || fields[3] != "normal" {
			continue
		}
		if s["TAG"] == "" {
			s["TAG"] = fields[0]
		} else if s["TAG2"] == "" {
			s["TAG2"] = fields[0]
		}
	}
	return nil
}

func (n Node) read(program string, args ...string) ([]byte, error) {
	command := exec.Command(n.program(program), args...)
	command.Env = n.environment()
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("cannot run %s %s: %w", program, strings.Join(args, " "), err)
	}
	return out, nil
}

func (n Node) readJSON(into any, program string, args ...string) error {
	out, err := n.read(program, args...)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(out, into); err != nil {
		return fmt.Errorf("cannot read the output of %s: %w", program, err)
	}
	return nil
}
