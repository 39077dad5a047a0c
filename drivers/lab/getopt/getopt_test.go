package getopt_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specadm/specadm/drivers/lab/getopt"
)

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		args     []string
		options  getopt.Options
		operands []string
		err      string
	}{
		{
			name:     "letters may share a word and the last may take the next word",
			args:     []string{"-rHpo", "name", "zones"},
			options:  getopt.Options{{Letter: 'r'}, {Letter: 'H'}, {Letter: 'p'}, {Letter: 'o', Value: "name"}},
			operands: []string{"zones"},
		},
		{
			name:     "an argument may stick to its letter",
			args:     []string{"-oname"},
			options:  getopt.Options{{Letter: 'o', Value: "name"}},
			operands: []string{},
		},
		{
			name:     "an option after an operand is an operand",
			args:     []string{"a", "-p"},
			operands: []string{"a", "-p"},
		},
		{
			name:     "two dashes end the options",
			args:     []string{"-r", "--", "-p"},
			options:  getopt.Options{{Letter: 'r'}},
			operands: []string{"-p"},
		},
		{name: "a dash alone is an operand", args: []string{"-"}, operands: []string{"-"}},
		{name: "an unknown letter is refused", args: []string{"-x"}, err: "invalid option 'x'"},
		{name: "a missing argument is refused", args: []string{"-o"}, err: "missing argument for 'o' option"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			options, operands, err := getopt.Parse(test.args, "rHpo:")
			checkParse(t, options, operands, err, test.options, test.operands, test.err)
		})
	}
}

func TestParseMixed(t *testing.T) {
	t.Parallel()
	options, operands, err := getopt.ParseMixed([]string{"get", "-P", "zones", "U", "-r", "--", "-j"}, "P:rj")
	checkParse(t, options, operands, err, getopt.Options{{Letter: 'P', Value: "zones"}, {Letter: 'r'}}, []string{"get", "U", "-j"}, "")
}

func checkParse(t *testing.T, options getopt.Options, operands []string, err error, wantedOptions getopt.Options, wantedOperands []string,
	wantedErr string) {
	t.Helper()
	if wantedErr != "" {
		if err == nil || err.Error() != wantedErr {
			t.Fatalf("error is %v, wanted %q", err, wantedErr)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wantedOptions, options); diff != "" {
		t.Errorf("options (-wanted +found):\n%s", diff)
	}
	if diff := cmp.Diff(wantedOperands, operands); diff != "" {
		t.Errorf("operands (-wanted +found):\n%s", diff)
	}
}
