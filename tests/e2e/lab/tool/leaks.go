package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// leaks looks for secrets (on stdin, one a line) in files and in all files of folders, and prints where one stands and in which form, but
// never which:
//
//	tool leaks [-except SUFFIX] PATH...
//
// Forms are the plain text, percent-encoded, quoted as in JSON, and base64 wherever in it the secret begins.
func leaks(arguments []string) error {
	flags := flag.NewFlagSet("leaks", flag.ExitOnError)
	except := flags.String("except", "", "leave out files whose names end so")
	_ = flags.Parse(arguments)
	if flags.NArg() == 0 {
		return errors.New("needs a file or a folder")
	}
	wanted := map[string]string{} // text -> form
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		addForms(wanted, strings.TrimSpace(lines.Text()))
	}
	if err := lines.Err(); err != nil {
		return err
	}
	if len(wanted) == 0 {
		return errors.New("no secret on stdin")
	}
	for _, path := range flags.Args() {
		if err := searchIn(path, *except, wanted); err != nil {
			return err
		}
	}
	return nil
}

func searchIn(root, except string, wanted map[string]string) error {
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || (except != "" && strings.HasSuffix(path, except)) {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for text, form := range wanted {
			if bytes.Contains(content, []byte(text)) {
				fmt.Println(path, "holds a secret,", form)
			}
		}
		return nil
	})
}

// Shorter than this, a piece may stand in a file by chance.
const telling = 8

func addForms(wanted map[string]string, secret string) {
	add := func(text, form string) {
		if len(text) >= telling && wanted[text] == "" {
			wanted[text] = form
		}
	}
	add(secret, "in plain text")
	add(url.QueryEscape(secret), "percent-encoded")
	add(url.PathEscape(secret), "percent-encoded")
	add(strings.ToLower(url.QueryEscape(secret)), "percent-encoded")
	add(strings.ReplaceAll(secret, "/", `\/`), "quoted")
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := 0; before < 3; before++ {
			add(inBase64(encoding, secret, before), "in base64")
		}
	}
}

// inBase64 is what base64 makes of the secret behind so many other bytes, but for the characters at both ends that depend on others.
func inBase64(encoding *base64.Encoding, secret string, before int) string {
	text := encoding.EncodeToString([]byte(strings.Repeat(" ", before) + secret))
	first, end := (before*8+5)/6, (before+len(secret))*8/6
	return text[first:end]
}
