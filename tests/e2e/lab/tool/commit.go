package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"sync/atomic"
)

// commit stands between a client and PostgreSQL and kills the client at its first COMMIT:
//
//	tool commit -listen HOST:PORT -upstream HOST:PORT -pid FILE -when before|unanswered|never
//
// "before": the COMMIT was never sent on, and the server rolls back; "unanswered": it was carried out, and its answer was lost. It prints
// what it killed at, and ends. FILE holds the client's process id by then.
func commit(arguments []string) error {
	flags := flag.NewFlagSet("commit", flag.ExitOnError)
	listen := flags.String("listen", "", "where the client connects to")
	upstream := flags.String("upstream", "", "the server")
	pid := flags.String("pid", "", "the file with the client's process id")
	when := flags.String("when", "", "before, unanswered or never")
	_ = flags.Parse(arguments)
	if *listen == "" || *upstream == "" || *pid == "" {
		return errors.New("needs -listen, -upstream and -pid")
	}
	if *when != "before" && *when != "unanswered" && *when != "never" {
		return errors.New("-when is before, unanswered or never")
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	for {
		client, err := listener.Accept()
		if err != nil {
			return err
		}
		server, err := net.Dial("tcp", *upstream)
		if err != nil {
			return err
		}
		s := &session{client: client, server: server, killer: &killer{pid: *pid, when: *when}}
		go s.ask()
		go s.answer()
	}
}

type session struct {
	client, server net.Conn
	killer         *killer
	committing     atomic.Bool
}

// The simple query COMMIT in PostgreSQL's protocol. A client that waits for each answer sends it by itself.
var commitMessage = []byte("Q\x00\x00\x00\x0bCOMMIT\x00")

func (s *session) ask() {
	s.relay(s.client, s.server, func(message []byte) {
		if s.killer.when == "never" || !bytes.Equal(message, commitMessage) {
			return
		}
		if s.killer.when == "before" {
			s.killer.endAt("COMMIT")
		}
		s.committing.Store(true)
	})
}

func (s *session) answer() {
	s.relay(s.server, s.client, func([]byte) {
		if s.committing.Load() {
			s.killer.endAt("COMMIT")
		}
	})
}

// relay shows each piece before it is sent on.
func (s *session) relay(from, to net.Conn, show func([]byte)) {
	defer to.Close()
	buffer := make([]byte, 1<<16)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			show(buffer[:n])
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			if !errors.Is(err, io.EOF) && !errors.Is(err, net.ErrClosed) { // either side is gone
				fmt.Fprintln(os.Stderr, "tool commit:", err)
			}
			return
		}
	}
}
