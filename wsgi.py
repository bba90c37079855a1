"""The application for ``flask`` and any WSGI server, and with its gateway for Granian."""

from app import create_app, logs
from app.gateway import Gateway
from app.settings import Settings

logs.watch_process()
settings = Settings.from_env()
app = create_app(settings)
gateway = Gateway(app, threads=settings.web_threads)
