// Command bootstrap registers the declared Temporal namespaces through the service itself and waits until it reads them back.
// Registering twice is no error. A service that cannot be reached is one, and its dial error is what the log ends with.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"
)

const (
	callTimeout = 5 * time.Second
	retryPause  = 250 * time.Millisecond
	retention   = 24 * time.Hour
)

func main() {
	address := flag.String("address", "127.0.0.1:7233", "the frontend's gRPC address")
	check := flag.Bool("check", false, "only read: are the namespaces registered?")
	patience := flag.Duration("patience", 30*time.Second, "how long a service that answers may take to become ready")
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: bootstrap [-address HOST:PORT] [-check] NAMESPACE...")
		os.Exit(2)
	}
	if err := run(*address, *check, *patience, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bootstrap:", err)
		os.Exit(1)
	}
}

func run(address string, check bool, patience time.Duration, namespaces []string) error {
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	service := workflowservice.NewWorkflowServiceClient(connection)
	deadline := time.Now().Add(patience)
	for _, namespace := range namespaces {
		if !check {
			if err := until(deadline, func() error { return register(service, namespace) }); err != nil {
				return fmt.Errorf("namespace %s is not registered: %w", namespace, err)
			}
			err = until(deadline, func() error { return describe(service, namespace) })
		} else {
			err = describe(service, namespace)
		}
		if err != nil {
			return fmt.Errorf("namespace %s cannot be read: %w", namespace, err)
		}
		fmt.Printf("namespace %s is registered\n", namespace)
	}
	return nil
}

func register(service workflowservice.WorkflowServiceClient, namespace string) error {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	_, err := service.RegisterNamespace(ctx, &workflowservice.RegisterNamespaceRequest{
		Namespace:                        namespace,
		WorkflowExecutionRetentionPeriod: durationpb.New(retention),
	})
	var exists *serviceerror.NamespaceAlreadyExists
	if errors.As(serviceerror.FromStatus(status.Convert(err)), &exists) {
		return nil
	}
	return err
}

func describe(service workflowservice.WorkflowServiceClient, namespace string) error {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	_, err := service.DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: namespace})
	return err
}

// until repeats what may still become ready; a refused connection ends it, because only a restart elsewhere cures that.
func until(deadline time.Time, attempt func() error) error {
	for {
		err := attempt()
		if err == nil || refused(err) || time.Now().After(deadline) {
			return err
		}
		time.Sleep(retryPause)
	}
}

func refused(err error) bool {
	return status.Code(err) == codes.Unavailable && strings.Contains(err.Error(), "dial tcp")
}
