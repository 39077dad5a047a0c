package cli

import "fmt"

// ExitCode is the status that the program leaves with. The numbers are an interface: they never change their meaning.
type ExitCode int

// Exit codes of all commands.
const (
	ExitOK             ExitCode = 0
	ExitInternal       ExitCode = 1
	ExitPending        ExitCode = 2
	ExitPendingReboot  ExitCode = 3
	ExitPendingDestroy ExitCode = 4
	ExitUsage          ExitCode = 10
	ExitInvalid        ExitCode = 11
	ExitSecret         ExitCode = 12
	ExitPolicy         ExitCode = 13
	ExitGuard          ExitCode = 14
	ExitNode           ExitCode = 20
	ExitLocked         ExitCode = 21
	ExitStale          ExitCode = 22
	ExitPartial        ExitCode = 30
	ExitFailed         ExitCode = 31
	ExitUnhealthy      ExitCode = 32
	ExitRolledBack     ExitCode = 33
	ExitDeclined       ExitCode = 40
	ExitInterrupted    ExitCode = 130
	ExitTerminated     ExitCode = 143
)

// allExitCodes lists the codes in the order of the documentation.
func allExitCodes() []ExitCode {
	return []ExitCode{
		ExitOK, ExitInternal, ExitPending, ExitPendingReboot, ExitPendingDestroy, ExitUsage, ExitInvalid, ExitSecret, ExitPolicy,
		ExitGuard, ExitNode, ExitLocked, ExitStale, ExitPartial, ExitFailed, ExitUnhealthy, ExitRolledBack, ExitDeclined,
		ExitInterrupted, ExitTerminated,
	}
}

// Meaning is the documentation of a code, one line.
func (c ExitCode) Meaning() string {
	switch c {
	case ExitOK:
		return "done; nothing failed (plan: whether or not changes are pending)"
	case ExitInternal:
		return "internal error: a bug, or a failure of no other class"
	case ExitPending:
		return "changes are pending (only with --detailed-exitcode)"
	case ExitPendingReboot:
		return "pending changes include a reboot or stop (only with --detailed-exitcode=risk)"
	case ExitPendingDestroy:
		return "pending changes would destroy data or an instance (only with --detailed-exitcode=risk)"
	case ExitUsage:
		return "usage error: unknown command or flag, wrong argument"
	case ExitInvalid:
		return "a manifest is invalid"
	case ExitSecret:
		return "a secret could not be obtained or decrypted"
	case ExitPolicy:
		return "a policy denied it"
	case ExitGuard:
		return "a guard blocked it: risk ceiling, foreign instance, protected item"
	case ExitNode:
		return "live state could not be read: no vmadm, missing privilege, vmadm or zfs failed"
	case ExitLocked:
		return "another run holds the lock of this node"
	case ExitStale:
		return "saved plan stale, expired, already used, or made for another node"
	case ExitPartial:
		return "applied in part: some items changed, some failed or were skipped"
	case ExitFailed:
		return "apply failed and nothing was changed"
	case ExitUnhealthy:
		return "applied, but an item did not become healthy in time"
	case ExitRolledBack:
		return "failed and rolled back"
	case ExitDeclined:
		return "the person answered no"
	case ExitInterrupted:
		return "stopped by SIGINT after finishing the step in flight"
	case ExitTerminated:
		return "stopped by SIGTERM after finishing the step in flight"
	}
	return "unknown"
}

// exitStatus ends a command with a code when all that is to be said has been printed already.
type exitStatus struct{ code ExitCode }

func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(e.code)) }

// exitWith is nil for ExitOK, so that a run function can end with it.
func exitWith(code ExitCode) error {
	if code == ExitOK {
		return nil
	}
	return exitStatus{code}
}
