package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
)

// reportFinding is what the tests ask of a finding in a Diagnosis.
type reportFinding struct {
	Signature, CausedBy, DurableFix, Playbook, Recoverable string
}

type reportScope struct {
	Name                 string
	Findings, Suppressed []reportFinding
	Unexamined           []struct{ What, Why string }
}

// findings prints a Diagnosis (JSON on stdin), one fact a line: "cause SIGNATURE RECOVERABLE", "effect SIGNATURE", "unexamined WHAT";
// with -fixes also "fix SIGNATURE TEXT".
//
//	tool findings [-stack NAME] [-fixes]
func findings(arguments []string) error {
	flags := flag.NewFlagSet("findings", flag.ExitOnError)
	stack := flags.String("stack", "", "only of this Stack")
	fixes := flags.Bool("fixes", false, "also the durable fix of each cause")
	_ = flags.Parse(arguments)
	var diagnosis struct {
		Kind         string
		Stacks       []reportScope
		Applications json.RawMessage
	}
	if err := json.NewDecoder(os.Stdin).Decode(&diagnosis); err != nil {
		return err
	}
	if diagnosis.Kind != "Diagnosis" {
		return fmt.Errorf("is a %q, not a Diagnosis", diagnosis.Kind)
	}
	for _, scope := range diagnosis.Stacks {
		if *stack != "" && scope.Name != *stack {
			continue
		}
		for _, finding := range scope.Findings {
			fmt.Println("cause", finding.Signature, finding.Recoverable)
			if *fixes {
				fmt.Println("fix", finding.Signature, finding.DurableFix)
			}
		}
		for _, finding := range scope.Suppressed {
			if finding.CausedBy == "" {
				return errors.New("a suppressed finding without its cause: " + finding.Signature)
			}
			fmt.Println("effect", finding.Signature)
		}
		for _, unexamined := range scope.Unexamined {
			fmt.Println("unexamined", unexamined.What)
		}
	}
	return nil
}

// writes prints what a plan (JSON on stdin) would send to the apiserver, in order: "VERB PATH", and "if VERB PATH" of a
// step that the plan makes depend on what is found when its turn comes.
func writes(_ []string) error {
	var plan struct {
		Kind   string
		Phases []struct {
			Steps []struct {
				When   json.RawMessage
				Writes []struct{ Type, Method, Path string }
			}
		}
	}
	if err := json.NewDecoder(os.Stdin).Decode(&plan); err != nil {
		return err
	}
	for _, phase := range plan.Phases {
		for _, step := range phase.Steps {
			for _, write := range step.Writes {
				if len(step.When) > 0 {
					fmt.Print("if ")
				}
				if write.Type == "kubernetes" {
					fmt.Println(write.Method, write.Path)
				} else {
					fmt.Println(write.Type)
				}
			}
		}
	}
	return nil
}
