package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/specadm/specadm/drivers/age"
	"github.com/specadm/specadm/spec"
)

type secretEncryptOptions struct {
	globals    *globalOptions
	recipients []string
	file       string // "" or "-": standard input
}

func newSecretEncryptCommand(globals *globalOptions, streams Streams) *cobra.Command {
	options := secretEncryptOptions{globals: globals}
	command := &cobra.Command{
		Use:   "encrypt [FILE]",
		Short: "Encrypt a secret for manifests",
		Long: `Encrypt a secret, from a file or standard input, and print {age: BLOB} to write in the place of the value. A secret is never an argument,
since everybody on the machine can read those; at a terminal it is asked for and not shown.

Without -r it is encrypted for the identity of this node. The line break at the end of a single line is dropped, since echo and editors
add it; a text of several lines stays as it is.` + exitHelp(ExitOK, ExitInternal, ExitUsage, ExitSecret),
		Example: "  specadm secret encrypt -r age1... id_ed25519\n  pwgen 20 1 | specadm secret encrypt",
		Args:    arguments(0, 1, ""),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				options.file = args[0]
			}
			return runSecretEncrypt(options, streams)
		},
	}
	command.Flags().StringArrayVarP(&options.recipients, "recipient", "r", nil, "encrypt for this age1... key (repeatable; default: the identity of this node)")
	return command
}

func runSecretEncrypt(options secretEncryptOptions, streams Streams) error {
	if len(options.recipients) == 0 {
		identity, err := options.globals.openIdentity()
		if err != nil {
			return &secretError{fmt.Errorf("nobody to encrypt for: %w; -r RECIPIENT names one", err)}
		}
		options.recipients = identity.Recipients()[:1]
	}
	secret, err := readSecret(options.file, streams)
	if err != nil {
		return err
	}
	ciphertext, err := age.Encrypt(secret, options.recipients...)
	if err != nil {
		return usagef("%v", err)
	}
	_, err = fmt.Fprintf(streams.Out, "{age: %s}\n", spec.EncodeBlob(ciphertext))
	return err
}

// readSecret reads what is to be encrypted.
func readSecret(file string, streams Streams) ([]byte, error) {
	var secret []byte
	var err error
	switch {
	case file != "" && file != "-":
		secret, err = os.ReadFile(file)
	case streams.Interactive:
		fmt.Fprint(streams.Err, "Secret (not shown): ")
		secret, err = term.ReadPassword(int(os.Stdin.Fd()))
		fmt.Fprintln(streams.Err)
	default:
		secret, err = io.ReadAll(streams.In)
	}
	switch {
	case err != nil:
		return nil, usagef("cannot read the secret: %v", err)
	case bytes.Count(secret, []byte("\n")) == 1:
		secret = bytes.TrimSuffix(bytes.TrimSuffix(secret, []byte("\n")), []byte("\r"))
	}
	if len(secret) == 0 {
		return nil, usagef("the secret is empty")
	}
	return secret, nil
}

// secretError is a secret that could not be encrypted or decrypted. It leaves with ExitSecret.
type secretError struct{ cause error }

func (e *secretError) Error() string { return e.cause.Error() }
func (e *secretError) Unwrap() error { return e.cause }
