// Command tool does what the lab's scripts need and a shell does badly: images without an engine, and questions to logs and reports.
package main

import (
	"fmt"
	"os"
)

var commands = map[string]func([]string) error{
	"image":    image,
	"audit":    audit,
	"boundary": boundary,
	"commit":   commit,
	"sqllog":   sqllog,
	"findings": findings,
	"leaks":    leaks,
	"moments":  moments,
	"steps":    steps,
	"writes":   writes,
}

func main() {
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: tool image|audit|boundary|commit|sqllog|findings|leaks|moments|steps|writes ...")
		os.Exit(2)
	}
	if err := commands[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintf(os.Stderr, "tool %s: %v\n", os.Args[1], err)
		os.Exit(1)
	}
}
