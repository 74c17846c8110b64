#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# scripts/build in other languages than C, with compilers that do not answer, and
# when its answers are good no more. The kernel is none: what is run instead of
# make has a probe compile if the set in $FAKE/set has what it asks for, and
# complains of the others as a compiler does. What a real kernel says is the
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
	else
		printf "${complaint-%s:5:9: error: implicit declaration}\n" "$probe"
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

no_answer "no process to be had" \
	"gcc: fatal error: cannot execute 'cc1': vfork: Resource temporarily unavailable%.0s"
no_answer "a compiler that is killed" \
	"gcc: fatal error: Killed signal terminated program cc1%.0s"
no_answer "a disk that is full" \
	"make[2]: *** [Makefile:20: %s] Disk quota exceeded"
no_answer "a compiler with a bug" \
	"%s:5:9: internal compiler error: Segmentation fault"

rm -rf "$package/build"
build complaint='In file included from %s:3: some.h:8:1: error: unknown type'
check_equal "an error in a header is one" "$known" "$said"

rm -rf "$package/build"
build accepts=sanity_bad
check_equal "a compiler that takes everything: the build fails" 1 "$rc"
check_match "a compiler that takes everything: it says why" \
	"the compiler accepts what is no C" "$(box)"

# ---- when answers are asked for again ----

rm -rf "$package/build"
build
check_equal "the first time" 1 "$runs"
build
check_equal "not a second time" 0 "$runs"
echo "gcc 13.1.0" >"$work/version"
build
check_equal "with another compiler" 1 "$runs"
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

rm "$kdir/include/config/auto.conf"
build
check_equal "a directory without configuration: the build fails" 1 "$rc"
check_match "a directory without configuration: it says what is missing" \
	"it has no include/config/auto.conf" "$said"
finish
