// fill puts Applications and Pods of a realistic size into a real API server, and makes storms of changes to them.
//
//	fill applications N | pods N | storm N
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"math/rand"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	workers    = 16
	namespaces = 500
	bytesWant  = 16 * 1024
)

var applications = schema.GroupVersionResource{Group: "argoproj.io", Version: "v1alpha1", Resource: "applications"}

type cluster struct {
	typed   kubernetes.Interface
	dynamic dynamic.Interface
	bytes   atomic.Int64
}

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: fill applications|pods|storm N")
	}
	count, err := strconv.Atoi(os.Args[2])
	check(err)
	c := connect()
	jobs := map[string]func(int){"applications": c.application, "pods": c.pod, "storm": c.touch}
	job, known := jobs[os.Args[1]]
	if !known {
		log.Fatalf("no such job: %s", os.Args[1])
	}
	c.namespaces()
	began := time.Now()
	inParallel(count, job)
	fmt.Printf("%s: %d in %.1f s", os.Args[1], count, time.Since(began).Seconds())
	if sum := c.bytes.Load(); sum > 0 {
		fmt.Printf(", %d bytes each as the API server writes them", sum/int64(count))
	}
	fmt.Println()
}

func connect() *cluster {
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	check(err)
	config.QPS = -1
	config.WarningHandler = rest.NoWarnings{}
	protobuf := rest.CopyConfig(config)
	protobuf.ContentType = "application/vnd.kubernetes.protobuf"
	return &cluster{typed: kubernetes.NewForConfigOrDie(protobuf), dynamic: dynamic.NewForConfigOrDie(config)}
}

func check(err error) {
	if err != nil && !apierrors.IsAlreadyExists(err) {
		log.Fatal(err)
	}
}

func inParallel(count int, job func(int)) {
	var next atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < count; i = int(next.Add(1)) - 1 {
				job(i)
			}
		})
	}
	group.Wait()
}

func (c *cluster) namespaces() {
	names := []string{"argocd"}
	for i := range namespaces {
		names = append(names, namespace(i))
	}
	inParallel(len(names), func(i int) {
		object := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: names[i]}}
		_, err := c.typed.CoreV1().Namespaces().Create(context.Background(), object, metav1.CreateOptions{})
		check(err)
	})
}

func namespace(i int) string { return fmt.Sprintf("team-%03d", i%namespaces) }
func name(i int) string      { return fmt.Sprintf("service-%05d", i) }

func (c *cluster) application(i int) {
	object := &unstructured.Unstructured{Object: applicationOf(i)}
	made, err := c.dynamic.Resource(applications).Namespace("argocd").Create(context.Background(), object, metav1.CreateOptions{})
	check(err)
	if made != nil {
		text, _ := json.Marshal(made.Object)
		c.bytes.Add(int64(len(text)))
	}
}

// What changes most in a busy cluster: health and the time of the last comparison. No two changes are equal, so each is an event.
func (c *cluster) touch(i int) {
	health := []string{"Healthy", "Progressing", "Degraded"}[i%3]
	patch := fmt.Sprintf(`{"status":{"health":{"status":%q},"reconciledAt":%q}}`, health, time.Now().UTC().Format(time.RFC3339Nano))
	target := name(rand.Intn(storming()))
	_, err := c.dynamic.Resource(applications).Namespace("argocd").Patch(context.Background(), target, types.MergePatchType, []byte(patch), metav1.PatchOptions{})
	check(err)
}

func storming() int {
	if text := os.Getenv("APPLICATIONS"); text != "" {
		count, err := strconv.Atoi(text)
		check(err)
		return count
	}
	return 10000
}

func applicationOf(i int) map[string]any {
	ns := namespace(i)
	object := map[string]any{
		"apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
		"metadata": map[string]any{
			"name": name(i), "namespace": "argocd",
			"labels":     map[string]any{"team": ns, "app.kubernetes.io/part-of": "platform", "environment": "production"},
			"finalizers": []any{"resources-finalizer.argocd.argoproj.io"},
		},
		"spec":   specOf(i, ns),
		"status": statusOf(i, ns),
	}
	text, err := json.Marshal(object)
	check(err)
	// What is left to the size wanted (managedFields are the API server's own: about 2,200 bytes) goes where real ones have it: into values.
	if missing := bytesWant - len(text) - 2200; missing > 0 {
		helm := map[string]any{"values": strings.Repeat("featureFlags: {checkout: true}\n", missing/32)}
		object["spec"].(map[string]any)["source"].(map[string]any)["helm"] = helm
	}
	return object
}

func sourceOf(i int) map[string]any {
	return map[string]any{"repoURL": "https://git.example.com/platform/deployments.git", "path": "services/" + name(i) + "/production", "targetRevision": "main"}
}

func specOf(i int, ns string) map[string]any {
	return map[string]any{
		"project":     fmt.Sprintf("team-%02d", i%40),
		"destination": map[string]any{"server": "https://kubernetes.default.svc", "namespace": ns},
		"source":      sourceOf(i),
		"syncPolicy": map[string]any{
			"automated":   map[string]any{"prune": true, "selfHeal": true},
			"syncOptions": []any{"CreateNamespace=true", "ServerSideApply=true"},
			"retry":       map[string]any{"limit": int64(5), "backoff": map[string]any{"duration": "5s", "factor": int64(2), "maxDuration": "3m"}},
		},
	}
}

// The resources of a usual service.
func resources(i int) [][4]string {
	n := name(i)
	return [][4]string{
		{"", "Service", n, "service/" + n + " unchanged"},
		{"", "ServiceAccount", n, "serviceaccount/" + n + " unchanged"},
		{"", "ConfigMap", n + "-config", "configmap/" + n + "-config configured"},
		{"apps", "Deployment", n, "deployment.apps/" + n + " configured"},
		{"apps", "Deployment", n + "-worker", "deployment.apps/" + n + "-worker configured"},
		{"batch", "CronJob", n + "-cleanup", "cronjob.batch/" + n + "-cleanup unchanged"},
		{"autoscaling", "HorizontalPodAutoscaler", n, "horizontalpodautoscaler.autoscaling/" + n + " unchanged"},
		{"policy", "PodDisruptionBudget", n, "poddisruptionbudget.policy/" + n + " unchanged"},
		{"networking.k8s.io", "Ingress", n, "ingress.networking.k8s.io/" + n + " unchanged"},
		{"networking.k8s.io", "NetworkPolicy", n, "networkpolicy.networking.k8s.io/" + n + " unchanged"},
		{"rbac.authorization.k8s.io", "Role", n, "role.rbac.authorization.k8s.io/" + n + " reconciled. role.rbac.authorization.k8s.io/" + n + " unchanged"},
		{"rbac.authorization.k8s.io", "RoleBinding", n, "rolebinding.rbac.authorization.k8s.io/" + n + " reconciled"},
		{"monitoring.coreos.com", "ServiceMonitor", n, "servicemonitor.monitoring.coreos.com/" + n + " unchanged"},
		{"external-secrets.io", "ExternalSecret", n + "-secrets", "externalsecret.external-secrets.io/" + n + "-secrets unchanged"},
	}
}

func statusOf(i int, ns string) map[string]any {
	revision := fmt.Sprintf("%040x", i*7919+13)
	owned, synced, history := []any{}, []any{}, []any{}
	for _, r := range resources(i) {
		owned = append(owned, map[string]any{"group": r[0], "version": "v1", "kind": r[1], "namespace": ns, "name": r[2], "status": "Synced", "health": map[string]any{"status": "Healthy"}})
		synced = append(synced, map[string]any{"group": r[0], "version": "v1", "kind": r[1], "namespace": ns, "name": r[2], "status": "Synced", "message": r[3], "hookPhase": "Running", "syncPhase": "Sync"})
	}
	migrate := name(i) + "-migrate"
	synced = append(synced, map[string]any{"group": "batch", "version": "v1", "kind": "Job", "namespace": ns, "name": migrate, "status": "Synced", "hookType": "PreSync", "hookPhase": "Succeeded", "syncPhase": "PreSync", "message": "Reached expected number of succeeded pods"})
	for h := range 10 {
		history = append(history, map[string]any{"id": int64(h), "revision": fmt.Sprintf("%040x", i*31+h), "deployStartedAt": stamp(h, 0), "deployedAt": stamp(h, 42), "source": sourceOf(i), "initiatedBy": map[string]any{"automated": true}})
	}
	return map[string]any{
		"health": map[string]any{"status": "Healthy", "lastTransitionTime": stamp(10, 50)}, "history": history, "reconciledAt": stamp(20, 1),
		"sync":      map[string]any{"status": "Synced", "revision": revision, "comparedTo": map[string]any{"source": sourceOf(i), "destination": map[string]any{"server": "https://kubernetes.default.svc", "namespace": ns}}},
		"resources": owned, "sourceType": "Helm", "controllerNamespace": "argocd",
		"summary": map[string]any{"images": []any{"registry.example.com/platform/" + name(i) + ":1.42.0", "registry.example.com/platform/migrate:3.1.4"}},
		"operationState": map[string]any{
			"phase": "Succeeded", "message": "successfully synced (all tasks run)", "startedAt": stamp(10, 0), "finishedAt": stamp(10, 42),
			"operation":  map[string]any{"sync": map[string]any{"revision": revision, "prune": true}, "initiatedBy": map[string]any{"automated": true}, "retry": map[string]any{"limit": int64(5)}},
			"syncResult": map[string]any{"revision": revision, "source": sourceOf(i), "resources": synced},
		},
	}
}

func stamp(day, second int) string {
	return time.Date(2025, 11, 1+day, 9, 30, second, 0, time.UTC).Format(time.RFC3339)
}

func (c *cluster) pod(i int) {
	pods := c.typed.CoreV1().Pods(namespace(i))
	made, err := pods.Create(context.Background(), podOf(i), metav1.CreateOptions{})
	check(err)
	if err != nil {
		return
	}
	class := made.Status.QOSClass
	made.Status = podStatus(i)
	made.Status.QOSClass = class
	done, err := pods.UpdateStatus(context.Background(), made, metav1.UpdateOptions{})
	check(err)
	text, _ := json.Marshal(done)
	c.bytes.Add(int64(len(text)))
}

func podOf(i int) *corev1.Pod {
	owner, yes := name(i/3), true
	hash := fmt.Sprintf("%010x", i/3*7919)
	var env []corev1.EnvVar
	for e := range 8 {
		env = append(env, corev1.EnvVar{Name: fmt.Sprintf("SETTING_%d", e), Value: "https://collector.observability.example.com:4317"})
	}
	probe := &corev1.Probe{ProbeHandler: corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: []string{"/bin/healthy", "--deep"}}}, PeriodSeconds: 10}
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name: fmt.Sprintf("%s-%s-%05x", owner, hash, i), Labels: map[string]string{"app.kubernetes.io/name": owner, "app.kubernetes.io/part-of": "platform", "pod-template-hash": hash},
			Annotations:     map[string]string{"prometheus.io/scrape": "true", "kubectl.kubernetes.io/restartedAt": stamp(3, 0)},
			OwnerReferences: []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: owner + "-" + hash, UID: types.UID(fmt.Sprintf("00000000-0000-4000-8000-%012x", i/3)), Controller: &yes}},
		},
		Spec: corev1.PodSpec{
			NodeName:       fmt.Sprintf("node-%03d", i%200),
			InitContainers: []corev1.Container{{Name: "wait", Image: "registry.example.com/platform/wait:1.0.0", Env: env[:2]}},
			Containers: []corev1.Container{
				{Name: "service", Image: "registry.example.com/platform/" + owner + ":1.42.0", Env: env, ReadinessProbe: probe, LivenessProbe: probe},
				{Name: "proxy", Image: "registry.example.com/mesh/proxy:1.27.1", Env: env[:4]},
			},
		},
	}
}

func podStatus(i int) corev1.PodStatus {
	at := metav1.NewTime(time.Date(2025, 11, 5, 9, 30, i%60, 0, time.UTC))
	running := corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: at}}
	container := func(name string, state corev1.ContainerState) corev1.ContainerStatus {
		yes := true
		image := "registry.example.com/platform/" + name
		return corev1.ContainerStatus{Name: name, Ready: true, Started: &yes, State: state, Image: image + ":1.42.0", ImageID: image + "@sha256:" + strings.Repeat("ab", 32), ContainerID: "containerd://" + strings.Repeat("cd", 32)}
	}
	status := corev1.PodStatus{
		Phase: corev1.PodRunning, StartTime: &at, PodIP: fmt.Sprintf("10.%d.%d.%d", i>>16&255, i>>8&255, i&255),
		InitContainerStatuses: []corev1.ContainerStatus{container("wait", corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Completed", FinishedAt: at}})},
		ContainerStatuses:     []corev1.ContainerStatus{container("service", running), container("proxy", running)},
	}
	for _, kind := range []corev1.PodConditionType{corev1.PodScheduled, corev1.PodInitialized, corev1.ContainersReady, corev1.PodReady} {
		status.Conditions = append(status.Conditions, corev1.PodCondition{Type: kind, Status: corev1.ConditionTrue, LastTransitionTime: at})
	}
	return status
}
