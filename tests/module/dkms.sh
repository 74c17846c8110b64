#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# For which kernels dkms builds the module, with the dkms of this row: kernels
# that cannot have it, or have a complete netkit of their own, are skipped
# quietly, whichever way dkms is asked. And what installing and uninstalling leave
# alone.
#
# netkit-vm: check=no boot=no needs=headers timeout=1200
set -euo pipefail
# shellcheck source=tests/lib/tap.sh
. ../lib/tap.sh

package=/mnt/package
kernel=$(basename /lib/modules/*)
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"$/\1/p' "$package/dkms.conf")
note "kernel $kernel, dkms $(dkms --version)"

# kernel_like_this RELEASE: headers of one more kernel
kernel_like_this() {
	local dir=/usr/src/like-$1 original
	original=$(realpath "/lib/modules/$kernel/build")
	mkdir -p "/lib/modules/$1"
	# Beside the original, which has links, and may name itself in its makefile
	cp -a "$original" "$dir"
	sed -i "s,$original\$,$dir," "$dir/Makefile"
	ln -s "$dir" "/lib/modules/$1/build"
	touch "/lib/modules/$1/modules."{order,builtin}
}

# config RELEASE OPTION [VALUE]: change what its kernel has
config() {
	local file
	for file in "/lib/modules/$1/build/"{.config,include/config/auto.conf}; do
		sed -i "/^$2=/d" "$file"
		[[ -z ${3-} ]] || echo "$2=$3" >>"$file"
	done
}

# Lines of ours in what the last command said
ours() {
	grep -o 'netkit: not built for .*' <<<"$out" || true
}

run() {
	rc=0
	out=$("$@" 2>&1) || rc=$?
	note "$*: $rc"
	# shellcheck disable=SC2001 # each line of several
	sed 's/^/# /' <<<"$out"
}

installed() {
	[[ -n $(find "/lib/modules/$1" -name 'netkit_backport.ko*') ]]
}

# skipped WHAT RELEASE REASON: by all ways that dkms can be asked
skipped() {
	local what=$1 release=$2 reason=$3
	run dkms autoinstall -k "$release"
	check_equal "$what: autoinstall succeeds" 0 "$rc"
	check_equal "$what: it says why in one line" \
		"netkit: not built for $release: $reason" "$(ours)"
	check_fails "$what: nothing is installed" installed "$release"
	run /etc/kernel/postinst.d/dkms "$release"
	check_equal "$what: so does the installation of such a kernel" 0 "$rc"
	check_equal "$what: and says why" \
		"netkit: not built for $release: $reason" "$(ours)"
	check_fails "$what: still nothing is installed" installed "$release"
	run dkms build -m netkit -v "$version" -k "$release"
	# 77 is dkms's word for skipped, 9 that of dkms 2
	check_match "$what: a build is refused as not wanted" '^(77|9)$' "$rc"
	check_equal "$what: with the reason" \
		"netkit: not built for $release: $reason" "$(ours)"
	check_fails "$what: nothing was compiled" \
		test -e "/var/lib/dkms/netkit/$version/$release"
	run make -C "$package" install KVER="$release"
	check_equal "$what: make install goes on" 0 "$rc"
	check_equal "$what: and says why, once" 1 \
		"$(grep -cxF "netkit: not built for $release: $reason" <<<"$out")"
	check_fails "$what: at last nothing is installed" installed "$release"
}

complete="it has a complete netkit of its own (NETKIT_ALWAYS=yes in /etc/dkms/netkit.conf builds it all the same)"

# Does this row's own kernel have one?
has_complete=0
if grep -qw IFLA_NETKIT_PAIRING /usr/src/*/include/uapi/linux/if_link.h &&
	grep -q '^CONFIG_NETKIT=' "/lib/modules/$kernel/build/include/config/auto.conf"; then
	has_complete=1
fi

# ---- kernels that lack what is needed ----

kernel_like_this 9.9.1-poor
config 9.9.1-poor CONFIG_KPROBES
kernel_like_this 9.9.2-poorer
config 9.9.2-poorer CONFIG_BPF_SYSCALL
config 9.9.2-poorer CONFIG_KALLSYMS

cp -r "$package" "/usr/src/netkit-$version"
must "dkms add" dkms add -m netkit -v "$version"
skipped "one option missing" 9.9.1-poor \
	"it lacks CONFIG_KPROBES, which netkit needs"
skipped "two options missing" 9.9.2-poorer \
	"it lacks CONFIG_BPF_SYSCALL, CONFIG_KALLSYMS, which netkit needs"

# ---- kernels with a netkit of their own ----

kernel_like_this 9.9.3-complete
config 9.9.3-complete CONFIG_NETKIT y
mkdir -p /lib/modules/9.9.3-complete/build/include/uapi/linux
echo "enum { IFLA_NETKIT_PAIRING };" \
	>/lib/modules/9.9.3-complete/build/include/uapi/linux/if_link.h
skipped "a complete netkit" 9.9.3-complete "$complete"

if ((has_complete)); then
	skipped "this row's kernel" "$kernel" "$complete"
	mkdir -p /etc/dkms
	echo 'NETKIT_ALWAYS="yes"' >/etc/dkms/netkit.conf
fi

# ---- and others ----

run dkms autoinstall -k "$kernel"
check_equal "this row's kernel: autoinstall succeeds" 0 "$rc"
check_equal "this row's kernel: nothing to say" "" "$(grep 'not built for' <<<"$out" || true)"
check "this row's kernel: the module is installed" installed "$kernel"
check_match "this row's kernel: dkms knows it" \
	"netkit(/|, )$version, ${kernel//+/[+]}, x86_64: installed" "$(dkms status)"
# Now that the module exists for one kernel, dkms asks about that one
rm -f /etc/dkms/netkit.conf
skipped "next to a kernel that has it" 9.9.1-poor \
	"it lacks CONFIG_KPROBES, which netkit needs"

# ---- what installing leaves alone ----

mkdir -p /etc/dkms
echo "NETKIT_ALWAYS='yes'" >/etc/dkms/netkit.conf
kernel_like_this 9.9.4-other
sed -i 's/UTS_RELEASE ".*"/UTS_RELEASE "9.9.4-other"/' \
	/lib/modules/9.9.4-other/build/include/generated/utsrelease.h
mkdir /usr/src/netkit-0.17
cat >/usr/src/netkit-0.17/dkms.conf <<'CONF'
PACKAGE_NAME="netkit"
PACKAGE_VERSION="0.17"
BUILT_MODULE_NAME[0]="other"
DEST_MODULE_LOCATION[0]="/updates/dkms"
CONF
must "another package of that name" dkms add -m netkit -v 0.17
# What the configuration of dkms may say
echo "sign_file=\"/lib/modules/\$kernelver/build/scripts/sign-file\"" \
	>>/etc/dkms/framework.conf

run make -C "$package" install KVER=9.9.4-other
check_equal "make install for another kernel" 0 "$rc"
check "it has the module" installed 9.9.4-other
check "the first one still has it" installed "$kernel"
check_equal "and dkms knows both" 2 \
	"$(dkms status -m netkit -v "$version" | grep -c ': installed')"

was=$(cd "/lib/modules/$kernel" && find . -name 'netkit_backport.ko*' -exec sha256sum {} +)
cp -r "$package" /tmp/broken
echo '#error "broken"' >>/tmp/broken/src/main.c
run make -C /tmp/broken install KVER="$kernel"
check_equal "make install of what does not compile fails" 2 "$rc"
check_match "and says what stays" "what was installed for it stays" "$out"
check_equal "the module stays" "$was" \
	"$(cd "/lib/modules/$kernel" && find . -name 'netkit_backport.ko*' -exec sha256sum {} +)"

run make -C "$package" install DESTDIR=/tmp/dest KVER="$kernel"
check_equal "make install with DESTDIR fails" 2 "$rc"
check_match "and says why" "make install knows no DESTDIR" "$out"

# A tree and a shell as some people have them
cp -r "$package" /tmp/private
chmod -R go= /tmp/private
rm -rf "/usr/src/netkit-$version"
# shellcheck disable=SC2016 # for the shell that it starts
run env CDPATH=/usr:. KBUILD_OUTPUT=/tmp/nowhere PATH=/usr/bin:/bin \
	sh -c 'umask 077; make -C /tmp/private install KVER="$0"' "$kernel"
check_equal "make install after the sources were removed by hand" 0 "$rc"
check_match "says that they were gone" "the sources of netkit $version are gone" "$out"
check "and installs the module" installed "$kernel"
check "the sources are back" test -e "/usr/src/netkit-$version/src/main.c"
check_equal "and everybody may read them" "" \
	"$(find "/usr/src/netkit-$version" -type d -not -perm -go=rx -o -not -perm -go=r)"

exec 8</var/lib/dkms
flock 8
run make -C "$package" install KVER="$kernel"
exec 8<&-
check_equal "make install while another one runs fails" 2 "$rc"
check_match "and says so" "another make install or make uninstall is running" "$out"

run make -C "/usr/src/netkit-$version" install KVER="$kernel"
check_equal "make install from where dkms has its sources" 0 "$rc"
check "leaves them there" test -e "/usr/src/netkit-$version/src/main.c"
check "and installs them" installed "$kernel"

# A dkms that cannot tell what there is
mkdir /tmp/failing
cat >/tmp/failing/dkms <<-'DKMS'
	#!/bin/sh
	[ "$1" != status ] || { echo "dkms is broken" >&2; exit 1; }
	exec /usr/sbin/dkms "$@"
DKMS
chmod +x /tmp/failing/dkms
for target in install uninstall; do
	run env PATH="/tmp/failing:$PATH" make -C "$package" "$target" KVER="$kernel"
	check_equal "make $target with a dkms that fails" 2 "$rc"
	check_match "says so" "cannot tell what is installed: dkms status failed" "$out"
	check "leaves the module" installed "$kernel"
	check "and the sources" test -e "/usr/src/netkit-$version/dkms.conf"
done

# One kernel is gone when the next version comes, all but our module; one cannot
# have it any more; one has no headers, and only this row's own still has
like_other() {
	cp -a "/var/lib/dkms/netkit/$version/"{9.9.4-other,"$1"}
	ln -s "$version/$1/$(uname -m)" "/var/lib/dkms/netkit/kernel-$1-$(uname -m)"
	mkdir -p "/lib/modules/$1"
	cp -a "/lib/modules/9.9.4-other/updates" "/lib/modules/$1/"
}
like_other 9.9.5-gone
kernel_like_this 9.9.6-cannot
like_other 9.9.6-cannot
config 9.9.6-cannot CONFIG_KPROBES
check_equal "four kernels have it" 4 \
	"$(dkms status -m netkit -v "$version" | grep -c ': installed')"
for dir in /lib/modules/9.9.*/; do
	[[ $dir == *-cannot/ ]] || rm -f "${dir}build"
done
cp -r "$package" /tmp/newer
sed -i 's/^PACKAGE_VERSION=.*/PACKAGE_VERSION="9.9"/' /tmp/newer/dkms.conf
run make -C /tmp/newer install
check_equal "make install of a newer version" 0 "$rc"
check_match "the kernel that has headers gets it" ', 9[.]9, |/9[.]9, ' \
	"$(dkms status -m netkit | grep -F ", $kernel, " | grep ': installed')"
check "another one keeps what it has" installed 9.9.4-other
check_match "that is said, and of no other" \
	"netkit $version stays for what has no headers here: 9.9.4-other"$'\n' "$out"$'\n'

echo 'options netkit_backport takeover=1' >>/etc/modprobe.d/netkit.conf
run make -C "$package" uninstall
check_equal "make uninstall" 0 "$rc"
check_equal "takes it from all kernels" "" \
	"$(find /lib/modules -name 'netkit_backport.ko*')"
check_equal "and from dkms" "" \
	"$(dkms status -m netkit -v "$version"; dkms status -m netkit -v 9.9)"
check_match "but not another package of that name" "0[.]17: added" \
	"$(dkms status -m netkit)"
check_fails "its sources go" test -e "/usr/src/netkit-$version"
check "those of another package do not" test -e /usr/src/netkit-0.17/dkms.conf
check_match "a file that was changed stays, and is named" \
	"netkit: /etc/modprobe.d/netkit.conf was changed, and stays" "$out"
check "as it was" grep -qx 'options netkit_backport takeover=1' /etc/modprobe.d/netkit.conf
check_fails "one that was not goes" test -e /etc/modules-load.d/netkit.conf
finish
