package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	check := flag.Bool("check", false, "write nothing; fail if a generated file is not current")
	flag.Parse()
	if err := run(*check); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(check bool) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	repo := repository{
		root:    ".",
		protos:  "proto",
		gen:     "internal/gen",
		forever: "percorsi.event.v1",
		shapes:  "proto/percorsi/event/v1/shapes.txt",
		plugins: plugins("percorsi", "scripts/tools/go.mod"),
	}
	want, err := repo.generate(ctx)
	if err != nil {
		return err
	}
	have, err := repo.read()
	if err != nil {
		return err
	}
	changes := have.Changes(want)
	if check {
		return current(changes)
	}
	return changes.Apply(repo.root, want)
}
