"""Hosts of addresses: what a resolver could look up, and nothing else."""

import ipaddress
import re

# RFC 1123, section 2.1, and the underscore, which hosts in use do have; at most 63 characters a label, 253 in all.
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}\.?\Z){_LABEL}(?:\.{_LABEL})*\.?", re.ASCII | re.IGNORECASE)
# A name that ends in a number is read as an IPv4 address by browsers (URL Standard, "ends in a number").
_NUMBER = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)\.?", re.ASCII | re.IGNORECASE)


def is_host(host: str) -> bool:
    """Whether a text is a host: a name, in any script, or an IP address (IPv6 without its brackets).

    >>> [is_host(host) for host in ("example.org", "харита.tj", "127.0.0.1", "::1", "...", "a..b", "1.2.3.400")]
    [True, True, True, True, False, False, False]
    """
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return True
    try:
        # The codec refuses empty labels and those that are too long.
        name = host.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    return _NAME.fullmatch(name) is not None and _NUMBER.fullmatch(name) is None
