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
	"time"
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
	RequestReceivedTimestamp time.Time
	ResponseStatus           struct{ Code int }
	RequestObject            json.RawMessage
	ResponseObject           json.RawMessage
}

var changing = map[string]bool{"create": true, "update": true, "patch": true, "delete": true, "deletecollection": true}

// audit prints what one user asked the apiserver to change since a mark (a size of the log), one request a line:
//
//	tool audit -log FILE -user NAME [-agent PREFIX] [-since BYTES] [-times] [-unfenced | -unread | -reads]
//
// Dry runs and questions about one's own rights change nothing and are left out. -unfenced prints only changes of existing objects
// that name no version of them, -unread those of what is read with versions (see reading) whose version is not the one just read.
// -reads prints the reads instead.
func audit(arguments []string) error {
	flags := flag.NewFlagSet("audit", flag.ExitOnError)
	log := flags.String("log", "", "the audit log")
	user := flags.String("user", "", "whose requests")
	agent := flags.String("agent", "", "how the user agent begins: some share a user")
	since := flags.Int64("since", 0, "where to begin, in bytes")
	times := flags.Bool("times", false, "begin each line with the time at which the request came")
	unfenced := flags.Bool("unfenced", false, "only changes that name no version of what they change")
	unread := flags.Bool("unread", false, "only changes by another version than the user has just read")
	reads := flags.Bool("reads", false, "the reads instead of the changes")
	_ = flags.Parse(arguments)
	if *log == "" || *user == "" {
		return errors.New("needs -log and -user")
	}
	read := versionsRead{}
	return eachLine(*log, *since, func(line string) error {
		e, err := parseEvent(line)
		if err != nil {
			return err
		}
		if e.Stage != "ResponseComplete" || e.User.Username != *user || !strings.HasPrefix(e.UserAgent, *agent) {
			return nil
		}
		stale := read.follow(e)
		if e.changes() == *reads || (*unfenced && !e.unfenced()) || (*unread && !stale) {
			return nil
		}
		if *times {
			fmt.Print(e.RequestReceivedTimestamp.Format(timeFormat), " ")
		}
		fmt.Printf("%s %s %d %s\n", e.Verb, e.RequestURI, e.ResponseStatus.Code, e.RequestObject)
		return nil
	})
}

// Of the same width in both logs, so that their lines can be sorted together.
const timeFormat = "2006-01-02T15:04:05.000000"

// parseEvent also reads a line behind half of another one, which a killed apiserver left.
func parseEvent(line string) (event, error) {
	var e event
	if at := strings.LastIndex(line, `{"kind":"Event","apiVersion":"audit.k8s.io/`); at > 0 {
		line = line[at:]
	}
	if err := json.Unmarshal([]byte(line), &e); err != nil {
		return e, fmt.Errorf("not an audit event: %w", err)
	}
	return e, nil
}

func (e event) changes() bool {
	return changing[e.Verb] && !strings.HasPrefix(e.ObjectRef.Resource, "selfsubject") && !e.dryRun()
}

func (e event) dryRun() bool {
	var options struct{ DryRun []string }
	_ = json.Unmarshal(e.RequestObject, &options) // of a DELETE; another body simply has no such field
	return strings.Contains(e.RequestURI, "dryRun=All") || len(options.DryRun) > 0
}

// fence is what a request says of the object that it is about: a DELETE in its preconditions, all others in the object itself.
type fence struct{ UID, ResourceVersion string }

func (e event) fence() fence {
	var body struct{ Metadata, Preconditions fence }
	if json.Unmarshal(e.RequestObject, &body) == nil {
		if e.Verb == "delete" {
			return body.Preconditions
		}
		return body.Metadata
	}
	var tests []struct {
		Op, Path string
		Value    any
	}
	_ = json.Unmarshal(e.RequestObject, &tests) // a JSON patch
	var found fence
	for _, test := range tests {
		if value, isText := test.Value.(string); isText && test.Op == "test" && test.Path == "/metadata/resourceVersion" {
			found.ResourceVersion = value
		}
	}
	return found
}

// unfenced: a change that would be carried out whatever has become of the object since it was read. A DELETE must name the uid as well.
func (e event) unfenced() bool {
	if e.Verb == "create" {
		return false
	}
	said := e.fence()
	return said.ResourceVersion == "" || (e.Verb != "patch" && e.Verb != "update" && said.UID == "")
}

// The prefix of a line in PostgreSQL's log, as the lab sets it: time|pid|application|user|database|transaction|LEVEL:  text.
var sqlLine = regexp.MustCompile(`^([^|]+) UTC\|(\d+)\|([^|]*)\|([^|]*)\|([^|]*)\|(\d+)\|(\w+):  (.*)`)

var statementText = regexp.MustCompile(`^(?:statement|execute [^:]*): (?s:(.*))`)

// reading statements may stand in a transaction that changes nothing.
var reading = regexp.MustCompile(`(?i)^\s*(begin|start|commit|end|rollback|abort|set|reset|show|select|fetch|declare|close|deallocate|discard|savepoint|release|lock|explain)\b`)

// sqlStatement is one line of PostgreSQL's log that holds a statement.
type sqlStatement struct{ time, session, application, role, database, transaction, text string }

func parseStatement(line string) (sqlStatement, bool) {
	m := sqlLine.FindStringSubmatch(line)
	if m == nil {
		return sqlStatement{}, false
	}
	text := statementText.FindStringSubmatch(m[8])
	if text == nil {
		return sqlStatement{}, false
	}
	at, err := time.Parse("2006-01-02 15:04:05.000", m[1])
	if err != nil {
		return sqlStatement{}, false
	}
	return sqlStatement{at.Format(timeFormat), m[2], m[3], m[4], m[5], m[6], oneLine(text[1])}, true
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// sqllog prints what clients of one application_name wrote since a mark:
//
//	tool sqllog -log FILE -application PREFIX [-role NAME] [-since BYTES] [-times] [-all | -sessions TEXT]
//
// A statement counts as a write by its first word, or because its transaction had been given a transaction id, which PostgreSQL does
// only for one that changes something. -all prints every statement, -sessions every statement of the sessions in which one begins so.
func sqllog(arguments []string) error {
	flags := flag.NewFlagSet("sqllog", flag.ExitOnError)
	log := flags.String("log", "", "PostgreSQL's log")
	application := flags.String("application", "", "how the application_name begins")
	role := flags.String("role", "", "only of sessions of this role")
	since := flags.Int64("since", 0, "where to begin, in bytes")
	times := flags.Bool("times", false, "begin each line with its time")
	all := flags.Bool("all", false, "every statement, not only writes")
	sessions := flags.String("sessions", "", "every statement of the sessions in which one begins with this text")
	_ = flags.Parse(arguments)
	if *log == "" || *application == "" {
		return errors.New("needs -log and -application")
	}
	var statements []sqlStatement
	meant := map[string]bool{}
	err := eachLine(*log, *since, func(line string) error {
		s, isStatement := parseStatement(line)
		if isStatement && strings.HasPrefix(s.application, *application) && (*role == "" || s.role == *role) {
			statements = append(statements, s)
			meant[s.session] = meant[s.session] || strings.HasPrefix(s.text, *sessions)
		}
		return nil
	})
	for _, s := range statements {
		writes := s.transaction != "0" || !reading.MatchString(s.text)
		if (*sessions == "" && !writes && !*all) || !meant[s.session] {
			continue
		}
		if *times {
			fmt.Print(s.time, " ")
		}
		fmt.Printf("%s@%s xid %s: %s\n", s.role, s.database, s.transaction, s.text)
	}
	return err
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
