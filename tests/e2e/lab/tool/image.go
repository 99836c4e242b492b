package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"runtime"
	"strings"
)

// image writes a docker archive of one layer, which containerd imports without any registry:
//
//	tool image -name NAME -out FILE [-entrypoint WORD]... ENTRY...
//
// where an ENTRY is PATH=FILE (an executable), PATH->TARGET (a symlink) or PATH/ (a directory that all may write to).
func image(arguments []string) error {
	flags := flag.NewFlagSet("image", flag.ExitOnError)
	name := flags.String("name", "", "the image's name and tag")
	out := flags.String("out", "", "the archive to write")
	var entrypoint words
	flags.Var(&entrypoint, "entrypoint", "a word of the entrypoint; repeat it")
	_ = flags.Parse(arguments)
	if *name == "" || *out == "" || flags.NArg() == 0 {
		return errors.New("needs -name, -out and at least one entry")
	}
	layer, err := buildLayer(flags.Args())
	if err != nil {
		return err
	}
	return writeArchive(*out, *name, entrypoint, layer)
}

type words []string

func (w *words) String() string         { return strings.Join(*w, " ") }
func (w *words) Set(value string) error { *w = append(*w, value); return nil }

func buildLayer(entries []string) ([]byte, error) {
	var buffer bytes.Buffer
	archive := tar.NewWriter(&buffer)
	made := map[string]bool{}
	for _, entry := range entries {
		if err := addEntry(archive, made, entry); err != nil {
			return nil, fmt.Errorf("%s: %w", entry, err)
		}
	}
	err := archive.Close()
	return buffer.Bytes(), err
}

func addEntry(archive *tar.Writer, made map[string]bool, entry string) error {
	if name, isDirectory := strings.CutSuffix(entry, "/"); isDirectory {
		made[name] = true
		return archive.WriteHeader(&tar.Header{Name: name + "/", Typeflag: tar.TypeDir, Mode: 0o1777})
	}
	if name, target, isLink := strings.Cut(entry, "->"); isLink {
		if err := addParents(archive, made, name); err != nil {
			return err
		}
		return archive.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeSymlink, Linkname: target, Mode: 0o777})
	}
	name, source, isFile := strings.Cut(entry, "=")
	if !isFile {
		return errors.New("is neither PATH=FILE nor PATH->TARGET nor PATH/")
	}
	if err := addParents(archive, made, name); err != nil {
		return err
	}
	content, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	return addBytes(archive, name, 0o755, content)
}

func addParents(archive *tar.Writer, made map[string]bool, name string) error {
	parent := path.Dir(name)
	if parent == "." || made[parent] {
		return nil
	}
	if err := addParents(archive, made, parent); err != nil {
		return err
	}
	made[parent] = true
	return archive.WriteHeader(&tar.Header{Name: parent + "/", Typeflag: tar.TypeDir, Mode: 0o755})
}

func addBytes(archive *tar.Writer, name string, mode int64, content []byte) error {
	if err := archive.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: mode, Size: int64(len(content))}); err != nil {
		return err
	}
	_, err := archive.Write(content)
	return err
}

func writeArchive(out, name string, entrypoint []string, layer []byte) error {
	digest := sum(layer)
	config, err := json.Marshal(map[string]any{
		"architecture": runtime.GOARCH,
		"os":           "linux",
		"config":       map[string]any{"Entrypoint": entrypoint, "Env": []string{"PATH=/bin"}},
		"rootfs":       map[string]any{"type": "layers", "diff_ids": []string{"sha256:" + digest}},
	})
	if err != nil {
		return err
	}
	manifest, err := json.Marshal([]map[string]any{
		{"Config": sum(config) + ".json", "RepoTags": []string{name}, "Layers": []string{digest + ".tar"}},
	})
	if err != nil {
		return err
	}
	// Written beside and renamed, so that an interrupted build never leaves half an image under the final name.
	file, err := os.Create(out + ".part")
	if err != nil {
		return err
	}
	defer file.Close()
	archive := tar.NewWriter(io.Writer(file))
	for _, part := range []struct {
		name    string
		content []byte
	}{{sum(config) + ".json", config}, {digest + ".tar", layer}, {"manifest.json", manifest}} {
		if err := addBytes(archive, part.name, 0o644, part.content); err != nil {
			return err
		}
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return os.Rename(out+".part", out)
}

func sum(content []byte) string {
	digest := sha256.Sum256(content)
	return hex.EncodeToString(digest[:])
}
