package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// boundary stands between a client and the apiserver and kills the client at one exact moment of its n-th effect:
//
//	tool boundary -listen HOST:PORT -upstream URL -pki FOLDER -pid FILE [-effects REGEXP] [-nth N] -when before|unanswered|answered
//
// An effect is a changing request whose path matches; one that was sent on counts only if the apiserver accepted it. "before": it was
// never sent on; "unanswered": it happened, and its answer was lost; "answered": the answer had left. It prints what it killed at, and
// ends. FILE holds the client's process id by then.
func boundary(arguments []string) error {
	flags := flag.NewFlagSet("boundary", flag.ExitOnError)
	listen := flags.String("listen", "", "where the client connects to")
	upstream := flags.String("upstream", "", "the apiserver")
	pki := flags.String("pki", "", "the folder of ca.crt, apiserver.crt and apiserver.key")
	pid := flags.String("pid", "", "the file with the client's process id")
	effects := flags.String("effects", "/(applications|deployments|jobs)/", "the paths that count")
	nth := flags.Int("nth", 1, "which of them")
	when := flags.String("when", "", "before, unanswered or answered")
	_ = flags.Parse(arguments)
	target, err := url.Parse(*upstream)
	if err != nil || *listen == "" || *pid == "" {
		return errors.New("needs -listen, -upstream and -pid")
	}
	if *when != "before" && *when != "unanswered" && *when != "answered" {
		return errors.New("-when is before, unanswered or answered")
	}
	ca, err := os.ReadFile(*pki + "/ca.crt")
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.FlushInterval = -1
	proxy.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
	k := &killer{proxy: proxy, pid: *pid, nth: *nth, when: *when, effects: regexp.MustCompile(*effects)}
	return http.ListenAndServeTLS(*listen, *pki+"/apiserver.crt", *pki+"/apiserver.key", k)
}

type killer struct {
	proxy   *httputil.ReverseProxy
	pid     string
	nth     int
	when    string
	effects *regexp.Regexp

	lock sync.Mutex
	seen int
}

func (k *killer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !k.changes(r) {
		k.proxy.ServeHTTP(w, r)
		return
	}
	if k.when == "before" {
		if k.due() {
			k.kill(r)
		}
		k.proxy.ServeHTTP(w, r)
		return
	}
	answer := httptest.NewRecorder()
	k.proxy.ServeHTTP(answer, r)
	due := answer.Code < 300 && k.due() // what was refused, as for a resourceVersion of a moment ago, is no effect
	if !due || k.when == "answered" {
		relay(w, answer)
	}
	if due {
		k.kill(r)
	}
}

func relay(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
	_ = http.NewResponseController(w).Flush()
}

func (k *killer) changes(r *http.Request) bool {
	changing := r.Method == http.MethodPost || r.Method == http.MethodPut || r.Method == http.MethodPatch || r.Method == http.MethodDelete
	return changing && k.effects.MatchString(r.URL.Path) && !strings.Contains(r.URL.RawQuery, "dryRun")
}

// due counts an effect and tells the one that the client must not survive.
func (k *killer) due() bool {
	k.lock.Lock()
	defer k.lock.Unlock()
	k.seen++
	return k.seen == k.nth
}

func (k *killer) kill(r *http.Request) { k.endAt(r.Method + " " + r.URL.Path) }

// endAt ends the client, and then the boundary.
func (k *killer) endAt(what string) {
	if err := k.end(); err != nil {
		fmt.Fprintln(os.Stderr, "tool:", err)
		os.Exit(1)
	}
	fmt.Println("killed", k.when, what)
	os.Exit(0)
}

func (k *killer) end() error {
	text, err := os.ReadFile(k.pid)
	if err != nil {
		return err
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || pid < 2 {
		return fmt.Errorf("%q is no process id", text)
	}
	return syscall.Kill(pid, syscall.SIGKILL)
}
