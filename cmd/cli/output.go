package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/specadm/specadm/cmd/view"
)

// outputOptions say where the result of a command goes, and in which formats: one to standard output, any number to files.
type outputOptions struct {
	formats []view.Format // those that the result has
	stdout  string
	into    []string // FORMAT=FILE, and where saving is offered FILE
	saving  bool     // a FILE alone saves the plan
	limit   int      // of Markdown, in bytes
}

// report is a result that knows its formats.
type report interface {
	Write(w io.Writer, format view.Format, style view.Style) error
}

func (o *outputOptions) register(command *cobra.Command, formats []view.Format) {
	o.formats = formats
	flags := command.Flags()
	flags.StringVarP(&o.stdout, "output", "o", string(view.FormatText), strings.Join(o.words(), ", "))
	flags.StringArrayVar(&o.into, "out", nil, "write the result into a file too, as FORMAT=FILE (repeatable)")
	flags.IntVar(&o.limit, "markdown-limit", view.DefaultMarkdownLimit, "how large markdown may become, in bytes")
}

func (o *outputOptions) words() []string {
	var words []string
	for _, format := range o.formats {
		words = append(words, string(format))
	}
	return words
}

// saves makes --out FILE save the plan; it comes after register.
func (o *outputOptions) saves(command *cobra.Command) {
	o.saving = true
	command.Flags().Lookup("out").Usage = "save the plan into FILE, for specadm apply FILE; as FORMAT=FILE write it in that format (repeatable)"
}

// check finds the mistakes in the flags.
func (o *outputOptions) check() error {
	if err := oneOf("output", o.stdout, o.words()...); err != nil {
		return err
	}
	if o.limit < view.LeastMarkdownLimit {
		return usagef("--markdown-limit must be at least %d bytes, not %d", view.LeastMarkdownLimit, o.limit)
	}
	seen := map[string]bool{}
	for _, text := range o.into {
		_, file, err := o.target(text)
		if err != nil {
			return err
		}
		if seen[file] {
			return usagef("--out names %s twice", file)
		}
		seen[file] = true
	}
	return nil
}

// savedPlanFile is the format of a FILE alone.
const savedPlanFile view.Format = ""

// target cuts FORMAT=FILE.
func (o *outputOptions) target(text string) (view.Format, string, error) {
	word, file, ok := strings.Cut(text, "=")
	if o.saving && (!ok || strings.ContainsAny(word, "./")) && text != "" {
		return savedPlanFile, filepath.Clean(text), nil
	}
	if !ok || file == "" {
		return "", "", &usageError{
			message: fmt.Sprintf("--out wants FORMAT=FILE, not %q (FORMAT is one of %s)", text, strings.Join(o.words(), ", ")),
			try:     "--out json=" + strings.TrimSuffix(text, "="),
		}
	}
	if err := oneOf("out", word, o.words()...); err != nil {
		return "", "", err
	}
	return view.Format(word), filepath.Clean(file), nil
}

// saved are the files that the plan is saved to.
func (o *outputOptions) saved() []string { return o.filesOf(savedPlanFile) }

func (o *outputOptions) filesOf(formats ...view.Format) []string {
	var files []string
	for _, text := range o.into {
		if format, file, err := o.target(text); err == nil && slices.Contains(formats, format) {
			files = append(files, file)
		}
	}
	return files
}

// markdown is how large a comment may become, and where everything else is: the files of this run, and what a command prints.
func (o *outputOptions) markdown(command string) view.MarkdownOptions {
	return view.MarkdownOptions{Limit: o.limit, Whole: append(o.filesOf(view.FormatText, view.FormatJSON), command)}
}

// open makes sure that every file can be written before anything is done that it is to tell of. The caller closes the outputs.
func (o *outputOptions) open() (*outputs, error) {
	outputs := &outputs{stdout: view.Format(o.stdout)}
	for _, text := range o.into {
		format, name, err := o.target(text)
		if err != nil {
			return nil, errors.Join(err, outputs.Close())
		}
		if format == savedPlanFile {
			continue // see savePlan
		}
		file, err := openOutput(format, name)
		if err != nil {
			return nil, errors.Join(usagef("cannot write the file of --out %s: %v", text, err), outputs.Close())
		}
		outputs.files = append(outputs.files, file)
	}
	return outputs, nil
}

// outputs are standard output and the open files of one run.
type outputs struct {
	stdout view.Format
	files  []*outputFile
}

// write writes a report everywhere; what fails at one place does not keep it from the others.
func (o *outputs) write(streams Streams, style view.Style, result report) error {
	all := result.Write(streams.Out, o.stdout, style)
	for _, file := range o.files {
		if err := file.write(result); err != nil {
			all = errors.Join(all, fmt.Errorf("cannot write %s: %w", file.name, err))
		}
	}
	return all
}

// Close drops what was not written, so that the files are as they were.
func (o *outputs) Close() error {
	var all error
	for _, file := range o.files {
		all = errors.Join(all, file.Close())
	}
	return all
}

// outputFile is a file that is written whole or not at all: under another name first, which begins with a dot so that nobody takes it for
// a manifest. What is no regular file, and what collects lines, is written in its place.
type outputFile struct {
	format view.Format
	name   string
	file   *os.File
	moves  bool // file has the other name
	done   bool
}

func openOutput(format view.Format, name string) (*outputFile, error) {
	o := &outputFile{format: format, name: name}
	info, err := os.Lstat(name)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("%s is a directory", name)
	case format.Appends():
		o.file, err = os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o666)
	case err == nil && !info.Mode().IsRegular():
		o.file, err = os.OpenFile(name, os.O_WRONLY, 0)
	default:
		o.moves = true
		other := filepath.Join(filepath.Dir(name), fmt.Sprintf(".%s.%d", filepath.Base(name), os.Getpid()))
		o.file, err = os.OpenFile(other, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	}
	return o, err
}

func (o *outputFile) write(result report) error {
	if info, err := o.file.Stat(); err == nil && info.Mode().IsRegular() && !o.format.Appends() {
		if err := o.file.Truncate(0); err != nil { // a symbolic link may lead to a file with text
			return err
		}
	}
	if err := result.Write(o.file, o.format, view.Style{}); err != nil {
		return err
	}
	if err := o.file.Close(); err != nil {
		return err
	}
	if o.moves {
		if err := os.Rename(o.file.Name(), o.name); err != nil {
			return err
		}
	}
	o.done = true
	return nil
}

// Close drops a file that was not written.
func (o *outputFile) Close() error {
	if o.done {
		return nil
	}
	err := o.file.Close()
	if errors.Is(err, os.ErrClosed) {
		err = nil
	}
	if o.moves {
		err = errors.Join(err, os.Remove(o.file.Name()))
	}
	return err
}

// text reports whether standard output gets the text, which goes along with findings on standard error.
func (o *outputOptions) text() bool { return o.stdout == string(view.FormatText) }
