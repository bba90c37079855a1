"""The worker process: the job engine in the foreground, the clock beside it."""

from app import failpoints, logs, schedule
from app.jobs import engine


def run() -> None:
    """Work until told to stop (SIGINT or SIGTERM); jobs in hand get 15 seconds to finish."""
    settings = engine.settings()
    logs.configure(as_json=settings.log_json, level=settings.log_level)
    logs.watch_process()
    failpoints.from_env()
    leader = schedule.Leader(settings.psycopg_url)
    stop = schedule.start(leader, engine.database().sessions, demo=settings.demo)
    try:
        engine.engine().run_worker(
            concurrency=4,
            fetch_job_polling_interval=2.0,
            shutdown_graceful_timeout=15.0,
            delete_jobs="successful",
        )
    finally:
        stop()


if __name__ == "__main__":
    run()
