"""The outbox's tasks: thin, and safe to run twice."""

from celery import shared_task

from mash.outbox.services import bounces, delivery, heartbeats, receipts, sweeper


@shared_task(acks_late=True, ignore_result=True)
def deliver(message_id: int) -> None:
    """Carry one message now. A temporary failure waits in the database, not in the queue."""
    delivery.deliver(message_id)


@shared_task(acks_late=True, ignore_result=True)
def sweep() -> None:
    """Carry what is due and was not carried."""
    sweeper.sweep()
    heartbeats.beat()


@shared_task(ignore_result=True)
def heartbeat() -> None:
    """Say that a worker is alive."""
    heartbeats.beat()


@shared_task(ignore_result=True)
def ask_after() -> None:
    """Ask Notify what became of messages of which no receipt came."""
    receipts.ask_after()


@shared_task(ignore_result=True)
def read_bounces() -> None:
    """Read the mailbox that undelivered mail comes back to, if there is one."""
    bounces.take_mailbox()
