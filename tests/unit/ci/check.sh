#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tests/ci/distribution, for the distributions that have other package managers
# than this machine: what it asks of them, and that it ends with success only
# where the table expects it. The managers are stand-ins that note how they are
# called; nothing is installed or built.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=tests/lib/tap.sh
. ../../lib/tap.sh

top=$(cd ../../.. && pwd)
if [[ ${1-} != unshared ]]; then
	exec unshare --mount --propagation private -- "./${0##*/}" unshared
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work"/{bin,out,etc}

# The programs of this machine, but its own package managers
for file in /usr/bin/* /bin/* /usr/sbin/* /sbin/*; do
	case ${file##*/} in
	apt* | dnf* | yum* | zypper* | rpm | dkms | amazon-linux-extras) ;;
	*) ln -sfT "$file" "$work/bin/${file##*/}" ;;
	esac
done
for name in dnf yum zypper amazon-linux-extras rpm; do
	cat >"$work/bin/.$name" <<-'SCRIPT'
	#!/bin/sh
	case $(basename "$0") in
	rpm)
		case $1 in
		-ql) echo "$FAKE/headers/include/generated/utsrelease.h" ;;
		-q) echo 1.2-3 ;;
		esac
		;;
	*) echo "$(basename "$0") $*" >>"$FAKE/asked" ;;
	esac
	SCRIPT
	chmod +x "$work/bin/.$name"
done
mkdir -p "$work/headers/include/generated"
touch "$work/etc/os-release"
mount --bind "$work/etc/os-release" /etc/os-release

# try NAME MANAGER RELEASE: sets $said, $rc and $asked
try() {
	local id=$1 version='' name
	if [[ $1 != fedora && $1 != *tumbleweed ]]; then
		version=$(grep -oE '[0-9]+(\.[0-9]+)?' <<<"${1#*-}" | head -n 1)
		id=${1%%-"$version"*}
		# Of the others, the name has the major version only
		[[ $1 == *leap* ]] || version=${version%%.*}
		case $id in
		rocky | ol) version+=.7 ;;
		esac
	fi
	printf 'NAME="Some Linux"\nID="%s"\nVERSION_ID="%s"\n' "$id" "$version" \
		>"$work/etc/os-release"
	echo "#define UTS_RELEASE \"$3\"" \
		>"$work/headers/include/generated/utsrelease.h"
	rm -f "$work"/bin/{dnf,yum,zypper,rpm,amazon-linux-extras} "$work/asked"
	for name in "$2" rpm amazon-linux-extras; do
		cp "$work/bin/.$name" "$work/bin/$name"
	done
	rc=0
	said=$(FAKE=$work PATH=$work/bin "$top/tests/ci/distribution" "$1" \
		"$work/out" 2>&1) || rc=$?
	asked=$(cat "$work/asked" 2>/dev/null || true)
}

while read -r name _ expected from headers kernel; do
	case $name in
	'' | '#'* | debian* | ubuntu*) continue ;;
	opensuse*) manager=zypper ;;
	amzn-2 | amzn-2-*) manager=yum ;;
	*) manager=dnf ;;
	esac
	try "$name" "$manager" 4.18.0-553.el8.x86_64
	check_match "$name: asks for the headers" \
		"$manager .*install .*$headers"$'($|\n)' "$asked"
	dkms=no
	[[ " $asked " != *" dkms "* ]] || dkms=yes
	check_equal "$name: asks for dkms if that is expected" \
		"$([[ $expected == dkms ]] && echo yes || echo no)" "$dkms"
	for word in ${from//,/ }; do
		case $word in
		ol*) want="--disablerepo=\\*UEK\\* .*--enablerepo=$word " ;;
		epel) want='install (oracle-)?epel-release' ;;
		extras:*) want="amazon-linux-extras enable ${word#*:}" ;;
		-) continue ;;
		esac
		check_match "$name: asks for packages from $word" "$want" "$asked"
	done
	if [[ $expected == old ]]; then
		check_equal "$name: an old kernel is expected" \
			"0 old 4.18.0-553.el8.x86_64" "$rc $said"
	else
		check_match "$name: an old kernel is a failure" \
			"^1 .*is older than 5.10, expected: $expected" "$rc $said"
	fi

	try "$name" "$manager" 5.10.0-1.x86_64
	if [[ $expected == old ]]; then
		check_match "$name: a kernel that is not old is a failure" \
			"^1 .*is not older than 5.10" "$rc $said"
	else
		check_match "$name: asks for the kernel of the headers" \
			"install .*${kernel}[-=]1\.2-3"$'($|\n)' "$asked"
		check_match "$name: without its headers in place it fails" \
			"^1 .*does not lead to the headers" "$rc $said"
	fi
done <"$top/tests/ci/distributions"

try rocky-9 dnf 5.14.0-1.x86_64
printf 'ID=fedora\nVERSION_ID=44\n' >"$work/etc/os-release"
check_fails_with "another distribution than the one named is a failure" \
	"this is fedora 44" env FAKE="$work" PATH="$work/bin" \
	"$top/tests/ci/distribution" rocky-9 "$work/out"
finish
