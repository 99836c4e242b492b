# Built-in playbooks, CRDs and the JSON Schema travel inside the binary: the files under playbooks/ and manifests/crds/ become one generated .cpp.
