// latency measures how long after an event a finding is told: it runs `refloat controller` as a child, opens a raw watch of its own beside
// it, and breaks one Stack after the other in a way that watched objects alone prove (an operation that is running by its state and is not
// there). Both moments are taken in this process, by its monotonic clock: when the raw watch brings the change, and when the line of the
// finding is read from the child's log. The Stacks settle as soon as they may (limits.settle 1ms), which is in the figures: no waiting is
// subtracted.
//
//	latency REFLOAT STACKS SAMPLES
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"sort"
	"strconv"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	namespace = "latency" // of the Stacks and their Applications
	pause     = 100 * time.Millisecond
	patience  = 60 * time.Second
)

var (
	applications = schema.GroupVersionResource{Group: "argoproj.io", Version: "v1alpha1", Resource: "applications"}
	projects     = schema.GroupVersionResource{Group: "argoproj.io", Version: "v1alpha1", Resource: "appprojects"}
	stacks       = schema.GroupVersionResource{Group: "refloat.dev", Version: "v1alpha1", Resource: "stacks"}
	namespaces   = schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}
)

// What was heard, and when.
type news struct {
	what string // "event NAME VERSION", "finding NAME", "state NAME STATE"
	at   time.Time
}

type bench struct {
	api   dynamic.Interface
	heard chan news
	state map[string]string // of each Stack, as its status says
	last  map[string]time.Time
}

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: latency REFLOAT STACKS SAMPLES")
	}
	count, samples := number(os.Args[2]), number(os.Args[3])
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	must(err)
	config.QPS = -1
	b := &bench{api: dynamic.NewForConfigOrDie(config), heard: make(chan news, 10000), state: map[string]string{}, last: map[string]time.Time{}}
	b.make(count)
	b.follow(applications)
	b.follow(stacks)
	stop := b.run(os.Args[1])
	defer stop()
	for i := range count {
		b.until("state " + name(i) + " Afloat")
	}
	var told, decided []time.Duration
	for i := range samples {
		t, d := b.sample(name(i % count))
		told, decided = append(told, t), append(decided, d)
	}
	fmt.Printf("told samples=%d %s\n", samples, spread(told))
	fmt.Printf("decided samples=%d %s\n", samples, spread(decided))
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	must(err)
	return n
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func name(i int) string { return fmt.Sprintf("stack-%03d", i) }

// One Application each, healthy, in a namespace of their own. A Stack of a run before would say Afloat before this one's controller has
// looked at it.
func (b *bench) make(count int) {
	b.create(namespaces, "", map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": namespace}})
	meta := func(name string) map[string]any { return map[string]any{"name": name, "namespace": namespace} }
	b.create(projects, namespace, map[string]any{"apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject", "metadata": meta("default"), "spec": map[string]any{}})
	for i := range count {
		b.create(applications, namespace, map[string]any{
			"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": meta(name(i)),
			"spec": map[string]any{
				"project": "default", "source": map[string]any{"repoURL": "https://git.example.com/deployments.git", "path": "x", "targetRevision": "main"},
				"destination": map[string]any{"server": "https://kubernetes.default.svc", "namespace": namespace},
			},
			"status": map[string]any{"health": map[string]any{"status": "Healthy"}, "sync": map[string]any{"status": "Synced"}, "operationState": operation("Succeeded")},
		})
		if err := b.in(stacks, namespace).Delete(context.Background(), name(i), metav1.DeleteOptions{}); !apierrors.IsNotFound(err) {
			must(err)
		}
		b.create(stacks, namespace, map[string]any{
			"apiVersion": "refloat.dev/v1alpha1", "kind": "Stack", "metadata": meta(name(i)),
			"spec": map[string]any{"applications": map[string]any{"migrations": name(i)}, "limits": map[string]any{"settle": "1ms"}},
		})
	}
}

func operation(phase string) map[string]any {
	return map[string]any{"phase": phase, "startedAt": "2025-12-01T10:00:00Z", "operation": map[string]any{}}
}

func (b *bench) create(kind schema.GroupVersionResource, ns string, object map[string]any) {
	_, err := b.in(kind, ns).Create(context.Background(), &unstructured.Unstructured{Object: object}, metav1.CreateOptions{})
	if !apierrors.IsAlreadyExists(err) {
		must(err)
	}
}

func (b *bench) in(kind schema.GroupVersionResource, ns string) dynamic.ResourceInterface {
	if ns == "" {
		return b.api.Resource(kind)
	}
	return b.api.Resource(kind).Namespace(ns)
}

// The second watch: no cache, no informer.
func (b *bench) follow(kind schema.GroupVersionResource) {
	list, err := b.in(kind, namespace).List(context.Background(), metav1.ListOptions{})
	must(err)
	for i := range list.Items {
		b.note(&list.Items[i], time.Now())
	}
	watching, err := b.in(kind, namespace).Watch(context.Background(), metav1.ListOptions{ResourceVersion: list.GetResourceVersion()})
	must(err)
	go func() {
		for event := range watching.ResultChan() {
			at := time.Now()
			object, ok := event.Object.(*unstructured.Unstructured)
			if !ok {
				log.Fatalf("the watch of %s ended: %v", kind.Resource, event.Object)
			}
			b.note(object, at)
		}
		log.Fatalf("the watch of %s ended", kind.Resource)
	}()
}

func (b *bench) note(object *unstructured.Unstructured, at time.Time) {
	if object.GetKind() == "Application" {
		b.heard <- news{"event " + object.GetName() + " " + object.GetResourceVersion(), at}
		return
	}
	state, _, _ := unstructured.NestedString(object.Object, "status", "state")
	b.heard <- news{"state " + object.GetName() + " " + state, at}
}

// The controller, whose log this process reads as it is written.
func (b *bench) run(refloat string) (stop func()) {
	command := exec.Command(refloat, "controller", "--listen", "127.0.0.1:0", "--lease-namespace", namespace)
	out, err := command.StderrPipe()
	must(err)
	must(command.Start())
	go func() {
		lines := bufio.NewReaderSize(out, 1<<20)
		for {
			text, err := lines.ReadBytes('\n')
			at := time.Now()
			if err != nil {
				return
			}
			var line struct{ Event, Of string }
			if json.Unmarshal(text, &line) == nil && line.Event == "finding" {
				b.heard <- news{"finding " + strings.TrimPrefix(line.Of, "stack/"+namespace+"/"), at}
			} else if line.Event == "" || strings.Contains(line.Event, "cannot") || strings.Contains(line.Event, "failed") {
				os.Stderr.Write(text)
			}
		}
	}()
	return func() {
		_ = command.Process.Signal(os.Interrupt)
		_ = command.Wait()
	}
}

// Breaks one Stack, heals it, and says how long after the event the finding was told, and how long until a turn had decided on it.
func (b *bench) sample(name string) (told, decided time.Duration) {
	b.until("state " + name + " Afloat")
	time.Sleep(pause)
	delete(b.last, "finding "+name)
	delete(b.last, "state "+name+" Aground")
	version := b.patch(name, "Running")
	event := b.until("event " + name + " " + version)
	told = b.until("finding " + name).Sub(event)
	decided = b.until("state " + name + " Aground").Sub(event)
	b.patch(name, "Succeeded")
	return told, decided
}

func (b *bench) patch(name, phase string) (version string) {
	body, err := json.Marshal(map[string]any{"status": map[string]any{"operationState": operation(phase)}})
	must(err)
	made, err := b.in(applications, namespace).Patch(context.Background(), name, types.MergePatchType, body, metav1.PatchOptions{})
	must(err)
	return made.GetResourceVersion()
}

// until returns when this was heard; for a state, only while it is the present one.
func (b *bench) until(what string) time.Time {
	end := time.After(patience)
	for {
		if at, known := b.last[what]; known && (!strings.HasPrefix(what, "state ") || b.state[strings.Fields(what)[1]] == what) {
			return at
		}
		select {
		case one := <-b.heard:
			if strings.HasPrefix(one.what, "state ") {
				b.state[strings.Fields(one.what)[1]] = one.what
			}
			b.last[one.what] = one.at
		case <-end:
			log.Fatalf("not heard within %s: %s", patience, what)
		}
	}
}

func spread(all []time.Duration) string {
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
	at := func(share float64) float64 {
		return float64(all[int(share*float64(len(all)-1)+0.5)].Microseconds()) / 1000
	}
	return fmt.Sprintf("p50_ms=%.1f p99_ms=%.1f max_ms=%.1f", at(0.5), at(0.99), at(1))
}
