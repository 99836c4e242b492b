// ingest follows Applications (and Pods) by client-go informers and answers the same question about each that Refloat's cache does.
// Without -tuned as client-go comes; with -tuned as an expert would have it: SetTransform down to the fields that are needed, Pods as
// protobuf, and (by the environment) KUBE_FEATURE_WatchListClient=true.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

var (
	began = time.Now()
	tuned = flag.Bool("tuned", false, "keep only the fields that are needed")
	pods  = flag.Bool("pods", false, "follow Pods too")
	storm = flag.Int64("storm", 0, "end after this many changes of Applications that come after all is synced")

	isSynced, sick, changes atomic.Int64
	enough                  = make(chan struct{})
)

func main() {
	flag.Parse()
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	waits := []cache.InformerSynced{followApplications(ctx, config)}
	if *pods {
		waits = append(waits, followPods(ctx, config))
	}
	if !cache.WaitForCacheSync(ctx.Done(), waits...) {
		log.Fatal("not synced")
	}
	isSynced.Store(1)
	report("synced")
	if *storm > 0 {
		<-enough
		report("stormed")
	}
}

func followApplications(ctx context.Context, config *rest.Config) cache.InformerSynced {
	kind := schema.GroupVersionResource{Group: "argoproj.io", Version: "v1alpha1", Resource: "applications"}
	factory := dynamicinformer.NewDynamicSharedInformerFactory(dynamic.NewForConfigOrDie(config), 0)
	informer := factory.ForResource(kind).Informer()
	if *tuned {
		must(informer.SetTransform(trimApplication))
	}
	handle, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{AddFunc: look, UpdateFunc: func(_, now any) { look(now); count() }})
	must(err)
	factory.Start(ctx.Done())
	return handle.HasSynced
}

func followPods(ctx context.Context, config *rest.Config) cache.InformerSynced {
	own := rest.CopyConfig(config)
	if *tuned {
		own.ContentType = "application/vnd.kubernetes.protobuf"
	}
	factory := informers.NewSharedInformerFactory(kubernetes.NewForConfigOrDie(own), 0)
	informer := factory.Core().V1().Pods().Informer()
	if *tuned {
		must(informer.SetTransform(trimPod))
	}
	handle, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{AddFunc: lookPod, UpdateFunc: func(_, now any) { lookPod(now) }})
	must(err)
	factory.Start(ctx.Done())
	return handle.HasSynced
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func count() {
	if isSynced.Load() == 1 && changes.Add(1) == *storm {
		close(enough)
	}
}

func look(object any) {
	app, ok := object.(*unstructured.Unstructured)
	if !ok {
		return
	}
	health, _, _ := unstructured.NestedString(app.Object, "status", "health", "status")
	phase, _, _ := unstructured.NestedString(app.Object, "status", "operationState", "phase")
	if health == "Degraded" || phase == "Failed" || phase == "Error" {
		sick.Add(1)
	}
}

func lookPod(object any) {
	pod, ok := object.(*corev1.Pod)
	if !ok {
		return
	}
	for _, status := range pod.Status.ContainerStatuses {
		if status.State.Waiting != nil {
			sick.Add(1)
		}
	}
}

// The fields that diagnosis uses, as model/application.h has them.
var kept = [][]string{
	{"metadata", "name"}, {"metadata", "namespace"}, {"metadata", "uid"}, {"metadata", "resourceVersion"}, {"metadata", "creationTimestamp"},
	{"metadata", "deletionTimestamp"}, {"metadata", "labels"}, {"metadata", "ownerReferences"},
	{"spec", "project"}, {"spec", "destination"}, {"spec", "syncPolicy"}, {"spec", "source", "repoURL"}, {"spec", "source", "path"}, {"spec", "source", "targetRevision"},
	{"operation"},
	{"status", "operationState", "phase"}, {"status", "operationState", "message"}, {"status", "operationState", "startedAt"}, {"status", "operationState", "finishedAt"},
	{"status", "operationState", "retryCount"}, {"status", "operationState", "operation"}, {"status", "operationState", "syncResult", "revision"},
	{"status", "operationState", "syncResult", "resources"},
	{"status", "sync", "status"}, {"status", "sync", "revision"}, {"status", "sync", "revisions"}, {"status", "health", "status"}, {"status", "conditions"},
	{"status", "resources"}, {"status", "controllerNamespace"}, {"status", "reconciledAt"},
}

func trimApplication(object any) (any, error) {
	app, ok := object.(*unstructured.Unstructured)
	if !ok {
		return object, nil
	}
	trimmed := map[string]any{"apiVersion": app.GetAPIVersion(), "kind": app.GetKind()}
	for _, path := range kept {
		if value, found, _ := unstructured.NestedFieldNoCopy(app.Object, path...); found {
			_ = setNoCopy(trimmed, value, path)
		}
	}
	return &unstructured.Unstructured{Object: trimmed}, nil
}

func setNoCopy(object map[string]any, value any, path []string) error {
	for _, key := range path[:len(path)-1] {
		inner, ok := object[key].(map[string]any)
		if !ok {
			inner = map[string]any{}
			object[key] = inner
		}
		object = inner
	}
	object[path[len(path)-1]] = value
	return nil
}

func trimPod(object any) (any, error) {
	pod, ok := object.(*corev1.Pod)
	if !ok {
		return object, nil
	}
	meta := metav1.ObjectMeta{Name: pod.Name, Namespace: pod.Namespace, UID: pod.UID, ResourceVersion: pod.ResourceVersion,
		CreationTimestamp: pod.CreationTimestamp, DeletionTimestamp: pod.DeletionTimestamp, Labels: pod.Labels, OwnerReferences: pod.OwnerReferences}
	status := corev1.PodStatus{Phase: pod.Status.Phase, Conditions: pod.Status.Conditions}
	for _, list := range []struct {
		from []corev1.ContainerStatus
		to   *[]corev1.ContainerStatus
	}{{pod.Status.InitContainerStatuses, &status.InitContainerStatuses}, {pod.Status.ContainerStatuses, &status.ContainerStatuses}} {
		for _, c := range list.from {
			*list.to = append(*list.to, corev1.ContainerStatus{Name: c.Name, State: c.State, LastTerminationState: c.LastTerminationState, Ready: c.Ready, RestartCount: c.RestartCount, Image: c.Image})
		}
	}
	return &corev1.Pod{ObjectMeta: meta, Status: status}, nil
}

// One line that the script reads: what was reached, when, and what it cost so far.
func report(what string) {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	cpu := float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
	fmt.Printf("%s seconds=%.3f cpu=%.3f hwm_kb=%s sick=%d\n", what, time.Since(began).Seconds(), cpu, peak(), sick.Load())
}

func peak() string {
	text, err := os.ReadFile("/proc/self/status")
	must(err)
	_, after, _ := strings.Cut(string(text), "VmHWM:")
	return strings.Fields(after)[0]
}
