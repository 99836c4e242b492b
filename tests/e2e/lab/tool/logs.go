package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
)

// event is what the questions need of one line of the apiserver's audit log.
type event struct {
	Stage      string
	Verb       string
	RequestURI string
	UserAgent  string
	User       struct{ Username string }
	ObjectRef  struct {
		Resource, Subresource, Namespace, Name string
	}
	ResponseStatus struct{ Code int }
	RequestObject  json.RawMessage
}

var changing = map[string]bool{"create": true, "update": true, "patch": true, "delete": true, "deletecollection": true}

// audit prints what one user asked the apiserver to change since a mark (a size of the log), one request a line:
//
//	tool audit -log FILE -user NAME [-agent PREFIX] [-since BYTES] [-unfenced | -reads]
//
// Dry runs and questions about one's own rights change nothing and are left out. -unfenced prints only changes of existing objects
// whose body names no resourceVersion and no uid, -reads prints the reads instead.
func audit(arguments []string) error {
	flags := flag.NewFlagSet("audit", flag.ExitOnError)
	log := flags.String("log", "", "the audit log")
	user := flags.String("user", "", "whose requests")
	agent := flags.String("agent", "", "how the user agent begins: some share a user")
	since := flags.Int64("since", 0, "where to begin, in bytes")
	unfenced := flags.Bool("unfenced", false, "only changes that name no version of what they change")
	reads := flags.Bool("reads", false, "the reads instead of the changes")
	_ = flags.Parse(arguments)
	if *log == "" || *user == "" {
		return errors.New("needs -log and -user")
	}
	return eachLine(*log, *since, func(line string) error {
		var e event
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			return fmt.Errorf("not an audit event: %w", err)
		}
		if e.Stage != "ResponseComplete" || e.User.Username != *user || !strings.HasPrefix(e.UserAgent, *agent) || e.changes() == *reads || (*unfenced && !e.unfenced()) {
			return nil
		}
		fmt.Printf("%s %s %d %s\n", e.Verb, e.RequestURI, e.ResponseStatus.Code, e.RequestObject)
		return nil
	})
}

func (e event) changes() bool {
	return changing[e.Verb] && !strings.HasPrefix(e.ObjectRef.Resource, "selfsubject") && !e.dryRun()
}

func (e event) dryRun() bool {
	var options struct{ DryRun []string }
	_ = json.Unmarshal(e.RequestObject, &options) // of a DELETE; another body simply has no such field
	return strings.Contains(e.RequestURI, "dryRun=All") || len(options.DryRun) > 0
}

func (e event) unfenced() bool {
	if e.Verb == "create" {
		return false
	}
	return !strings.Contains(string(e.RequestObject), `"resourceVersion"`) && !strings.Contains(string(e.RequestObject), `"uid"`) &&
		!strings.Contains(string(e.RequestObject), `/metadata/resourceVersion`) && !strings.Contains(string(e.RequestObject), `/metadata/uid`)
}

// The prefix of a line in PostgreSQL's log, as the lab sets it: time|pid|application|user|database|transaction|LEVEL:  text.
var sqlLine = regexp.MustCompile(`^[^|]+\|\d+\|([^|]*)\|([^|]*)\|([^|]*)\|(\d+)\|(\w+):  (.*)`)

var statementText = regexp.MustCompile(`^(?:statement|execute [^:]*): (?s:(.*))`)

// reading statements may stand in a transaction that changes nothing.
var reading = regexp.MustCompile(`(?i)^\s*(begin|start|commit|end|rollback|abort|set|reset|show|select|fetch|declare|close|deallocate|discard|savepoint|release|lock|explain)\b`)

// sqllog prints what clients of one application_name wrote since a mark:
//
//	tool sqllog -log FILE -application PREFIX [-role NAME] [-since BYTES] [-all]
//
// A statement counts as a write by its first word, or because its transaction had been given a transaction id, which PostgreSQL does
// only for one that changes something. -all prints every statement.
func sqllog(arguments []string) error {
	flags := flag.NewFlagSet("sqllog", flag.ExitOnError)
	log := flags.String("log", "", "PostgreSQL's log")
	application := flags.String("application", "", "how the application_name begins")
	role := flags.String("role", "", "only of sessions of this role")
	since := flags.Int64("since", 0, "where to begin, in bytes")
	all := flags.Bool("all", false, "every statement, not only writes")
	_ = flags.Parse(arguments)
	if *log == "" || *application == "" {
		return errors.New("needs -log and -application")
	}
	return eachLine(*log, *since, func(line string) error {
		m := sqlLine.FindStringSubmatch(line)
		if m == nil || !strings.HasPrefix(m[1], *application) || (*role != "" && m[2] != *role) {
			return nil
		}
		statement := statementText.FindStringSubmatch(m[6])
		if statement == nil {
			return nil
		}
		if *all || m[4] != "0" || !reading.MatchString(statement[1]) {
			fmt.Printf("%s@%s xid %s: %s\n", m[2], m[3], m[4], statement[1])
		}
		return nil
	})
}

// eachLine joins continuation lines, which PostgreSQL begins with a tab.
func eachLine(name string, since int64, visit func(string) error) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := file.Seek(since, io.SeekStart); err != nil {
		return err
	}
	reader := bufio.NewReaderSize(file, 1<<20)
	pending := ""
	for {
		line, err := reader.ReadString('\n')
		if err != nil && line != "" {
			line = "" // still being written
		}
		if strings.HasPrefix(line, "\t") {
			pending += " " + strings.TrimSpace(line)
		} else if line != "" {
			if pending != "" {
				if err := visit(pending); err != nil {
					return err
				}
			}
			pending = strings.TrimRight(line, "\n")
		}
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
	}
	if pending == "" {
		return nil
	}
	return visit(pending)
}
