#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# scripts/build in other languages than C, with compilers that do not answer, and
# when its answers are good no more. The kernel is none: what is run instead of
# make has a probe compile if the set in $FAKE/set has what it asks for, and
# leaves of the others what a compiler says. What a real kernel says is the
# subject of tests/module/build.sh.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=tests/lib/tap.sh
. ../../lib/tap.sh

top=$(cd ../../.. && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export FAKE=$work
kdir=$work/kernel
release=6.1.0-fake
package=$work/package
out=$package/build/$release

mkdir -p "$package" "$work/bin" "$kdir"/include/{generated,config}
(cd "$top" && scripts/package-files | xargs cp -t "$package" --parents)
echo "#define UTS_RELEASE \"$release\"" >"$kdir/include/generated/utsrelease.h"
touch "$kdir/include/config/auto.conf"
# Status 1: some are missing, here all of them
rc=0
missing=$("$top/scripts/missing-options" "$kdir") || rc=$?
check_equal "a kernel without options lacks some" 1 "$rc"
sed 's/ .*//; s/$/=y/' <<<"$missing" >"$kdir/include/config/auto.conf"
check "with them it lacks none" "$top/scripts/missing-options" "$kdir"
cp "$top/compat/generated/6.1.h" "$work/set"

cat >"$work/bin/make" <<'SCRIPT'
#!/bin/bash
error="%s:5:9: error: implicit declaration"
echo "$*" >"$FAKE/arguments"
for word; do
	[[ $word != M=* ]] || dir=${word#M=}
done
echo "LANG=$LANG LANGUAGE=${LANGUAGE-}" >>"$FAKE/runs"
for probe in "$dir"/*.c; do
	name=$(basename "$probe" .c)
	symbol=${name%__*}
	[[ ${name##*__} == present ]] || symbol+=_${name##*__}
	if [[ $name == sanity_good || $name == "${accepts-}" ]] ||
		grep -qix "#define NK_HAVE_$symbol 1" "$FAKE/set"; then
		: >"$dir/$name.yes"
	elif [[ -z ${only-} || $name == "$only" ]]; then
		printf "${complaint-$error}\n" "$probe" >"$dir/$name.log"
	else
		printf "$error\n" "$probe" >"$dir/$name.log"
	fi
done
exit 2
SCRIPT
chmod +x "$work/bin/make"

# What the makefiles would call
cat >"$work/bin/gcc" <<'SCRIPT'
#!/bin/sh
cat "$FAKE/version"
SCRIPT
chmod +x "$work/bin/gcc"
echo "gcc 12.2.0" >"$work/version"

# build [VARIABLE=VALUE...]: leaves status, output and how often it asked
build() {
	: >"$work/runs"
	rc=0
	said=$(env "$@" PATH="$work/bin:$PATH" MAKE="$work/bin/make" \
		"$package/scripts/build" --answers "$kdir" 2>&1) || rc=$?
	runs=$(wc -l <"$work/runs")
}

known="netkit: kernel $release is equal to the known set 6.1"

# The boxed lines as one, without the frame
box() {
	sed -n 's/^| \(.*\) |$/\1/p' <<<"$said" | paste -sd' ' | tr -s ' '
}

# ---- other languages ----

mkdir "$work/locales"
for locale in en_US tr_TR; do
	localedef -i "$locale" -f UTF-8 "$work/locales/$locale.UTF-8"
done
check_equal "Turkish capitals are others" İ \
	"$(LOCPATH=$work/locales LC_ALL=tr_TR.UTF-8 bash -c 'i=i; echo "${i^^}"')"
check_equal "underscores are sorted elsewhere in English" "K___N K_S" \
	"$(printf '%s\n' K_S K___N | LOCPATH=$work/locales LC_ALL=en_US.UTF-8 sort | xargs)"

for locale in C en_US.UTF-8 tr_TR.UTF-8; do
	rm -rf "$package/build"
	build -u LC_ALL LOCPATH="$work/locales" LANG="$locale" LANGUAGE=tr
	check_equal "LANG=$locale: the kernel is known" "$known" "$said"
	check_equal "LANG=$locale: the build succeeds" 0 "$rc"
	check_equal "LANG=$locale: the answers are those of the set" \
		"$(grep NK_HAVE_ "$work/set" | LC_ALL=C sort)" \
		"$(LC_ALL=C sort "$out/answers.h")"
	check_equal "LANG=$locale: the compiler speaks English" \
		"LANG=C LANGUAGE=" "$(<"$work/runs")"
	rm -rf "$package/build"
	build LOCPATH="$work/locales" LC_ALL="$locale"
	check_equal "LC_ALL=$locale: the kernel is known" "$known" "$said"
done

# ---- what is no answer ----

# no_answer WHAT COMPLAINT: of every probe that does not compile
no_answer() {
	rm -rf "$package/build"
	build complaint="$2"
	check_equal "$1: the build fails" 1 "$rc"
	check_match "$1: it says why" "the compiler was kept from its work" "$(box)"
	check_fails "$1: nothing is kept" test -e "$out/answers.h"
}

warning='In file included from %s:3:\nsome.h:8:1: warning: no prototype\n'

no_answer "no process to be had" \
	"gcc: fatal error: cannot execute 'cc1': vfork: Resource temporarily unavailable%.0s"
no_answer "a compiler that is killed" \
	"gcc: fatal error: Killed signal terminated program cc1%.0s"
no_answer "one that is killed after a warning" \
	"${warning}gcc: fatal error: Killed signal terminated program cc1%.0s"
no_answer "a disk that is full" \
	"%s:5:1: fatal error: closing dependency file .x.d: No space left on device"
no_answer "no more files" \
	"%s:3:10: fatal error: linux/net.h: Too many open files"
no_answer "a compiler with a bug" \
	"%s:5:9: internal compiler error: Segmentation fault"
no_answer "another one" \
	"clang: error: clang frontend command failed\n1. %s:5:9: current parser token"
no_answer "one that says nothing" "%.0s"

# One of them, after others that are answered
rm -rf "$package/build"
build
for log in "$out"/probes/*.log; do
	only=$(basename "$log" .log)
done
rm -rf "$package/build"
build only="$only" complaint="Killed%.0s"
check_equal "one of many without an answer: the build fails" 1 "$rc"
check_match "one of many without an answer: it is named" "$only" "$(box)"

rm -rf "$package/build"
build complaint='In file included from %s:3: some.h:8:1: error: unknown type'
check_equal "an error in a header is one" "$known" "$said"

for missing in "some.h: No such file or directory" "'some.h' file not found"; do
	rm -rf "$package/build"
	build complaint="%s:3:10: fatal error: $missing"
	check_equal "a header that is missing is one: $missing" "$known" "$said"
done

rm -rf "$package/build"
build accepts=sanity_bad
check_equal "a compiler that takes everything: the build fails" 1 "$rc"
check_match "a compiler that takes everything: it says why" \
	"the compiler accepts what is no C" "$(box)"

# ---- which compiler ----

# compiler WHAT WORDS: the makefiles are told to use it, for the configuration on
# standard input
compiler() {
	cat >"$kdir/include/config/auto.conf"
	rm -rf "$package/build"
	build
	check_equal "$1" "$2" "$(grep -oE '(LLVM|CC|LD|AR)=[^ ]*' "$work/arguments" | xargs)"
}

options=$(<"$kdir/include/config/auto.conf")
cp "$work/bin/gcc" "$work/bin/x86_64-linux-gnu-gcc-12"
compiler "the kernel's own gcc" "CC=x86_64-linux-gnu-gcc-12" <<CONFIG
$options
CONFIG_CC_VERSION_TEXT="x86_64-linux-gnu-gcc-12 (Debian 12.2.0) 12.2.0"
CONFIG
compiler "one that is not here" "" <<CONFIG
$options
CONFIG_CC_VERSION_TEXT="x86_64-linux-gnu-gcc-99 (Debian 99.0) 99.0"
CONFIG
clang="$options
CONFIG_CC_IS_CLANG=y
CONFIG_CLANG_VERSION=990006
CONFIG_LD_IS_LLD=y"
compiler "clang, some version" "LLVM=1" <<<"$clang"
cp "$work/bin/gcc" "$work/bin/clang-99"
cp "$work/bin/gcc" "$work/bin/ld.lld-99"
compiler "the kernel's own clang" "LLVM=1 CC=clang-99 LD=ld.lld-99 AR=llvm-ar-99" <<<"$clang"
compiler "clang with another linker" "CC=clang-99" <<<"${clang/CONFIG_LD_IS_LLD=y/}"
echo "$options" >"$kdir/include/config/auto.conf"

# ---- for programs that only read dkms.conf ----

# As a hook of a package manager does
read_conf() {
	# shellcheck disable=SC2016 # for the shell that it starts
	env -i PATH="$PATH" "$@" bash -c \
		'. "$0/dkms.conf"; echo "<$PACKAGE_NAME $BUILD_EXCLUSIVE_KERNEL>"' \
		"$package" 2>&1
}
check_equal "for no kernel in particular" "<netkit >" "$(read_conf)"
check_equal "for one that can have it" "<netkit >" \
	"$(read_conf kernelver="$release" kernel_source_dir="$kdir")"
mv "$kdir/include/config/auto.conf" "$work/conf"
echo >"$kdir/include/config/auto.conf"
check_match "for one that cannot" "netkit: not built for $release: it lacks .*<netkit \^\\\$>" \
	"$(read_conf kernelver="$release" kernel_source_dir="$kdir" | paste -sd ' ')"
mv "$work/conf" "$kdir/include/config/auto.conf"

# ---- when answers are asked for again ----

rm -rf "$package/build"
build
check_equal "the first time" 1 "$runs"
build
check_equal "not a second time" 0 "$runs"
echo "gcc 13.1.0" >"$work/version"
build
check_equal "with another compiler" 1 "$runs"
cp "$work/bin/gcc" "$work/bin/gcc-13"
build MAKEFLAGS=" -- CC=gcc-13"
check_equal "with one that make is told" 1 "$runs"
sed -i 's/^cat.*/echo gcc 13.2.0/' "$work/bin/gcc-13"
build MAKEFLAGS=" -- CC=gcc-13"
check_equal "with a newer version of that" 1 "$runs"
build MAKEFLAGS=" -- CC=gcc-13"
check_equal "and not once more" 0 "$runs"
build
mkdir -p "$kdir/include/linux" "$work/shared/include/linux"
touch "$kdir/include/linux/new.h"
build
check_equal "with another header" 1 "$runs"
echo "include ../shared/Makefile" >"$kdir/Makefile"
touch "$work/shared/include/linux/shared.h"
build
check_equal "with headers in a directory that the makefile names" 1 "$runs"
touch -d yesterday "$work/shared/include/linux/shared.h"
build
check_equal "with one of those changed" 1 "$runs"
build
check_equal "and not once more" 0 "$runs"

mkdir "$work/modules"
ln -s "$kdir" "$work/modules/build"
kdir=$work/modules build
check_equal "the directory above: the build fails" 1 "$rc"
check_match "the directory above: it says which one is meant" \
	"$work/modules is not a kernel build directory; $work/modules/build is" "$said"
rm "$kdir/include/config/auto.conf"
build
check_equal "a directory without configuration: the build fails" 1 "$rc"
check_match "a directory without configuration: it says what is missing" \
	"it has no include/config/auto.conf" "$said"
finish
