package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"
)

// columns are what specadm adds to one row; testdata/columns.yaml explains them.
type columns struct {
	Doc         string              `yaml:"doc"`
	Example     yaml.Node           `yaml:"example"`
	Unset       yaml.Node           `yaml:"unset"`
	Syntax      string              `yaml:"syntax"`
	MaxLength   int                 `yaml:"maxLength"`
	Set         bool                `yaml:"set"`
	Secret      bool                `yaml:"secret"`
	Texts       bool                `yaml:"texts"`
	Net         bool                `yaml:"net"`
	Generated   bool                `yaml:"generated"`
	Volatile    bool                `yaml:"volatile"`
	Forced      []string            `yaml:"forced"`
	Bare        bool                `yaml:"bare"`
	Delegated   bool                `yaml:"delegated"`
	Imaged      bool                `yaml:"imaged"`
	Joins       map[string][]string `yaml:"joins"`
	Deprecated  bool                `yaml:"deprecated"`
	Alias       bool                `yaml:"alias"`
	Replacement string              `yaml:"replacement"`
	KnownAs     []string            `yaml:"knownAs"`
	Role        string              `yaml:"role"`
	LiveWhen    string              `yaml:"liveWhen"`
	Note        string              `yaml:"note"`
}

func readColumns(file string) (map[string]columns, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	table := map[string]columns{}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&table); err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", file, err)
	}
	return table, nil
}

// example gives the example as YAML on one line, empty when there is none.
func (c columns) example() (string, error) {
	if c.Example.IsZero() {
		return "", nil
	}
	node := c.Example
	if node.Kind != yaml.ScalarNode {
		node.Style = yaml.FlowStyle
	}
	text, err := yaml.Marshal(&node)
	return strings.Join(strings.Fields(string(text)), " "), err
}

// unset gives the value that an update sends, and whether there is one.
func (c columns) unset() (value any, possible bool, err error) {
	if c.Unset.IsZero() {
		return nil, false, nil
	}
	err = c.Unset.Decode(&value)
	return value, true, err
}
