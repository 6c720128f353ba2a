"""Receiving and working: nothing is lost, nothing is done twice, on both databases."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from samples import directive, read, write
from sqlalchemy import text

from models import LeaseLostError, Received, Result, StoreError
from pipeline.store import Store

RESULT = read(directive())


def receive(store: Store, folder: Path, name: str) -> Received:
    return store.receive(write(folder, f"{name}\n", name))


def other_result(number: str) -> Result:
    return read(directive(number=number))


def test_a_file_is_kept_whole_under_its_hash_and_name(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path, directive(), "Kế hoạch số 25: năm học.txt".replace(":", ""))
    received = store.receive(path, received_from="hộp nhận", envelope={"DocumentId": "000.00.00.H26,2024/01/10,25/KH-UBND"})
    assert received.new
    document = received.document
    assert (document.state, document.name, document.size) == ("received", path.name, path.stat().st_size)
    assert document.envelope == {"DocumentId": "000.00.00.H26,2024/01/10,25/KH-UBND"}
    kept = store.original(document.id)
    assert kept.read_bytes() == path.read_bytes()
    assert kept.name == path.name
    assert kept.parent.name == document.sha256
    assert path.exists()
    assert [p for p in store.originals.rglob("*") if p.name.startswith(".part-")] == []


def test_the_same_bytes_are_received_once(store: Store, tmp_path: Path) -> None:
    first = receive(store, tmp_path, "a.txt")
    again = store.receive(write(tmp_path, "a.txt\n", "bản sao.txt"))
    assert (again.new, again.document.id) == (False, first.document.id)
    assert store.by_sha256(first.document.sha256) == first.document
    assert store.counts()["received"] == 1


@pytest.mark.parametrize("name", ["../../x.txt", "CON.txt", 'a<b>"c|.txt', "\ud800x.txt", "x" * 300 + ".docx", ".ẩn", "ề" * 200 + ".pdf"])
def test_any_name_makes_a_file(store: Store, tmp_path: Path, name: str) -> None:
    received = store.receive(write(tmp_path, "x\n"), name=name)
    kept = store.original(received.document.id)
    assert kept.read_text() == "x\n"
    assert kept.parent.name == received.document.sha256
    assert len(kept.name.encode()) <= 210


def test_documents_are_claimed_in_order_once_each(store: Store, tmp_path: Path) -> None:
    ids = [receive(store, tmp_path, f"{n}.txt").document.id for n in range(3)]
    claims = [store.claim("w", 60) for _ in range(4)]
    assert [claim.document.id for claim in claims if claim] == ids
    assert claims[3] is None
    assert store.counts()["working"] == 3


def test_a_result_enters_whole(store: Store, tmp_path: Path) -> None:
    receive(store, tmp_path, "a.txt")
    claim = store.claim("w", 60)
    assert claim
    document = store.finish(claim, RESULT)
    assert (document.state, document.number, document.issued_on, document.kind_code) == ("review", "25/KH-UBND", "2024-01-10", "KH")
    assert (document.worker, document.lease_until) == (None, None)
    assert store.result(document.id) == RESULT
    tasks = store.tasks(document.id)
    assert [task.task for task in tasks] == list(RESULT.tasks)
    assert len({task.uid for task in tasks}) == len(tasks) == 7
    assert store.task(document.id, tasks[2].uid) == tasks[2]
    assert store.rulebooks(document.id) == [RESULT.rulebook]


def test_a_failed_document_says_why_and_can_be_read_again(store: Store, tmp_path: Path) -> None:
    document = receive(store, tmp_path, "a.txt").document.id
    claim = store.claim("w", 60)
    assert claim
    store.fail(claim, "damaged", "Tệp hỏng.")
    failed = store.document(document)
    assert (failed.state, failed.fault_code, failed.fault_message) == ("failed", "damaged", "Tệp hỏng.")
    assert store.claim("w", 60) is None
    store.requeue(document)
    assert store.document(document).fault_code is None
    with pytest.raises(StoreError) as fault:
        store.requeue(document)
    assert fault.value.code == "refused"
    again = store.claim("w", 60)
    assert again and again.attempt == 1


def test_a_claim_that_ran_out_is_given_again_and_the_first_worker_is_refused(store: Store, tmp_path: Path) -> None:
    receive(store, tmp_path, "a.txt")
    slow = store.claim("slow", 0.01)
    time.sleep(0.05)
    quick = store.claim("quick", 60)
    assert slow and quick and slow.document.id == quick.document.id
    assert (quick.attempt, quick.document.worker) == (2, "quick")
    for late in (
        lambda: store.finish(slow, RESULT),
        lambda: store.fail(slow, "x", "x"),
        lambda: store.renew(slow, 5),
        lambda: store.release(slow),
    ):
        with pytest.raises(LeaseLostError):
            late()
    assert store.finish(quick, RESULT).state == "review"
    with pytest.raises(LeaseLostError):
        store.finish(quick, RESULT)
    assert len(store.tasks(quick.document.id)) == 7


def test_a_worker_that_is_late_but_not_replaced_may_finish(store: Store, tmp_path: Path) -> None:
    receive(store, tmp_path, "a.txt")
    claim = store.claim("w", 0.01)
    time.sleep(0.05)
    assert claim and store.finish(claim, RESULT).state == "review"


def test_renewing_keeps_others_out(store: Store, tmp_path: Path) -> None:
    receive(store, tmp_path, "a.txt")
    claim = store.claim("w", 0.2)
    assert claim
    claim = store.renew(claim, 60)
    time.sleep(0.3)
    assert store.claim("other", 60) is None
    assert store.document(claim.document.id).lease_until == claim.until


def test_a_document_given_back_counts_no_attempt(store: Store, tmp_path: Path) -> None:
    receive(store, tmp_path, "a.txt")
    for _ in range(5):
        claim = store.claim("w", 60)
        assert claim and claim.attempt == 1
        store.release(claim)


def test_poison_costs_only_itself(store: Store, tmp_path: Path) -> None:
    bad = receive(store, tmp_path, "bad.txt").document.id
    for attempt in (1, 2, 3):
        claim = store.claim("w", 0.01)
        assert claim and (claim.document.id, claim.attempt) == (bad, attempt)
        time.sleep(0.03)
    good = receive(store, tmp_path, "good.txt").document.id
    claim = store.claim("w", 60)
    assert claim and claim.document.id == good
    assert store.claim("w", 60) is None
    poisoned = store.document(bad)
    assert (poisoned.state, poisoned.fault_code) == ("failed", "poison")
    assert "bad.txt" in (poisoned.fault_message or "")
    store.requeue(bad)
    assert store.document(bad).attempts == 0


def test_what_was_tried_before_comes_last(store: Store, tmp_path: Path) -> None:
    first, second = (receive(store, tmp_path, name).document.id for name in ("a.txt", "b.txt"))
    assert (claim := store.claim("w", 0.01)) and claim.document.id == first
    time.sleep(0.03)
    assert [claim.document.id for claim in (store.claim("w", 60), store.claim("w", 60)) if claim] == [second, first]


def test_many_workers_get_each_document_once(open_store, tmp_path: Path) -> None:
    store = open_store()
    ids = [receive(store, tmp_path, f"{n}.txt").document.id for n in range(24)]
    got: list[int] = []
    faults: list[Exception] = []

    def work(worker: str) -> None:
        try:
            own = open_store()
            while claim := own.claim(worker, 60):
                got.append(claim.document.id)
                own.finish(claim, other_result(f"{claim.document.id}/KH-UBND") if claim.document.id % 8 == 0 else RESULT)
        except Exception as error:  # a thread's fault would be lost
            faults.append(error)

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert sorted(got) == ids
    counts = store.counts()
    assert counts["review"] + counts["duplicate"] == len(ids)


def test_the_same_file_from_two_sides_at_once_is_one_document(open_store, tmp_path: Path) -> None:
    path = write(tmp_path, "x\n")
    stores = [open_store() for _ in range(4)]
    received: list[Received] = []
    threads = [threading.Thread(target=lambda s=s: received.append(s.receive(path))) for s in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one.document.id for one in received}) == 1
    assert sum(one.new for one in received) == 1


def test_two_processes_may_open_a_new_store_at_once(new_address: str, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from pipeline.store import Store\n"
        "with Store.open(sys.argv[1], Path(sys.argv[2])) as store: print(store.counts()['received'])"
    )
    command = [sys.executable, "-c", code, new_address, str(tmp_path / "originals")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    for process in running:
        out, errors = process.communicate(timeout=60)
        assert (process.returncode, out) == (0, "0\n"), errors


def test_a_worker_killed_at_any_moment_loses_and_doubles_nothing(open_store, address: str, tmp_path: Path) -> None:
    store = open_store()
    ids = [receive(store, tmp_path, f"{n}.txt").document.id for n in range(12)]
    made = write(tmp_path, "\n".join(other_result(f"{n}/KH-UBND").model_dump_json() for n in range(1, 41)), "results.jsonl")
    code = f"""
from pathlib import Path
from models import Result
from pipeline.store import Store
store = Store.open({address!r}, Path({str(tmp_path / "originals")!r}))
results = [Result.model_validate_json(line) for line in Path({str(made)!r}).read_text(encoding="utf-8").splitlines()]
print("ready", flush=True)
while claim := store.claim("w", 0.2):
    store.finish(claim, results[claim.document.id % 40])
"""
    for pause in (0.01, 0.03, 0.07, 0.12, None):
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        assert process.stdout and process.stdout.readline() == "ready\n"
        if pause is None:
            assert process.wait(60) == 0
        else:
            time.sleep(pause)
            process.kill()
            process.wait()
            time.sleep(0.25)
        process.stdout.close()
    while claim := store.claim("last", 60):
        store.finish(claim, other_result(f"{claim.document.id % 40 + 1}/KH-UBND"))
    assert {document.state for document in store.documents(limit=100)} == {"review"}
    for document in ids:
        assert len(store.tasks(document)) == 7
        assert len(store.rulebooks(document)) == 1


def test_the_database_gone_for_a_while(server, tmp_path: Path) -> None:
    store = Store.open(server.url(), tmp_path / "originals")
    document = receive(store, tmp_path, "a.txt").document.id
    claim = store.claim("w", 60)
    assert claim
    server.stop()
    try:
        for use in (
            lambda: store.finish(claim, RESULT),
            store.counts,
            lambda: Store.open(f"postgresql://postgres@127.0.0.1:{server.port}/x", tmp_path),
        ):
            with pytest.raises(StoreError) as fault:
                use()
            assert fault.value.code == "unreachable"
    finally:
        server.start()
    assert store.finish(claim, RESULT).state == "review"
    assert len(store.tasks(document)) == 7
    store.close()


def test_a_disk_without_room_is_told_and_harms_nothing(tmp_path: Path) -> None:
    with Store.open(tmp_path / "giaoviec.db") as store:
        receive(store, tmp_path, "a.txt")
        claim = store.claim("w", 60)
        assert claim
        with store._database.read() as connection:
            pages = connection.execute(text("PRAGMA page_count")).scalar_one()
            connection.execute(text(f"PRAGMA max_page_count = {pages}"))
        with pytest.raises(StoreError) as fault:
            store.finish(claim, RESULT)
        assert fault.value.code == "full"
        assert store.document(claim.document.id).state == "working"
        with store._database.read() as connection:
            connection.execute(text("PRAGMA max_page_count = 1000000"))
        assert store.finish(claim, RESULT).state == "review"


@pytest.mark.parametrize(
    ("address", "code"),
    [("mysql://x/y", "address"), ("sqlite://", "address"), ("{folder}/file.txt/x.db", "unwritable")],
)
def test_an_address_that_is_none(tmp_path: Path, address: str, code: str) -> None:
    write(tmp_path, "x", "file.txt")
    with pytest.raises(StoreError) as fault:
        Store.open(address.format(folder=tmp_path), tmp_path)
    assert fault.value.code == code


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as fault:
        Store.open(write(tmp_path, "không phải cơ sở dữ liệu " * 100, "kho.db"))
    assert fault.value.code == "damaged"


def test_a_password_is_not_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as fault:
        Store.open("postgresql://u:mat-khau@127.0.0.1:1/x", tmp_path)
    assert fault.value.code == "unreachable"
    assert "mat-khau" not in str(fault.value)


def test_a_postgresql_store_needs_a_folder_for_originals(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as fault:
        Store.open("postgresql://u@127.0.0.1:1/x")
    assert fault.value.code == "originals"


def test_a_lost_original_is_told(store: Store, tmp_path: Path) -> None:
    document = receive(store, tmp_path, "a.txt").document.id
    store.original(document).unlink()
    with pytest.raises(StoreError) as fault:
        store.original(document)
    assert fault.value.code == "originals"


def test_what_is_not_there_is_told(store: Store, tmp_path: Path) -> None:
    document = receive(store, tmp_path, "a.txt").document.id
    for use in (lambda: store.document(99), lambda: store.result(document), lambda: store.task(document, "x"), lambda: store.requeue(99)):
        with pytest.raises(StoreError) as fault:
            use()
        assert fault.value.code == "unknown"


def test_the_folder_of_a_new_store_is_made(tmp_path: Path) -> None:
    file = tmp_path / "dữ liệu" / "kho" / "giaoviec.db"
    with Store.open(file) as store:
        assert store.counts() is not None and file.exists()
    (tmp_path / "tệp").write_text("")
    with pytest.raises(StoreError) as raised:
        Store.open(tmp_path / "tệp" / "giaoviec.db")
    assert raised.value.code == "unwritable"
