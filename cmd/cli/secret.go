package cli

import "github.com/spf13/cobra"

func newSecretCommand(globals *globalOptions, streams Streams) *cobra.Command {
	command := group(&cobra.Command{
		Use:   "secret",
		Short: "Make keys, encrypt secrets for manifests, check that they decrypt",
		Long: `Keep secrets in manifests without showing them: in the place of a value stands {age: BLOB}, which only the identity of the node
decrypts, or {file: PATH}, the content of a file of the repository.

The identity is a file of age keys: --identity FILE, else "identity" in the state directory.`,
	})
	command.AddCommand(newSecretKeygenCommand(globals, streams), newSecretEncryptCommand(globals, streams), newSecretCheckCommand(globals, streams))
	return command
}
