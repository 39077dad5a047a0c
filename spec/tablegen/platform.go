package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
)

// platformRow is a row of properties.json, as far as specadm uses it. Its schema is described in the reference, section 1.
type platformRow struct {
	Name           string            `json:"name"`
	Parent         string            `json:"parent"`
	Kind           string            `json:"kind"`
	KeyField       string            `json:"key_field"`
	Type           string            `json:"type"`
	Unit           string            `json:"unit"`
	Create         map[string]bool   `json:"create"`
	Update         map[string]bool   `json:"update"`
	RequiredCreate map[string]bool   `json:"required_create"`
	DefaultCreate  map[string]any    `json:"default_create"`
	DefaultRule    string            `json:"default_rule"`
	InGet          map[string]string `json:"in_get"`
	AbsentValue    any               `json:"absent_value"`
	Apply          map[string]string `json:"apply"`
	Unset          struct {
		How string `json:"how"`
	} `json:"unset"`
	Constraints struct {
		Min         *int64              `json:"min"`
		Max         *int64              `json:"max"`
		Enum        []any               `json:"enum"`
		EnumByBrand map[string][]string `json:"enum_by_brand"`
		Pattern     string              `json:"pattern"`
		MaxItems    int                 `json:"max_items"`
		Text        string              `json:"text"`
	} `json:"constraints"`
	KeepZero    bool     `json:"keep_zero"`
	ListHeader  string   `json:"list_header"`
	ListWidth   int      `json:"list_width"`
	Filterable  bool     `json:"filterable"`
	Flattenable string   `json:"flattenable"`
	Deprecated  bool     `json:"deprecated"`
	Notes       []string `json:"notes"`
}

func readPlatform(file string) ([]platformRow, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var table struct {
		Properties []platformRow `json:"properties"`
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(&table); err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", file, err)
	}
	return table.Properties, nil
}
