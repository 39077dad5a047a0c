package main

import (
	"bytes"
	"os"
	"testing"
)

func TestPropertiesGoIsWhatTheTablesSay(t *testing.T) {
	t.Parallel()
	want, err := generate("../testdata")
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile("../properties.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, have) {
		t.Error("spec/properties.go is stale; run go generate ./spec")
	}
}
