"""Make sure that a Chromium is there for the browser tests: apt where we are root on Debian, else Playwright's own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGES = ["chromium", "fonts-noto-core"]


def find_chromium() -> str | None:
    """Path of a Chromium that can be driven, or None."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Install Chromium with apt as root on Debian, else with Playwright."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", *PACKAGES], check=True, stdout=subprocess.DEVNULL)
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


if __name__ == "__main__":
    if find_chromium() is None:
        sys.stderr.write("installing Chromium for the browser tests ...\n")
        install()
    if find_chromium() is None:
        sys.exit("no Chromium found and none could be installed; install the package chromium and try again")
