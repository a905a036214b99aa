"""The contents of files and the uploads that are on their way, beside the metadata in the world's table ``files``."""

from __future__ import annotations

from fn_emulator.cdf.world import World

CONTENTS = "files/contents"
UPLOADS = "files/uploads"


class Content:
    """The bytes of one file; None where there are none."""

    __slots__ = ("data",)

    def __init__(self) -> None:
        self.data: bytes | None = None

    def copy(self) -> Content:
        """The same bytes, to be replaced on their own."""
        other = Content()
        other.data = self.data
        return other


class Upload:
    """The parts that came so far of a file that is sent in parts."""

    __slots__ = ("file_id", "parts")

    def __init__(self, file_id: int, parts: list[bytes | None]) -> None:
        self.file_id = file_id
        self.parts = parts

    def copy(self) -> Upload:
        """The same parts in a list of its own."""
        return Upload(self.file_id, [*self.parts])


def content_of(world: World, file_id: int) -> bytes | None:
    """The bytes of a file, None before they are uploaded."""
    content: Content | None = world.table(CONTENTS).items.get(file_id)
    return None if content is None else content.data


def set_content(world: World, file_id: int, data: bytes) -> None:
    """Give a file its bytes, and say in its metadata that it has them."""
    world.writable(CONTENTS, file_id, Content).data = data
    item = world.table("files").items[file_id]
    times = {"uploadedTime": world.now_ms, "lastUpdatedTime": world.now_ms}
    world.put("files", file_id, {**item, "uploaded": True, **times})


def forget_content(world: World, file_id: int) -> None:
    """Drop the bytes of a file that is deleted."""
    if file_id in world.table(CONTENTS).items:
        world.writable(CONTENTS, file_id, Content).data = None


def begin_upload(world: World, file_id: int, parts: int) -> str:
    """Expect a file in some parts; the id of the upload."""
    upload_id = str(world.new_id())
    world.writable(UPLOADS, upload_id, lambda: Upload(file_id, [None] * parts))
    return upload_id


def upload_of(world: World, upload_id: str) -> Upload | None:
    """An upload to read, None where there is none or it is complete."""
    upload: Upload | None = world.table(UPLOADS).items.get(upload_id)
    return upload if upload is not None and upload.parts else None


def set_part(world: World, upload_id: str, part: int, data: bytes) -> None:
    """Keep one part of an upload that is there."""
    world.writable(UPLOADS, upload_id, _never).parts[part] = data


def end_upload(world: World, upload_id: str) -> None:
    """Forget the parts of an upload that is there."""
    world.writable(UPLOADS, upload_id, _never).parts = []


def _never() -> Upload:
    raise AssertionError("the upload was there a moment ago")  # pragma: no cover - callers look first
