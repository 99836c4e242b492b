module refloat.dev/e2e/tool

go 1.21
