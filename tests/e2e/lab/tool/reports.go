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

// planned is what the tests ask of a Plan.
type planned struct {
	Kind   string
	Phases []struct{ Steps []plannedStep }
}

type plannedStep struct {
	ID, Action string
	Target     struct{ Application, Database string }
	When       json.RawMessage
	Writes     []struct {
		Type, Method, Path string
		Statements         []string
	}
}

func readSteps() ([]plannedStep, error) {
	var plan planned
	if err := json.NewDecoder(os.Stdin).Decode(&plan); err != nil {
		return nil, err
	}
	if plan.Kind != "Plan" {
		return nil, fmt.Errorf("is a %q, not a Plan", plan.Kind)
	}
	var steps []plannedStep
	for _, phase := range plan.Phases {
		steps = append(steps, phase.Steps...)
	}
	return steps, nil
}

// writes prints what a plan (JSON on stdin) would send, in order: "METHOD PATH" to the apiserver, "SQL STATEMENT" to a database; with
// "if" before it where the plan makes the step depend on what is found when its turn comes.
func writes(_ []string) error {
	steps, err := readSteps()
	for _, step := range steps {
		condition := ""
		if len(step.When) > 0 {
			condition = "if "
		}
		for _, write := range step.Writes {
			if write.Type == "kubernetes" {
				fmt.Println(condition + write.Method + " " + write.Path)
			}
			for _, statement := range write.Statements {
				fmt.Println(condition + "SQL " + oneLine(statement))
			}
		}
	}
	return err
}

// steps prints the steps of a plan (JSON on stdin) as a shadow record has them: "ID ACTION", and what it is about, if anything.
func steps(_ []string) error {
	steps, err := readSteps()
	for _, step := range steps {
		line := step.ID + " " + step.Action
		if target := step.Target.Application + step.Target.Database; target != "" {
			line += " " + target
		}
		fmt.Println(line)
	}
	return err
}
