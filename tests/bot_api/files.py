"""The files that Telegram holds: uploads of the bot and of its users."""

import hashlib
import io
import itertools
from dataclasses import dataclass
from typing import Any

from PIL import Image, UnidentifiedImageError

from tests.bot_api.errors import Refused, bad_request
from tests.bot_api.params import Params

MAX_DOWNLOAD = 20 * 1024 * 1024
MAX_PHOTO = 10 * 1024 * 1024


@dataclass(frozen=True)
class StoredFile:
    """One file: `kind` is Photo or Document; size is told apart from content to play huge files."""

    file_id: str
    unique_id: str
    kind: str
    content: bytes
    name: str
    mime: str
    size: int
    width: int = 0
    height: int = 0

    @property
    def path(self) -> str:
        """Where it is downloaded, below the file URL."""
        folder, ending = ("photos", ".jpg") if self.kind == "Photo" else ("documents", "")
        return f"{folder}/{self.unique_id}{ending}"

    def json(self) -> dict[str, Any]:
        """The fields that every kind of file has."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": self.size}

    def document_json(self) -> dict[str, Any]:
        """The file as a Document."""
        return {**self.json(), "file_name": self.name, "mime_type": self.mime}

    def sizes_json(self) -> list[dict[str, Any]]:
        """The photo in two sizes, the smaller one first, as Telegram lists them."""
        small = {"file_id": self.file_id + "s", "file_unique_id": self.unique_id + "s", "file_size": 1}
        return [
            {**small, "width": min(90, self.width // 2), "height": min(90, self.height // 2)},
            {**self.json(), "width": self.width, "height": self.height},
        ]


class Files:
    """All files of one server."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._numbers = itertools.count(1)

    def add_photo(self, content: bytes) -> StoredFile:
        """A photo; refused if it is no image or too large for one."""
        if not content:
            raise bad_request("file must be non-empty")
        if len(content) > MAX_PHOTO:
            reason = f"file of size {len(content)} bytes is too big for a photo"
            raise bad_request(f"{reason}; the maximum size is {MAX_PHOTO} bytes")
        try:
            with Image.open(io.BytesIO(content)) as image:
                width, height = image.size
        except UnidentifiedImageError:
            raise bad_request("IMAGE_PROCESS_FAILED") from None
        if width + height > 10_000 or max(width, height) > 20 * min(width, height):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        return self._add("Photo", content, "", "image/jpeg", None, width, height)

    def add_document(self, name: str, content: bytes, mime: str, size: int | None = None) -> StoredFile:
        """A document; `size` plays a larger one than `content` is."""
        if not content:
            raise bad_request("file must be non-empty")
        return self._add("Document", content, name, mime, size)

    def get(self, file_id: str) -> StoredFile:
        """A file for getFile."""
        if not file_id:
            raise bad_request("file_id not specified")
        if file_id not in self._by_id:
            raise bad_request("invalid file_id")
        return self._by_id[file_id]

    def at(self, path: str) -> StoredFile | None:
        """The file to download from `path`, if there is one that may be downloaded."""
        return next((file for file in self._by_id.values() if file.path == path), None)

    def from_call(self, params: Params, name: str, kind: str) -> StoredFile:
        """The file of a send call: an upload, attach://part, or a known file_id."""
        return self.resolve(params, params.text(name), name, kind)

    def resolve(self, params: Params, reference: str, part: str, kind: str) -> StoredFile:
        """The file that `reference` names; where it is empty, the upload in `part`."""
        attached = reference.removeprefix("attach://") if reference.startswith("attach://") else ""
        if reference and not attached:
            return self._known(reference, kind)
        upload = params.uploads.get(attached or part)
        if upload is None:
            raise bad_request(f"there is no {kind.lower()} in the request")
        if kind == "Photo":
            return self.add_photo(upload.content)
        return self.add_document(upload.name, upload.content, upload.mime)

    def _known(self, file_id: str, kind: str) -> StoredFile:
        file = self._by_id.get(file_id)
        if file is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if file.kind != kind:
            raise _wrong_kind(file.kind, kind)
        return file

    def _add(
        self,
        kind: str,
        content: bytes,
        name: str,
        mime: str,
        size: int | None,
        width: int = 0,
        height: int = 0,
    ) -> StoredFile:
        file_id = f"AgAC{kind[0]}{next(self._numbers):06}"
        unique = "AQAD" + hashlib.sha256(kind.encode() + content).hexdigest()[:14]
        known = len(content) if size is None else size
        file = StoredFile(file_id, unique, kind, content, name, mime, known, width, height)
        self._by_id[file_id] = file
        return file


def _wrong_kind(held: str, wanted: str) -> Refused:
    return bad_request(f"can't use file of type {held} as {wanted}")


def picture(number: int = 1) -> bytes:
    """A small JPEG, another one for each number."""
    buffer = io.BytesIO()
    colour = (number * 37 % 256, number * 101 % 256, number * 17 % 256)
    Image.new("RGB", (64 + number % 64, 48), colour).save(buffer, "JPEG")
    return buffer.getvalue()
