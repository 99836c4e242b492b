package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// moments is a second pair of eyes: raw watches of its own, one line for each event that it receives, with the moment it came:
//
//	tool moments -upstream URL -pki FOLDER -token TOKEN -namespace NAMESPACE [-argo NAMESPACE] -selector LABELS
//
//	TIME pod NAME notReady|crashing|ready|deleting    TIME job NAME active|failed|complete|deleting|gone
//	TIME application NAME PHASE HEALTH [backoff] [limbo]
//
// A stream that ends is opened again; what exists then is told again.
func moments(arguments []string) error {
	flags := flag.NewFlagSet("moments", flag.ExitOnError)
	upstream := flags.String("upstream", "", "the apiserver")
	pki := flags.String("pki", "", "the folder of ca.crt")
	token := flags.String("token", "", "a token that may watch")
	namespace := flags.String("namespace", "", "whose pods and Jobs")
	argo := flags.String("argo", "argocd", "where Applications are")
	selector := flags.String("selector", "", "of the pods")
	_ = flags.Parse(arguments)
	if *upstream == "" || *token == "" || *namespace == "" {
		return errors.New("needs -upstream, -token and -namespace")
	}
	ca, err := os.ReadFile(*pki + "/ca.crt")
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	w := watching{
		client: &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}},
		token:  *token,
		lines:  make(chan string, 1000),
	}
	go w.forever(*upstream+"/api/v1/namespaces/"+*namespace+"/pods?watch=true&labelSelector="+*selector, "pod", podWords)
	go w.forever(*upstream+"/apis/batch/v1/namespaces/"+*namespace+"/jobs?watch=true", "job", jobWords)
	go w.forever(*upstream+"/apis/argoproj.io/v1alpha1/namespaces/"+*argo+"/applications?watch=true", "application", applicationWords)
	for line := range w.lines {
		fmt.Println(line)
	}
	return nil
}

type watching struct {
	client *http.Client
	token  string
	lines  chan string
}

// object is what the words need, of all three kinds.
type object struct {
	Metadata struct {
		Name              string
		DeletionTimestamp *string
	}
	Operation *json.RawMessage
	Status    struct {
		Phase             string
		Conditions        []struct{ Type, Status string }
		ContainerStatuses []struct {
			State struct{ Waiting struct{ Reason string } }
		}
		Health         struct{ Status string }
		OperationState struct{ Phase, FinishedAt string }
	}
}

func (w watching) forever(url, kind string, words func(object) string) {
	for {
		if err := w.once(url, kind, words); err != nil {
			fmt.Fprintln(os.Stderr, "tool moments:", kind, err)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func (w watching) once(url, kind string, words func(object) string) error {
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+w.token)
	answer, err := w.client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return errors.New(answer.Status)
	}
	reader := bufio.NewReaderSize(answer.Body, 1<<20)
	for {
		line, err := reader.ReadBytes('\n')
		came := time.Now().UTC().Format("2006-01-02T15:04:05.000000Z")
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		var e struct {
			Type   string
			Object object
		}
		if err := json.Unmarshal(line, &e); err != nil {
			return err
		}
		text := words(e.Object)
		if e.Type == "DELETED" {
			text = "gone"
		}
		w.lines <- came + " " + kind + " " + e.Object.Metadata.Name + " " + text
	}
}

func (o object) has(condition string) bool {
	for _, c := range o.Status.Conditions {
		if c.Type == condition && c.Status == "True" {
			return true
		}
	}
	return false
}

func podWords(o object) string {
	if o.Metadata.DeletionTimestamp != nil {
		return "deleting"
	}
	for _, c := range o.Status.ContainerStatuses {
		if c.State.Waiting.Reason == "CrashLoopBackOff" {
			return "crashing"
		}
	}
	if o.Status.Phase == "Succeeded" || o.has("Ready") {
		return "ready"
	}
	return "notReady"
}

func jobWords(o object) string {
	switch {
	case o.Metadata.DeletionTimestamp != nil:
		return "deleting"
	case o.has("Failed"):
		return "failed"
	case o.has("Complete"):
		return "complete"
	}
	return "active"
}

func applicationWords(o object) string {
	words := []string{o.Status.OperationState.Phase, o.Status.Health.Status}
	running := o.Status.OperationState.Phase == "Running" || o.Status.OperationState.Phase == "Terminating"
	if running && o.Operation == nil {
		words = append(words, "limbo")
	}
	if running && o.Operation != nil && o.Status.OperationState.FinishedAt != "" {
		words = append(words, "backoff")
	}
	return strings.Join(words, " ")
}
