"""Upload and download of files, through the real client and with bare requests to the links."""

from __future__ import annotations

import json
import time

import pytest

from tests.cdf.api.test_files import create, post

exceptions = pytest.importorskip("cognite.client.exceptions", reason="cognite-sdk is not installed")

LARGE = 7 * 2**20
SMALLEST_PART = 5 * 2**20


def get(fake, url, now_ms=1000):
    """Status of a bare download."""
    return fake.handle("GET", url, {}, b"", now_ms=now_ms)[0]


def download_link(fake, query=""):
    """A link to the file x, made at 1000."""
    return post(fake, f"/files/downloadlink{query}", {"items": [{"externalId": "x"}]})[1]["items"][0]["downloadUrl"]


def put(fake, url, data, headers=None):
    """Status of a bare upload."""
    return fake.handle("PUT", url, headers or {}, data, now_ms=2000)[0]


@pytest.fixture
def uploaded(client):
    """A file with content."""
    return client.files.upload_bytes(b"first", name="a.txt", external_id="x", mime_type="text/plain")


def test_uploaded_bytes_are_downloaded(client, uploaded):
    assert client.files.download_bytes(external_id="x") == b"first"


def test_uploaded_file_says_so(client, uploaded):
    item = client.files.retrieve(external_id="x")
    assert item.uploaded is True
    assert item.uploaded_time >= item.created_time


def test_text_is_uploaded_as_utf8(client):
    client.files.upload_bytes("blå", name="a.txt", external_id="x")
    assert client.files.download_bytes(external_id="x") == "blå".encode()


def test_file_may_be_empty(client):
    client.files.upload_bytes(b"", name="a.txt", external_id="x")
    assert client.files.download_bytes(external_id="x") == b""


@pytest.mark.parametrize("mime_type", ["application/json", "application/pdf", None])
def test_content_is_kept_as_it_is_whatever_its_type(client, mime_type):
    client.files.upload_bytes(b'{"no json', name="a", external_id="x", mime_type=mime_type)
    assert client.files.download_bytes(external_id="x") == b'{"no json'


def test_taken_external_id_is_not_uploaded_over(client, uploaded):
    with pytest.raises(exceptions.CogniteAPIError, match="File ids duplicated: externalId: x"):
        client.files.upload_bytes(b"second", name="a.txt", external_id="x")
    assert client.files.download_bytes(external_id="x") == b"first"


def test_overwritten_file_has_the_new_content(client, uploaded):
    second = client.files.upload_bytes(b"second", name="a.txt", external_id="x", overwrite=True)
    assert (second.id, client.files.download_bytes(id=uploaded.id)) == (uploaded.id, b"second")


def test_content_stays_until_the_new_one_is_uploaded(fake, client, uploaded):
    post(fake, "/files?overwrite=true", {"name": "b.txt", "externalId": "x"})
    assert client.files.download_bytes(external_id="x") == b"first"


def test_content_is_uploaded_to_a_file_that_is_there(client):
    create(client, external_id="x")
    client.files.upload_content_bytes(b"later", external_id="x")
    assert client.files.download_bytes(external_id="x") == b"later"


def test_file_without_content_is_not_downloaded(client):
    item = create(client, external_id="x")
    with pytest.raises(exceptions.CogniteAPIError, match=f"Files not uploaded, ids: {item.id}"):
        client.files.download_bytes(external_id="x")


def test_unknown_file_is_not_downloaded(client):
    with pytest.raises(exceptions.CogniteAPIError, match="File ids not found: externalId: x"):
        client.files.download_bytes(external_id="x")


def test_content_is_gone_with_its_file(fake, client, uploaded):
    url = download_link(fake)
    client.files.delete(external_id="x")
    assert get(fake, url) == 404


def test_file_of_a_disk_is_uploaded(client, tmp_path):
    (tmp_path / "plan.pdf").write_bytes(b"plan")
    client.files.upload(str(tmp_path / "plan.pdf"), external_id="x")
    assert client.files.download_bytes(external_id="x") == b"plan"


def test_large_file_is_uploaded(client, tmp_path):
    (tmp_path / "large.bin").write_bytes(b"0123456" * 2**20)
    client.files.upload(str(tmp_path / "large.bin"), external_id="x")
    assert len(client.files.download_bytes(external_id="x")) == LARGE


def test_content_of_a_disk_is_uploaded_to_a_file_that_is_there(client, tmp_path):
    create(client, external_id="x")
    (tmp_path / "plan.pdf").write_bytes(b"plan")
    client.files.upload_content(str(tmp_path / "plan.pdf"), external_id="x")
    assert client.files.download_bytes(external_id="x") == b"plan"


def test_files_are_downloaded_to_a_folder(client, uploaded, tmp_path):
    client.files.upload_bytes(b"other", name="b.txt", external_id="y")
    client.files.download(str(tmp_path), external_id=["x", "y"])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.txt": b"first", "b.txt": b"other"}


def test_file_is_downloaded_to_a_path(client, uploaded, tmp_path):
    client.files.download_to_path(tmp_path / "copy.txt", external_id="x")
    assert (tmp_path / "copy.txt").read_bytes() == b"first"


def test_download_links_stand_under_what_was_asked_for(client, uploaded):
    assert [*client.files.retrieve_download_urls(external_id="x")] == ["x"]
    assert [*client.files.retrieve_download_urls(id=uploaded.id)] == [uploaded.id]


def test_download_has_the_type_of_the_file(fake, client, uploaded):
    url = client.files.retrieve_download_urls(external_id="x")["x"]
    status, headers, body = fake.handle("GET", url, {}, b"", now_ms=1000)
    assert (status, headers["content-type"], body) == (200, "text/plain", b"first")


def test_parts_are_put_together_in_their_order(client):
    with client.files.multipart_upload_session("a.txt", parts=2, external_id="x") as session:
        session.upload_part(1, "last")
        session.upload_part(0, "f" * SMALLEST_PART)
    content = client.files.download_bytes(external_id="x")
    assert (len(content), content[-5:]) == (SMALLEST_PART + 4, b"flast")


def test_content_of_a_file_that_is_there_comes_in_parts(client, uploaded):
    with client.files.multipart_upload_content_session(parts=1, external_id="x") as session:
        session.upload_part(0, "second")
    assert client.files.download_bytes(external_id="x") == b"second"


def started(fake, parts=2):
    """The answer to the start of an upload in parts."""
    return post(fake, f"/files/initmultipartupload?parts={parts}", {"name": "a", "externalId": "x"})[1]


def completed(fake, upload):
    status, answer = post(fake, "/files/completemultipartupload", {"id": upload["id"], "uploadId": upload["uploadId"]})
    return status, answer.get("error", {}).get("message")


def test_upload_with_a_missing_part_is_not_completed(fake, client):
    upload = started(fake)
    put(fake, upload["uploadUrls"][0], b"0" * SMALLEST_PART)
    assert completed(fake, upload) == (400, "1 of 2 parts were not uploaded.")
    assert client.files.retrieve(external_id="x").uploaded is False


def test_every_part_but_the_last_has_a_least_size(fake):
    upload = started(fake)
    for url in upload["uploadUrls"]:
        put(fake, url, b"small")
    assert completed(fake, upload) == (400, "Each part but the last must have at least 5242880 bytes.")


def test_upload_is_completed_once(fake):
    upload = started(fake, parts=1)
    put(fake, upload["uploadUrls"][0], b"small")
    assert completed(fake, upload) == (200, None)
    assert completed(fake, upload) == (400, f"There is no upload '{upload['uploadId']}' of the file {upload['id']}.")


@pytest.mark.parametrize("parts", ["", "?parts=0", "?parts=251", "?parts=x"])
def test_number_of_parts_has_limits(fake, parts):
    assert post(fake, f"/files/initmultipartupload{parts}", {"name": "a"})[0] == 400


def test_part_that_was_not_announced_is_refused(fake):
    url = started(fake)["uploadUrls"][0]
    assert put(fake, url.replace("/0?", "/2?"), b"data") == 403


def test_part_of_an_upload_that_is_complete_is_a_404(fake):
    upload = started(fake, parts=1)
    put(fake, upload["uploadUrls"][0], b"small")
    completed(fake, upload)
    assert put(fake, upload["uploadUrls"][0], b"late") == 404


@pytest.mark.parametrize(
    "headers", [{}, {"authorization": "Bearer t"}, {"content-type": "application/json"}, {"content-type": "text/x"}]
)
def test_link_takes_any_headers(fake, headers):
    url = post(fake, "/files", {"name": "a"})[1]["uploadUrl"]
    assert put(fake, url, b"{", headers) == 200


@pytest.mark.parametrize("target", ["1", "none", "9" * 30, "1/0", "1?signature=å", "1?signature=&expires=x"])
def test_link_that_was_not_given_is_refused(fake, target):
    assert put(fake, f"https://any.cognitedata.com/api/v1/files/content/{target}", b"data") == 403
    assert get(fake, f"https://any.cognitedata.com/api/v1/files/content/{target}") in (403, 501)


def test_refused_link_says_why(fake, client, uploaded):
    _, _, body = fake.handle("GET", download_link(fake)[:-1] + "x", {}, b"", now_ms=1000)
    message = "The signature of the link is not right: use a link as it was given."
    assert json.loads(body) == {"error": {"code": 403, "message": message}}


def test_link_to_download_is_none_to_upload(fake, client, uploaded):
    assert put(fake, download_link(fake), b"other") == 403
    assert client.files.download_bytes(external_id="x") == b"first"


def test_link_of_another_cdf_is_refused(fake, client, uploaded):
    url = download_link(fake)
    fake.world.secret = b"another"
    assert get(fake, url) == 403


@pytest.mark.parametrize(("query", "lifetime"), [("", 30_000), ("?extendedExpiration=true", 3_600_000)])
def test_link_to_download_expires(fake, client, uploaded, query, lifetime):
    url = download_link(fake, query)
    assert (get(fake, url, 1000 + lifetime), get(fake, url, 1001 + lifetime)) == (200, 403)
    longer = url.replace(f"expires={1000 + lifetime}", f"expires={9000 + lifetime}")
    assert get(fake, longer) == 403


def test_extended_link_of_the_client_is_good_for_an_hour(fake, client, uploaded):
    (url,) = client.files.retrieve_download_urls(external_id="x", extended_expiration=True).values()
    assert get(fake, url, int(time.time() * 1000) + 3_000_000) == 200


def test_fork_does_not_see_later_content(fake, client, uploaded):
    other = fake.world.fork()
    client.files.upload_bytes(b"second", name="a.txt", external_id="x", overwrite=True)
    fake.world = other
    assert client.files.download_bytes(external_id="x") == b"first"


def test_fork_does_not_see_later_parts(fake):
    upload = started(fake, parts=1)
    other = fake.world.fork()
    put(fake, upload["uploadUrls"][0], b"small")
    fake.world = other
    assert completed(fake, upload) == (400, "1 of 1 parts were not uploaded.")


def test_content_is_found_by_instance_id(fake, client, uploaded):
    node = {"space": "s", "externalId": "n"}
    fake.world.put("files", uploaded.id, {**fake.world.table("files").items[uploaded.id], "instanceId": node})
    node_id = pytest.importorskip("cognite.client.data_classes.data_modeling").NodeId("s", "n")
    client.files.upload_content_bytes(b"second", instance_id=node_id)
    assert client.files.download_bytes(instance_id=node_id) == b"second"
