"""Rebuilding the built-in data from their sources. Needs the extra `build`; nothing of it runs at run time."""




