#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# make KDIR=<dir> with the compiler and headers of this row: the module, what
# is said of the kernel's answers, and what a build that fails says.
#
# netkit-vm: check=no boot=no needs=headers timeout=1200
set -euo pipefail
# shellcheck source=tests/lib/tap.sh
. ../lib/tap.sh

package=/mnt/package
kernel=$(basename /lib/modules/*)
kdir=/lib/modules/$kernel/build
headers=$(realpath "$kdir")
out=$package/build/$kernel
log=/tmp/log

# build [ARGUMENT...]: make KDIR=...; leaves what it said in $log
build() {
	make -C "$package" KDIR="$kdir" "$@" >"$log" 2>&1
}

# fails WHAT ARGUMENT...: the build must fail
fails() {
	local rc=0
	build "${@:2}" || rc=$?
	check_equal "$1: make fails" 2 "$rc"
}

# What the last build said of the kernel
verdict() {
	sed -n "s/^netkit: kernel $kernel is //p" "$log"
}

# The boxed lines as one, without the frame
box() {
	sed -n 's/^| \(.*\) |$/\1/p' "$log" | paste -sd' ' | tr -s ' '
}

# Every path of the sources, to see what a build leaves
listing() {
	find "$package" -path "$package/build" -prune -o -print | sort
}

was=$(listing)
touch /tmp/before
sleep 1

# ---- a build ----

SECONDS=0
must "make KDIR=$kdir" build
note "took $SECONDS s"
check "it leaves the module" test -e "$out/netkit_backport.ko"
check_equal "for this kernel" "$kernel" \
	"$(modinfo -F vermagic "$out/netkit_backport.ko" | cut -d ' ' -f 1)"
check_match "the kernel is one of a known set" '^equal to the known set ' "$(verdict)"
check_equal "the sources stay as they are" "$was" "$(listing)"
check_equal "so do the headers" "" \
	"$(find -L "$headers" /usr/src -newer /tmp/before -not -type d \
		-not -path '*/proc/*' 2>/dev/null)"

# Without the time at which it was compiled
touch /tmp/before
sleep 1
SECONDS=0
must "make again" build
note "took $SECONDS s"
check_equal "asks and compiles nothing anew" "" \
	"$(find "$out" -type f -newer /tmp/before \( -name '*.o' -o -path "$out/probes/*" \))"

answers=$(<"$out/answers.h")
rm -rf "$package/build"
SECONDS=0
must "scripts/build --answers" "$package/scripts/build" --answers "$kdir"
note "answers in $SECONDS s"
check_equal "finds the same answers" "$answers" "$(<"$out/answers.h")"
check_fails "and builds nothing" test -e "$out/netkit_backport.ko"

# ---- an unknown set ----

cp -r "$package/compat/generated" /tmp/generated
flip=NK_HAVE_SKB_CLEAR_TSTAMP
if grep -q "^#define $flip 1" "$out/answers.h"; then
	here=yes
	sed -i "s,^#define $flip 1\$,/* #undef $flip */," "$package"/compat/generated/*.h
else
	here=no
	sed -i "s,^/\* #undef $flip \*/\$,#define $flip 1," "$package"/compat/generated/*.h
fi
check "a kernel that equals no known set is built" build
check_match "the nearest set and what differs are named" \
	"^in no known set; nearest is [0-9.]+, but for $flip \(here: $here\)\$" \
	"$(verdict)"
check "the module is there" test -e "$out/netkit_backport.ko"
rm -r "$package/compat/generated"
mv /tmp/generated "$package/compat/generated"

# ---- builds that fail ----

cp "$package/src/mprog.c" /tmp/mprog.c
echo 'int broken(void) { return no_such_name; }' >>"$package/src/mprog.c"
fails "an error in a source"
check_match "it ends with a box that says what failed" \
	"netkit was not built for kernel ${kernel//+/[+]}: the module does not compile" "$(box)"
check_match "in which kernel tree" "kernel tree: ${headers//+/[+]}" "$(box)"
check_match "with which answers" 'answers: +equal to the known set' "$(box)"
check_match "which file failed" 'failed: +src/mprog.o' "$(box)"
check_match "and how" 'no_such_name' "$(box)"
check_match "what to attach to a report" 'build.log' "$(box)"
check_equal "in one box" 2 "$(grep -c '^+-*+$' "$log")"
check_equal "of straight lines" 78 \
	"$(sed -n '/^+-*+$/,/^+-*+$/p' "$log" | awk '{ print length }' | sort -u)"
cp /tmp/mprog.c "$package/src/mprog.c"

rm -rf "$package/build"
fails "a compiler that fails" CC=false
check_match "that is no answer of the kernel's" \
	"netkit was not built for kernel ${kernel//+/[+]}: the headers of this kernel cannot be compiled" \
	"$(box)"
check_fails "and none is kept" test -e "$out/answers.h"

cp -a "$headers" /tmp/poor
sed -i '/^CONFIG_KPROBES=/d' /tmp/poor/.config /tmp/poor/include/config/auto.conf
kdir=/tmp/poor
fails "a kernel without KPROBES"
check_equal "one line names it" \
	"netkit: kernel $kernel cannot have netkit: it lacks CONFIG_KPROBES, which netkit needs" \
	"$(grep '^netkit: ' "$log")"

sed -i 's/UTS_RELEASE ".*"/UTS_RELEASE "5.9.16-old"/' \
	/tmp/poor/include/generated/utsrelease.h
fails "a kernel before 5.10"
check_equal "one line says so" \
	"netkit: kernel 5.9.16-old cannot have netkit: it is older than 5.10, the first kernel that can have netkit" \
	"$(grep '^netkit: ' "$log")"

kdir=/tmp
fails "no build directory"
check_match "says what to install" \
	'/tmp is not a configured kernel build directory' "$(grep '^netkit: ' "$log")"

kdir=
fails "no directory at all" module
check_match "asks for one" '^netkit: for which kernel[?]' "$(grep '^netkit: ' "$log")"

kdir=$headers
cp -r "$package" "/tmp/two words"
package="/tmp/two words"
fails "a tree that kbuild cannot build in"
check_match "says why" 'spaces or colons in its name; move /tmp/two words' \
	"$(grep '^netkit: ' "$log")"
finish
