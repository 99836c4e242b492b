// Command partial leaves a Temporal database as a migrator does that was killed: it applies the first K statements of one schema
// version, split and executed one by one as temporal-sql-tool does it, and does not write the version row.
package main

import (
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	_ "github.com/lib/pq"
	"go.temporal.io/server/common/persistence"
	"go.temporal.io/server/schema"
)

func main() {
	kind := flag.String("schema", "temporal", "temporal or visibility")
	version := flag.String("version", "1.0", "the schema version to break off in")
	count := flag.Int("statements", 0, "how many of its statements to apply")
	only := flag.Bool("list", false, "print the statements and change nothing")
	flag.Parse()
	if err := run(*kind, *version, *count, *only); err != nil {
		fmt.Fprintln(os.Stderr, "partial:", err)
		os.Exit(1)
	}
}

func run(kind, version string, count int, list bool) error {
	statements, err := load(path.Join("postgresql/v12", kind, "versioned", "v"+version))
	if err != nil {
		return err
	}
	if list {
		for i, statement := range statements {
			fmt.Printf("%d\t%s\n", i+1, statement)
		}
		return nil
	}
	if count < 0 || count > len(statements) {
		return fmt.Errorf("version %s has %d statements, not %d", version, len(statements), count)
	}
	// The connection comes from the PG* variables, so that no password stands on the command line.
	db, err := sql.Open("postgres", "sslmode=disable")
	if err != nil {
		return err
	}
	defer db.Close()
	for i, statement := range statements[:count] {
		if _, err := db.Exec(statement); err != nil {
			return fmt.Errorf("statement %d: %w", i+1, err)
		}
	}
	fmt.Printf("applied %d of %d statements of %s v%s\n", count, len(statements), kind, version)
	return nil
}

// load reads the version's files in the order that its manifest gives.
func load(directory string) ([]string, error) {
	text, err := fs.ReadFile(schema.Assets(), path.Join(directory, "manifest.json"))
	if err != nil {
		return nil, err
	}
	var manifest struct{ SchemaUpdateCqlFiles []string }
	if err := json.Unmarshal(text, &manifest); err != nil {
		return nil, err
	}
	readers := make([]io.Reader, 0, len(manifest.SchemaUpdateCqlFiles))
	for _, name := range manifest.SchemaUpdateCqlFiles {
		file, err := schema.Assets().Open(path.Join(directory, name))
		if err != nil {
			return nil, err
		}
		defer file.Close()
		readers = append(readers, file)
	}
	return persistence.LoadAndSplitQueryFromReaders(readers)
}
