"""An engine carries the work: two Dask workers on the loopback, one of them killed; any other Executor."""

import os
import signal
import threading
import time
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from office import Office, drop, iter_documents, text_of, work_with

from pipeline.intake import Bell, EngineError, Event, Orders, drain, receive_all
from pipeline.intake.backlog import dask_executor, work_for

pytest.importorskip("distributed")
COUNT = 60
_TIME_TO_RELEASE = 3.0  # seconds: enough on a busy machine


def _backlog(office: Office, count: int = COUNT) -> Path:
    folder = office.folder / "kho cũ"
    for number in range(count):
        drop(folder, number)
    with office.open() as store:
        told: list[Event] = []
        assert receive_all(store, [folder], told.append, Bell()) == count == len(told)
        assert receive_all(store, [folder], told.append, Bell()) == 0  # again: nothing is new
    assert len(list(folder.iterdir())) == count  # they stay where they are
    return folder


def _check(office: Office, count: int = COUNT) -> None:
    with office.open() as store:
        documents = list(iter_documents(store))
        assert len(documents) == count and {document.state for document in documents} == {"review"}
        assert all(len(store.rulebooks(document.id)) == 1 for document in documents)


@pytest.fixture
def cluster() -> Any:
    """A scheduler and two workers with one thread each, processes of their own."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", host="127.0.0.1") as running:
        yield running


def test_two_dask_workers_one_killed(office: Office, cluster: Any) -> None:
    _backlog(office)
    told: list[Event] = []
    killed: list[int] = []

    def kill_one() -> None:
        with office.open() as store:
            while store.counts()["review"] < COUNT // 4:
                time.sleep(0.02)
        from distributed import Client

        with Client(cluster.scheduler_address, set_as_default=False) as client:
            killed.extend(list(client.run(os.getpid).values())[:1])
        os.kill(killed[0], signal.SIGKILL)

    killer = threading.Thread(target=kill_one)
    killer.start()
    with dask_executor(cluster.scheduler_address) as (executor, width), office.open() as store:
        assert width() == 2
        drain(executor, office.orders, store, width, told.append, Bell(), seconds=0.5)
    killer.join()
    assert len(killed) == 1
    _check(office)
    # done again, there is nothing to do
    with dask_executor(cluster.scheduler_address) as (executor, width), office.open() as store:
        assert drain(executor, office.orders, store, width, told.append, Bell()) == 0


@pytest.mark.parametrize("kind", [ProcessPoolExecutor, ThreadPoolExecutor])
def test_any_executor(office: Office, kind: type[Executor]) -> None:
    _backlog(office, 10)
    with kind(2) as executor:  # type: ignore[call-arg]
        told = work_with(executor, office.orders, 2)
    assert len([event for event in told if event.kind == "done"]) == 10
    _check(office, 10)


def test_a_poison_document_costs_only_itself(office: Office) -> None:
    """The engine's worker dies of it three times, with a broken pool each time; the rest is there after each new start."""
    folder = _backlog(office, 6)
    poison = folder / "độc.txt"
    poison.write_bytes(text_of(99).encode())
    with office.open() as store:
        receive_all(store, [poison], lambda event: None, Bell())
        poisoned = store.counts()["received"]
        office.lease = 0.2
        for _ in range(3):
            claims = [store.claim("died", _TIME_TO_RELEASE) for _ in range(poisoned)]  # who claims all and dies …
            for claim in claims:
                if claim and claim.document.name != poison.name:
                    store.release(claim)  # … of one of them
            time.sleep(_TIME_TO_RELEASE)
    with ThreadPoolExecutor(1) as executor:
        told = work_with(executor, office.orders, 1)
    assert len([event for event in told if event.kind == "done"]) == 6
    with office.open() as store:
        failed = store.documents("failed")
    assert [document.name for document in failed] == [poison.name] and failed[0].fault_code == "poison"


def test_a_broken_engine_is_said(office: Office) -> None:
    _backlog(office, 2)
    with ProcessPoolExecutor(1) as executor:
        executor.submit(os._exit, 1)
        time.sleep(0.5)
        with pytest.raises(EngineError, match="chạy lại"):
            work_with(executor, office.orders, 1)
    with pytest.raises(EngineError, match="dask scheduler"), dask_executor("tcp://127.0.0.1:9"):
        pass
    assert len(work_for(office.orders, 60)) == 2
    _check(office, 2)


def test_the_command_sends_no_password(office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An address of the store that is in the variable stays there: workers have it in theirs."""
    from distributed import LocalCluster

    from pipeline import intake
    from pipeline.cli import Exit, main

    folder = office.folder / "kho cũ"
    for number in range(8):
        drop(folder, number)
    monkeypatch.setenv("GIAOVIEC_STORE_URL", f"sqlite:///{office.address}")
    monkeypatch.chdir(office.folder)
    sent = []

    def draining(executor: Executor, orders: Orders, *rest: Any) -> int:
        sent.append(orders)
        return drain(executor, orders, *rest)

    monkeypatch.setattr(intake, "drain", draining)
    with LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, protocol="tcp", dashboard_address="127.0.0.1:0", host="127.0.0.1"
    ) as running:
        assert main(["work", str(folder), "--cluster", running.scheduler_address, "--json"]) == Exit.DONE
    assert capsys.readouterr().out.count('"done"') >= 8
    assert sent and all(orders.store == "" for orders in sent)
