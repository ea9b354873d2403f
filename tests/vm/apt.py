# SPDX-License-Identifier: GPL-2.0
"""Packages of any Debian suite, through apt under a private configuration.

apt gets its own lists, state, cache and sources in build/vm/apt/SUITE. The machine's sources and dpkg state are never
written, nor are its package lists. Its Acquire::* settings (proxies, credentials) still apply, and its choice of mirror
is followed. Signatures are checked against debian-archive-keyring.
"""

import os
import re
import subprocess
import tempfile
from pathlib import Path

import lib

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
DEFAULT_MIRRORS = {
    "debian": "http://deb.debian.org/debian",
    "security": "http://deb.debian.org/debian-security",
}
CONFIG = """\
#clear APT::Update;
#clear DPkg;
APT::Architecture "{arch}";
#clear APT::Architectures;
APT::Architectures {{ "{arch}"; }};
APT::Get::List-Cleanup "true";
APT::Sandbox::User "{user}";
Acquire::Languages "none";
Acquire::GzipIndexes "false";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::Retries "3";
Dir::Etc::sourcelist "{root}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "{root}/state";
Dir::State::lists "{root}/lists";
Dir::State::status "{root}/status";
Dir::Cache "{root}/cache";
Dir::Cache::pkgcache "pkgcache.bin";
Dir::Cache::srcpkgcache "srcpkgcache.bin";
Dir::Log "{root}/log";
"""


def mirrors():
    """The URIs of the two Debian archives as this machine's apt knows them, else the public ones."""
    found = dict(DEFAULT_MIRRORS)
    form = "$(SITE) $(RELEASE) $(COMPONENT) $(CREATED_BY)"
    run = subprocess.run([lib.need("apt-get"), "indextargets", "--format", form],
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    for line in reversed(run.stdout.splitlines()):  # reversed: the first one listed wins
        fields = line.split()
        if fields[2:] != ["main", "Packages"]:
            continue
        site, last = fields[0], fields[0].rstrip("/").rsplit("/", 1)[-1]
        if last == "debian":
            found["debian"] = site
        elif last == "debian-security":
            found["security"] = site
    return found


class Suite:
    """One suite of one archive for one architecture."""

    def __init__(self, kernel):
        lib.need("apt-get", "apt-cache")
        if not os.path.exists(KEYRING):
            lib.die(f"missing {KEYRING}; on Debian: apt-get install debian-archive-keyring", lib.EXIT_IMPOSSIBLE)
        self.kernel = kernel
        name = kernel.suite if kernel.arch == "amd64" else f"{kernel.suite}-{kernel.arch}"
        self.root = lib.VM / "apt" / name

    def lock(self):
        """Held while anything else here is called."""
        return lib.lock(self.root.with_name(self.root.name + ".lock"), waiting="waiting for another fetch")

    def update(self):
        """Download the suite's index. Quick when the one we have is current."""
        for folder in ("state", "lists/partial", "cache/archives/partial", "log"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        (self.root / "status").touch()
        site = mirrors()[self.kernel.archive]
        source = f"deb [arch={self.kernel.arch} signed-by={KEYRING}] {site} {self.kernel.suite} main\n"
        (self.root / "sources.list").write_text(source)
        # apt drops privileges to a user who may not be able to enter the build folder
        user = "root" if os.geteuid() == 0 else ""
        (self.root / "apt.conf").write_text(CONFIG.format(root=self.root, arch=self.kernel.arch, user=user))
        lib.say(f"reading the index of {self.kernel.suite} from {site}")
        self._apt("apt-get", "update", "--quiet=2", "--error-on=any")

    def show(self, package, version=None):
        """The control fields of a package's newest version, or of that one, as a dict; None if there is none."""
        wanted = f"{package}={version}" if version else package
        text = self._apt("apt-cache", "show", "--no-all-versions", wanted, check=False)
        fields = re.findall(r"^([A-Za-z0-9-]+): *(.*(?:\n[ \t].*)*)", text.split("\n\n")[0], re.M)
        return dict(fields) or None

    def download(self, fields, folder):
        """The .deb of a package that show() described: its path in folder, downloaded if it is not there."""
        name, version = fields["Package"], fields["Version"]
        deb = folder / f"{name}_{version.replace(':', '%3a')}_{fields['Architecture']}.deb"
        if not deb.exists():
            lib.say(f"downloading {name} {version} ({int(fields['Size']) / 1e6:.1f} MB)")
            with tempfile.TemporaryDirectory(prefix=".partial.", dir=folder) as partial:
                self._apt("apt-get", "download", "--quiet=2", f"{name}={version}", cwd=partial)
                next(Path(partial).glob("*.deb")).rename(deb)
        return deb

    def closure(self, packages):
        """The names of these packages and of all that they depend on, as if nothing was installed."""
        text = self._apt("apt-get", "install", "--simulate", "--no-install-recommends", "--quiet=2", *packages)
        return re.findall(r"^Inst (\S+)", text, re.M)

    def _apt(self, program, *args, check=True, cwd=None):
        run = subprocess.run([lib.need(program), "-c", self.root / "apt.conf", *args], cwd=cwd,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if check and run.returncode:
            lib.die(f"{program} {args[0]} failed for {self.kernel.suite}:\n{run.stderr.rstrip()}")
        return run.stdout
