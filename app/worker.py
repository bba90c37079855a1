"""The worker process: the job engine in the foreground, the clock beside it."""

from app import jobs, logs, schedule


def run() -> None:
    """Work until told to stop (SIGINT or SIGTERM); jobs in hand get 15 seconds to finish."""
    settings = jobs.settings()
    logs.configure(settings)
    leader = schedule.Leader(settings.psycopg_url)
    stop = schedule.start(leader, jobs.database().sessions, demo=settings.demo)
    try:
        jobs.engine().run_worker(
            concurrency=4,
            fetch_job_polling_interval=2.0,
            shutdown_graceful_timeout=15.0,
            delete_jobs="successful",
        )
    finally:
        stop()
