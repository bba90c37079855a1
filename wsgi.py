"""The application for ``flask`` and any WSGI server, and with its gateway for Granian."""

import multiprocessing
import signal

from app.server.gateway import Gateway
from app.server.start import application

if multiprocessing.parent_process() is not None:
    # One of Granian's processes: until it serves, it would be deaf to being told to stop.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
app = application()
gateway = Gateway(app, threads=app.config["SETTINGS"].web_threads) if "SETTINGS" in app.config else None
