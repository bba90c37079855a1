"""The application for ``flask`` and any WSGI server, and with its gateway for Granian."""

import multiprocessing
import signal

from app import create_app, logs
from app.gateway import Gateway
from app.settings import Settings

if multiprocessing.parent_process() is not None:
    # One of Granian's processes: until it serves, it would be deaf to being told to stop.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
logs.watch_process()
settings = Settings.from_env()
app = create_app(settings)
gateway = Gateway(app, threads=settings.web_threads)
