#!/bin/sh
# Runs a PostgreSQL server of its own for as long as its standard input is
# open: server.sh fast|durable [DIR]. The data is made in DIR, or in the
# directory of temporary files, and removed at the end.
#
# It prints one line when the server can be used: "ready URL", or "missing"
# where the machine has no server binaries, or "failed: why". Then it does what
# it reads, a word a line, and answers each with "done" or "failed: why":
#
#   kill    cut all connections and stop at once, as in a crash
#   start   start again on the same data, at the same URL
#
# Who holds the other end of the input need not say goodbye: a process that
# was killed closes it as well, so no server outlives it.
set -eu
trap '' INT QUIT TERM HUP PIPE

mode=$1
under=${2:-}
temp=${TMPDIR:-/tmp}
bin= run= data=

# complete DIR tells whether a server can be made with the binaries in DIR.
complete() {
	[ -x "$1/postgres" ] && [ -x "$1/initdb" ] && [ -x "$1/pg_ctl" ]
}

# find_binaries sets bin: from PATH, else the newest that Debian's layout has.
find_binaries() {
	if on_path=$(command -v pg_ctl); then
		bin=$(dirname "$(readlink -f "$on_path")")
		if complete "$bin"; then return 0; fi
	fi
	for version in $(ls /usr/lib/postgresql 2>/dev/null | sort -rn); do
		bin=/usr/lib/postgresql/$version/bin
		if complete "$bin"; then return 0; fi
	done
	return 1
}

# as_server runs a command as who the server runs as. PostgreSQL refuses root.
as_server() {
	if [ -z "$user" ]; then
		"$@"
	elif command -v setpriv >/dev/null; then
		setpriv --reuid="$(id -u "$user")" --regid="$(id -g "$user")" --clear-groups -- "$@"
	else
		su -s /bin/sh "$user" -c 'exec "$0" "$@"' -- "$@"
	fi
}

# control runs pg_ctl on the data; what it says goes to a file.
control() {
	as_server "$bin/pg_ctl" -D "$data" -l "$run/server.log" -s -w -t 60 "$@" >>"$run/control.log" 2>&1 </dev/null
}

# fail says what went wrong, with the last words of the server.
fail() {
	printf 'failed: %s: %s\n' "$1" "$(cat "$run"/*.log 2>/dev/null | tail -n 5 | tr '\n' ' ')"
	return 1
}

finish() {
	if [ -n "$data" ] && [ -e "$data/postmaster.pid" ]; then control stop -m immediate || :; fi
	if [ -n "$data" ]; then rm -rf "$data"; fi
	if [ -n "$run" ]; then rm -rf "$run"; fi
}

settings() {
	cat <<-END
		listen_addresses = ''
		unix_socket_directories = '$run'
		port = 5432
		max_connections = 300
		shared_buffers = 256MB
		jit = off
		timezone = 'UTC'
		log_timezone = 'UTC'
	END
	if [ "$mode" = fast ]; then
		cat <<-END
			fsync = off
			full_page_writes = off
		END
	fi
}

# own DIR gives a directory to who the server runs as.
own() {
	if [ -n "$user" ]; then chown "$(id -u "$user"):$(id -g "$user")" "$1"; fi
}

create() {
	run=$(mktemp -d "$temp/percorsi-postgres.XXXXXX") || fail "make a directory in $temp" || return 1
	if [ -n "$under" ]; then
		data=$(mktemp -d "$under/percorsi-postgres.XXXXXX") || fail "make a directory in $under" || return 1
	else
		data=$run/data
		mkdir -m 700 "$data"
	fi
	own "$run"
	own "$data"
	cd "$run"
	as_server test -w "$data" || fail "the user $user cannot reach $data, let others pass through the directories above it" || return 1

	sync=
	if [ "$mode" = fast ]; then sync=--no-sync; fi
	as_server "$bin/initdb" -D "$data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 $sync \
		>>"$run/control.log" 2>&1 </dev/null || fail "initdb" || return 1
	settings >>"$data/postgresql.conf"
	control start || fail "start the server"
}

# encoded writes a path as a value in the query of a URL.
encoded() {
	printf %s "$1" | sed 's/%/%25/g; s/ /%20/g; s/&/%26/g; s/#/%23/g; s/+/%2B/g'
}

if ! find_binaries; then
	echo missing
	exit 0
fi
user=
if [ "$(id -u)" = 0 ]; then
	user=postgres
	id -u "$user" >/dev/null 2>&1 || user=nobody
fi

trap finish EXIT
create || exit 1
echo "ready postgres://postgres@/postgres?host=$(encoded "$run")&port=5432"

while read -r verb; do
	case $verb in
	kill) if control stop -m immediate || fail "stop the server"; then echo 'done'; fi ;;
	start) if control start || fail "start the server"; then echo 'done'; fi ;;
	*) echo "failed: unknown word: $verb" ;;
	esac
done
