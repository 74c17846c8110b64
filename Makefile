# SPDX-License-Identifier: GPL-2.0-only
#
# Entry points of netkit-dkms; `make help` lists them.

# The version is in dkms.conf and nowhere else.
VERSION	:= $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"$$/\1/p' dkms.conf)

# Kernel to build for. There is no default: a module built for the wrong
# kernel is worse than none.
KDIR	?=
ifneq ($(KDIR),)
# What uname -r says there; Debian's include/config/kernel.release differs.
KREL	:= $(shell sed -n 's/^.define UTS_RELEASE "\(.*\)"$$/\1/p' \
	   $(KDIR)/include/generated/utsrelease.h 2>/dev/null)
SERIES	:= $(shell echo '$(KREL)' | sed -n 's/^\([0-9]*\.[0-9]*\).*/\1/p')
OUT	:= $(CURDIR)/build/$(KREL)
endif

.PHONY: help module clean install uninstall demo check stress lint matrix

ifneq ($(KDIR),)
.DEFAULT_GOAL := module
else
.DEFAULT_GOAL := help
endif

help:
	@echo 'netkit-dkms $(VERSION): the netkit network device for older kernels'
	@echo
	@echo '  make KDIR=<dir>   build build/<release>/netkit_backport.ko with the headers'
	@echo '                    in <dir>, for example /lib/modules/<release>/build'
	@echo '  make install      build by dkms for every kernel that has headers here,'
	@echo '                    and load if the running kernel is one of them (root)'
	@echo '  make uninstall    undo make install, leaving no trace (root)'
	@echo
	@echo '  make demo         see it work in a Debian 12 guest (root)'
	@echo '  make check        run the tests: unit tests, then guests (root)'
	@echo '  make stress       the long version of the unload and removal tests (root)'
	@echo '  make matrix       test every kernel of the archive, or ROW="<row> ..." (root)'
	@echo '  make lint         checkpatch, sparse, shellcheck, rules of this tree (root)'
	@echo '  make clean        remove build/'

# kbuild writes beside the sources it compiles, so it is given a tree of links
# per kernel and the checkout stays clean.
module:
	@test -n '$(KREL)' || { \
		echo 'netkit: $(KDIR) is not a configured kernel build directory: it has no include/generated/utsrelease.h.' >&2; \
		echo 'netkit: Install the headers of your kernel (Debian, Ubuntu: linux-headers-<release>; Fedora, RHEL: kernel-devel-<release>).' >&2; \
		exit 1; }
	@test -e compat/generated/$(SERIES).h || { \
		echo 'netkit: kernel $(KREL): series $(SERIES) is not supported; supported are:' $(basename $(notdir $(wildcard compat/generated/*.h))) >&2; \
		exit 1; }
	@mkdir -p '$(OUT)'
	@cp -rsfT '$(CURDIR)/src' '$(OUT)/src'
	@cp -rsfT '$(CURDIR)/compat' '$(OUT)/compat'
	@cp -sf '$(CURDIR)/Kbuild' '$(OUT)/Kbuild'
	@cp -f 'compat/generated/$(SERIES).h' '$(OUT)/answers.h'
	$(MAKE) -C '$(KDIR)' M='$(OUT)' NK_VERSION=$(VERSION) modules

clean:
	rm -rf build

install uninstall:
	@scripts/$@

demo check stress lint:
	@scripts/$@

matrix:
	@scripts/matrix $(ROW)
