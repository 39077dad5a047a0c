package platform

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/specadm/specadm/drivers/lab/getopt"
	"github.com/specadm/specadm/drivers/lab/node"
)

// imageRow is what the columns, the sort keys and the filters of imgadm list look at.
type imageRow struct {
	image  listedImage
	fields map[string]string
}

func newImageRow(image node.Image, clones []string) (imageRow, error) {
	count := len(clones)
	row := imageRow{
		image:  listedImage{Manifest: image.Raw, Zpool: image.Zpool, Source: image.Source, CloneNames: clones, Clones: &count},
		fields: map[string]string{},
	}
	var manifest map[string]any
	if err := json.Unmarshal(image.Raw, &manifest); err != nil {
		return imageRow{}, err
	}
	for name, value := range manifest {
		switch value.(type) {
		case string, float64, bool:
			row.fields[name] = fmt.Sprint(value)
		}
	}
	published, _, _ := strings.Cut(image.PublishedAt, "T")
	row.fields["pub"], row.fields["published"] = published, image.PublishedAt
	row.fields["source"], row.fields["zpool"], row.fields["clones"] = image.Source, image.Zpool, fmt.Sprint(count)
	return row, nil
}

// list prints the installed images as a table or with -j as JSON, filtered by k=v and k=~substring.
func (i *imgadm) list(args []string) error {
	options, filters, err := getopt.ParseMixed(args, "jHo:s:l")
	if err != nil {
		return usage("%v", err)
	}
	rows, err := i.rows(filters)
	if err != nil {
		return err
	}
	keys := "published,name"
	if given := options.Value('s'); given != "" {
		keys = given
	}
	sortImages(rows, strings.Split(keys, ","))
	if options.Has('j') {
		listed := []listedImage{}
		for _, row := range rows {
			listed = append(listed, row.image)
		}
		return i.printJSON(listed)
	}
	columns := "uuid,name,version,os,type,pub"
	if given := options.Value('o'); given != "" {
		columns = given
	}
	i.printImages(rows, strings.Split(columns, ","), options.Has('H'))
	return nil
}

func (i *imgadm) rows(filters []string) ([]imageRow, error) {
	images, err := i.node.Images()
	if err != nil {
		return nil, err
	}
	var rows []imageRow
	for _, image := range images {
		children, err := i.clones(image)
		if err != nil {
			return nil, err
		}
		row, err := newImageRow(image, children.Clones)
		if err != nil {
			return nil, err
		}
		matches := true
		for _, filter := range filters {
			key, wanted, ok := strings.Cut(filter, "=")
			if !ok {
				return nil, usage("invalid filter: %q (must be of the form \"field=value\")", filter)
			}
			if part, isPart := strings.CutPrefix(wanted, "~"); isPart {
				matches = matches && strings.Contains(row.fields[key], part)
			} else {
				matches = matches && row.fields[key] == wanted
			}
		}
		if matches {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

func sortImages(rows []imageRow, keys []string) {
	slices.SortStableFunc(rows, func(a, b imageRow) int {
		for _, key := range keys {
			name := strings.TrimPrefix(key, "-")
			order := strings.Compare(a.fields[name], b.fields[name])
			if name != key {
				order = -order
			}
			if order != 0 {
				return order
			}
		}
		return 0
	})
}

// printImages prints columns padded to their widest value; a missing value is a dash.
func (i *imgadm) printImages(rows []imageRow, columns []string, bare bool) {
	lines := [][]string{}
	if !bare {
		heading := make([]string, len(columns))
		for at, column := range columns {
			heading[at] = strings.ToUpper(column)
		}
		lines = append(lines, heading)
	}
	for _, row := range rows {
		cells := make([]string, len(columns))
		for at, column := range columns {
			cells[at] = row.fields[column]
			if cells[at] == "" {
				cells[at] = "-"
			}
		}
		lines = append(lines, cells)
	}
	printTable(i.call.Stdout, lines)
}
