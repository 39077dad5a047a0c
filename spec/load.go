package spec

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// LoadOptions are the choices of a run that concern reading.
type LoadOptions struct {
	Owner string // of the manifests where no document of kind Repository names one; empty: DefaultOwner

	// Reveal decrypts an age file, binary or armored. nil: this machine has no key. An error, best a *NotRevealed, blocks the one manifest.
	Reveal func(ciphertext []byte) ([]byte, error)

	// StandIn keeps the secret properties and entries of maps that cannot be revealed: a marker stands in for them, so that all else can be
	// compared. Nothing made from such manifests may be executed.
	StandIn bool
}

// Load reads manifests from files and trees. A tree is read recursively: *.yaml, *.yml and *.json in byte order of the path, without
// dot files; a file is read whatever its name. All findings of all files are in the repository; the error is non-nil only when a path
// that was asked for does not exist.
func Load(paths []string, opts LoadOptions) (*Repository, error) {
	w := walker{seen: map[string]bool{}, roots: map[string]string{}}
	for _, path := range paths {
		if err := w.add(path); err != nil {
			return nil, fmt.Errorf("cannot read manifests: %w", err)
		}
	}
	b := newBuilder(opts)
	b.repository.Findings, b.repository.Limited = w.findings, w.single
	for _, file := range w.files {
		data, err := os.ReadFile(file)
		if err != nil {
			b.repository.Findings = append(b.repository.Findings, unreadable(file, err))
			continue
		}
		b.file(file, w.roots[file], data)
	}
	if b.documents == 0 && len(b.repository.Findings) == 0 {
		var r report
		finding := r.add("SA1004", "", "there is no document in "+strings.Join(paths, ", "), "")
		finding.File = strings.Join(paths, ", ")
		b.repository.Findings = r.findings
	}
	return b.build(), nil
}

// Parse is Load for one file whose content is given. The name of the file decides how it is read: *.json is strict JSON, *.yaml and *.yml
// are YAML, and of any other name the content tells. References to files are findings, since no other file is read.
func Parse(file string, data []byte, opts LoadOptions) *Repository {
	b := newBuilder(opts)
	b.file(file, "", data)
	return b.build()
}

// walker collects the files to read.
type walker struct {
	files    []string
	findings []Finding
	roots    map[string]string // by file: the folder that its references must not leave
	root     string            // of what is being added
	single   bool              // a file was asked for, not the folder that holds it
	seen     map[string]bool   // real paths of files and directories, so that links cannot lead to one twice or in circles
}

// add collects a path that was asked for.
func (w *walker) add(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	w.root = repositoryRoot(path)
	if !info.IsDir() {
		w.single = true
		w.file(path)
		return nil
	}
	start := len(w.files)
	w.tree(path)
	slices.Sort(w.files[start:])
	return nil
}

func (w *walker) tree(dir string) {
	if !w.first(dir) {
		return
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		w.findings = append(w.findings, unreadable(dir, err))
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		path := filepath.Join(dir, entry.Name())
		mode := entry.Type()
		if mode&fs.ModeSymlink != 0 {
			info, err := os.Stat(path)
			switch {
			case err == nil:
				mode = info.Mode().Type()
			case isManifestName(entry.Name()):
				w.findings = append(w.findings, unreadable(path, err))
				continue
			}
		}
		switch {
		case mode.IsDir():
			w.tree(path)
		case mode.IsRegular() && isManifestName(entry.Name()):
			w.file(path)
		}
	}
}

func (w *walker) file(path string) {
	if w.first(path) {
		w.files = append(w.files, path)
		w.roots[path] = w.root
	}
}

// first reports whether a path is met for the first time, by whatever name.
func (w *walker) first(path string) bool {
	real, err := filepath.EvalSymlinks(path)
	if err == nil {
		real, err = filepath.Abs(real)
	}
	if err != nil {
		real = path
	}
	if w.seen[real] {
		return false
	}
	w.seen[real] = true
	return true
}

// isManifestName reports whether a file of a tree is one to read. Leftovers of editors (web.yaml~, #web.yaml#, web.yaml.swp) have other
// endings.
func isManifestName(name string) bool {
	switch filepath.Ext(name) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return false
}

func unreadable(path string, err error) Finding {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		err = pathError.Err
	}
	var r report
	finding := r.add("SA1001", "", "cannot read "+path+": "+err.Error(), "")
	finding.File = path
	return *finding
}

// builder makes a repository of documents.
type builder struct {
	options    LoadOptions
	repository *Repository
	revealed   *Scrubber // of what was decrypted, which no finding shows
	named      *Position // where the document of kind Repository stands
	documents  int
}

func newBuilder(opts LoadOptions) *builder {
	return &builder{options: opts, repository: &Repository{Owner: cmp.Or(opts.Owner, DefaultOwner)}, revealed: NewScrubber(Mask{})}
}

// file reads all documents of a file. Its references lead to files below root; "": to none.
func (b *builder) file(file, root string, data []byte) {
	b.repository.Files++
	src, problem := newSource(file, data)
	if problem != nil {
		b.repository.Findings = append(b.repository.Findings, *problem)
		b.documents++
		return
	}
	src.root = root
	defer func() { b.repository.Referred = append(b.repository.Referred, src.referred...) }()
	if isJSON(file, src.text) {
		b.json(src)
		return
	}
	chunks := splitYAML(src.text)
	if len(chunks) > maxDocuments {
		var r report
		r.add("SA1002", "", fmt.Sprintf("the file has more than %d documents", maxDocuments), "split it").File = file
		b.repository.Findings = append(b.repository.Findings, r.findings...)
		b.documents++
		return
	}
	for _, chunk := range chunks {
		root, problem := readYAML(chunk)
		d := b.document(src, root, chunk.text)
		d.offset = chunk.offset
		b.take(d, problem)
	}
}

// json reads a JSON file: one payload or manifest, several one after the other, or a list of them.
func (b *builder) json(src *source) {
	roots, problem := readJSON(src.text)
	if problem != nil {
		b.take(b.document(src, nil, src.text), problem)
		return
	}
	if len(roots) == 1 && isOwnOutput(roots[0]) {
		b.repository.Files--
		return
	}
	for _, root := range roots {
		documents := []*yaml.Node{root}
		if root.Kind == yaml.SequenceNode && len(root.Content) > 0 {
			documents = root.Content
		}
		for _, one := range documents {
			d := b.document(src, one, src.text)
			d.json = true
			b.take(d, nil)
		}
	}
}

// isOwnOutput reports whether a JSON document is what specadm itself printed, such as a plan that was written into the folder of the
// manifests. It says nothing about how an instance shall be.
func isOwnOutput(root *yaml.Node) bool {
	if root.Kind != yaml.MappingNode {
		return false
	}
	schema, version := false, false
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i].Value, root.Content[i+1]
		schema = schema || key == "schema" && strings.HasPrefix(value.Value, "specadm/")
		version = version || key == "schemaVersion"
	}
	return schema && version
}

// isJSON decides how a file is read.
func isJSON(file, text string) bool {
	switch filepath.Ext(file) {
	case ".json":
		return true
	case ".yaml", ".yml":
		return false
	}
	trimmed := strings.TrimLeft(text, " \t\r\n")
	return trimmed != "" && (strings.ContainsRune(`{["`, rune(trimmed[0])))
}

func (b *builder) document(src *source, root *yaml.Node, body string) *document {
	return &document{reading: reading{source: src, options: b.options, table: Properties(), format: Payload}, root: root, body: body}
}

// take interprets a document and keeps what it says.
func (b *builder) take(d *document, problem *syntaxError) {
	switch {
	case problem != nil:
		d.unread(problem)
		d.ownerless = repositoryLine.MatchString(d.body)
	case d.root == nil || d.root.Kind == yaml.ScalarNode && d.root.Tag == "!!null":
		return // nothing but comments
	default:
		d.interpret()
	}
	b.documents++
	d.finish()
	for _, text := range d.revealed {
		b.revealed.Add(text)
	}
	if d.repository != nil {
		b.own(d)
	}
	b.repository.Ownerless = b.repository.Ownerless || d.ownerless
	if d.manifest != nil && d.manifest.Name != "" {
		b.repository.Manifests = append(b.repository.Manifests, d.manifest)
	}
	b.repository.Findings = append(b.repository.Findings, d.findings...)
}

// own takes over what a document of kind Repository says.
func (b *builder) own(d *document) {
	at := d.position(d.root)
	if b.named != nil {
		finding := d.add("SA1506", d.root, "this is a second document of kind Repository", "keep one of them")
		finding.Related = []Position{*b.named}
		d.ownerless = d.repository.Spec.Owner != b.repository.Owner
		return
	}
	b.named = &at
	b.repository.Owner, b.repository.Prune, b.repository.Source = d.repository.Spec.Owner, d.repository.Spec.Prune, at
}

// build settles what depends on all documents: uuids, which follow from the owner, and clashes.
func (b *builder) build() *Repository {
	repository := b.repository
	uuidName := Properties().Role(RoleUUID).Name
	for _, m := range repository.Manifests {
		m.Broken = m.Broken || repository.Ownerless
		if own, ok := m.Spec[uuidName].(string); ok {
			m.UUID, m.OwnUUID = own, true
		} else {
			m.UUID = DeriveUUID(repository.Owner, m.Name, m.Generation)
		}
	}
	slices.SortStableFunc(repository.Manifests, func(a, b *Manifest) int { return cmp.Compare(a.Name, b.Name) })
	repository.clashes()
	repository.descriptions()
	for i := range repository.Findings {
		f := &repository.Findings[i]
		f.Message, f.Suggestion = b.revealed.Text(f.Message), b.revealed.Text(f.Suggestion)
	}
	sortFindings(repository.Findings)
	return repository
}
