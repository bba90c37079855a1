"""The application for a WSGI server and for ``flask``."""

from app import create_app, logs
from app.settings import Settings

logs.watch_process()
app = create_app(Settings.from_env())
