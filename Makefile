# SPDX-License-Identifier: GPL-2.0-only
#
# Entry points of netkit-dkms; `make help` lists them.

# The version is in dkms.conf and nowhere else.
VERSION	:= $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"$$/\1/p' dkms.conf)

# Scripts go where they are told
export CDPATH :=

# Kernel build directory to build for. There is no default: a module built for
# the wrong kernel is worse than none.
KDIR	?=

.PHONY: help module clean install uninstall demo check stress fuzz lint matrix bench

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
	@echo '  make install      build by dkms for every kernel that has headers here, or'
	@echo '                    KVER="<release> ...", and load if the running kernel is'
	@echo '                    one of them (root)'
	@echo '  make uninstall    undo make install (root)'
	@echo
	@echo '  make demo         see it work in a Debian 12 guest (root)'
	@echo '  make check        run the tests: unit tests, then guests (root)'
	@echo '  make stress       the long version of the unload and removal tests (root)'
	@echo '  make fuzz         random operations on two drivers, compared (root)'
	@echo '  make matrix       test every kernel of the archive, or ROW="<row> ..." (root)'
	@echo '  make bench        count instructions, netkit against veth, or ROW="<row> ..." (root)'
	@echo '  make lint         checkpatch, sparse, shellcheck, rules of this tree (root)'
	@echo '  make clean        remove build/, with what matrix and bench measured'

# The recipe runs make itself, and shares this one's jobs with it
module:
	+@bash scripts/build '$(KDIR)'

clean:
	rm -rf build

# By their interpreters: a file system may be mounted noexec
install uninstall:
	$(if $(DESTDIR),$(error make $@ knows no DESTDIR: it has dkms build for this machine; a package has what scripts/package-files prints in /usr/src/netkit-$(VERSION)))
	@bash scripts/$@

demo check stress fuzz lint:
	@scripts/$@

matrix bench:
	@scripts/$@ $(ROW)
