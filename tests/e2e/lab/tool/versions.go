package main

import (
	"encoding/json"
	"time"
)

// withVersions are the kinds of which the audit log holds the answers to GETs and LISTs (config/audit-policy.yaml).
var withVersions = map[string]bool{"applications": true, "jobs": true, "deployments": true}

// justRead is how old a read may be that a change relies on: guardrail `freshness` denies what is older.
const justRead = 30 * time.Second

type lastRead struct {
	version string
	at      time.Time
}

// versionsRead is what one user was last told of each object, by resource, namespace and name.
type versionsRead map[string]lastRead

// follow takes note of a read, and tells of a change whether its version is another than the newest read of the object, or that read is
// old. A change that was accepted needs a new read before the next: its own answer does not count.
func (v versionsRead) follow(e event) bool {
	if !withVersions[e.ObjectRef.Resource] {
		return false
	}
	if e.Verb == "get" || e.Verb == "list" {
		v.note(e)
		return false
	}
	if !e.changes() || e.Verb == "create" {
		return false
	}
	key := e.ObjectRef.Resource + "/" + e.ObjectRef.Namespace + "/" + e.ObjectRef.Name
	known := v[key] // nothing read: no version, long ago
	if e.ResponseStatus.Code < 300 {
		delete(v, key)
	}
	return e.fence().ResourceVersion != known.version || e.RequestReceivedTimestamp.Sub(known.at) > justRead
}

func (v versionsRead) note(e event) {
	type object struct {
		Metadata struct{ Namespace, Name, ResourceVersion string }
	}
	var answer struct {
		object
		Items []object
	}
	if e.ResponseStatus.Code != 200 || json.Unmarshal(e.ResponseObject, &answer) != nil {
		return
	}
	for _, each := range append(answer.Items, answer.object) {
		key := e.ObjectRef.Resource + "/" + each.Metadata.Namespace + "/" + each.Metadata.Name
		v[key] = lastRead{each.Metadata.ResourceVersion, e.RequestReceivedTimestamp}
	}
}
