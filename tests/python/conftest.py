# SPDX-License-Identifier: Apache-2.0
"""Tests press Ctrl-C, also where a shell has started them in the background and ignores it."""

import signal

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
