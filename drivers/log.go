package drivers

import (
	"context"
	"log/slog"
)

// Logged logs every command that next runs: the command line, how it ended and how long it took, at level debug. Payloads and what
// commands print may hold secrets; of them only the sizes are logged. A nil logger gives next itself.
func Logged(next Runner, logger *slog.Logger) Runner {
	if logger == nil {
		return next
	}
	return logged{next, logger}
}

type logged struct {
	next   Runner
	logger *slog.Logger
}

func (l logged) Run(ctx context.Context, command Command) (Result, error) {
	result, err := l.next.Run(ctx, command)
	attributes := []slog.Attr{
		slog.String("command", command.String()),
		slog.Bool("mutates", command.Mutates),
		slog.Int("stdinBytes", len(command.Stdin)),
		slog.Int("stdoutBytes", len(result.Stdout)),
		slog.Int("exit", result.Exit),
		slog.Duration("took", result.Duration),
	}
	if err != nil && !command.Secret {
		attributes = append(attributes, slog.String("error", err.Error()))
	}
	l.logger.LogAttrs(ctx, slog.LevelDebug, "ran", attributes...)
	return result, err
}
