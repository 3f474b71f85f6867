"""Files, bytes and pictures to hashes."""

from __future__ import annotations

import pickle
import threading

import numpy as np
import pytest

import basma
from basma._hashes import as_pixels
from conftest import ROOT

PHOTO = ROOT / "fixtures/dump/chat/IMG-WA0003.jpg"


def test_a_file_its_bytes_and_its_path_have_the_same_hashes() -> None:
    of_file = basma.hash_file(PHOTO)
    data = PHOTO.read_bytes()
    assert of_file == basma.hash_file(str(PHOTO)) == basma.hash_bytes(data)
    assert of_file == basma.hash_bytes(bytearray(data)) == basma.hash_bytes(memoryview(data))
    assert of_file.media == "image/jpeg" and of_file.problem is None


def test_a_hash_has_the_same_value_in_each_form() -> None:
    hash = basma.hash_file(PHOTO).hashes[0]
    assert hash.bytes == bytes(hash) == bytes.fromhex(hash.hex)
    assert int(hash) == int.from_bytes(hash.bytes, "big")
    assert "".join(map(str, hash.bits)) == f"{int(hash):0256b}"
    assert str(hash) == hash.hex and hash - hash == 0
    assert pickle.loads(pickle.dumps(hash)) == hash


def test_pictures_have_the_hash_of_the_reference(picture: np.ndarray) -> None:
    reference = pytest.importorskip("pdqhash")
    for shown in (picture, picture[::2, ::3], np.ascontiguousarray(picture[:61, :77])):
        vector, quality = basma.pdqhash.compute(shown)
        expected, expected_quality = reference.compute(np.ascontiguousarray(shown))
        assert vector.dtype == expected.dtype and vector.shape == expected.shape
        assert quality == expected_quality and (vector != expected).sum() <= 2


def test_an_image_of_pil_is_its_array(picture: np.ndarray) -> None:
    images = pytest.importorskip("PIL.Image")
    image = images.fromarray(picture)
    assert basma.hash_image(image) == basma.hash_image(picture)
    grey = images.fromarray(picture[..., 0])
    assert basma.hash_image(grey) == basma.hash_image(picture[..., 0].copy())
    assert basma.hash_image(image.convert("RGBA")) == basma.hash_image(picture)
    palette = image.convert("P")
    assert basma.hash_image(palette) == basma.hash_image(palette.convert("RGB"))


def test_a_contiguous_array_is_read_where_it_stands(picture: np.ndarray) -> None:
    assert as_pixels(picture) is picture
    locked = picture.copy()
    locked.flags.writeable = False
    assert as_pixels(locked) is locked
    assert basma.hash_image(locked) == basma.hash_image(picture)


def test_strides_do_not_matter(picture: np.ndarray) -> None:
    for shown in (picture[::-1], picture[:, ::-1], picture.transpose(1, 0, 2), np.asfortranarray(picture)):
        assert basma.hash_image(shown) == basma.hash_image(shown.copy())


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((8, 8), dtype=np.float64),
        np.full((8, 8), np.nan),
        np.zeros((8, 8), dtype=">u2"),
        np.zeros((8, 8), dtype=bool),
        np.zeros((8, 8, 4), dtype=np.uint8),
        np.zeros((8, 8, 2), dtype=np.uint8),
        np.zeros(8, dtype=np.uint8),
        np.zeros((2, 2, 2, 2), dtype=np.uint8),
        np.zeros((0, 8), dtype=np.uint8),
        np.array(7, dtype=np.uint8),
        np.ma.masked_array(np.zeros((8, 8), dtype=np.uint8), mask=True),
        "a.jpg",
        None,
    ],
)
def test_what_is_no_picture_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError) as refused:
        basma.hash_image(wrong)
    assert isinstance(refused.value, basma.BasmaError)


def test_other_types_and_views_of_pixels(picture: np.ndarray) -> None:
    found = basma.hash_image(picture, types=["pdq", "blockhash64-ih3-lsb"], views="all")
    assert len(found.of_type("pdq")) >= 8 and found.of_type("blockhash64-ih3-lsb")
    assert found.pdq == basma.hash_image(picture).pdq


@pytest.mark.parametrize("data", [b"", b"no picture", b"\xff\xd8\xff\xe0" + b"\x00" * 40, b"\x89PNG\r\n\x1a\n" + b"\xff" * 99])
def test_what_cannot_be_decoded_is_an_error(data: bytes) -> None:
    with pytest.raises(basma.MediaError) as refused:
        basma.hash_bytes(data)
    assert refused.value.code


def test_of_what_cannot_be_decoded_the_digest_stays_and_the_problem_is_said() -> None:
    found = basma.hash_bytes(b"no picture", types=["pdq", "md5"])
    assert [hash.type for hash in found.hashes] == ["md5"]
    assert isinstance(found.problem, basma.BasmaError)
    with pytest.raises(basma.ArgumentError):
        found.pdq


def test_half_a_picture_says_so() -> None:
    data = PHOTO.read_bytes()
    found = basma.hash_bytes(data[: len(data) * 2 // 3])
    assert found.hashes and found.problem is not None


def test_files_that_are_not_there(tmp_path: object) -> None:
    with pytest.raises(FileNotFoundError) as refused:
        basma.hash_file("nowhere.jpg")
    assert refused.value.filename == "nowhere.jpg"
    with pytest.raises((basma.BasmaError, OSError)):
        basma.hash_file(tmp_path)


@pytest.mark.parametrize("arguments", [{"types": "pdq2"}, {"views": "some"}, {"sampling": "often"}, {"types": ["pdq", ""]}])
def test_names_that_are_not_known(arguments: dict) -> None:
    with pytest.raises(ValueError):
        basma.hash_file(PHOTO, **arguments)


@pytest.mark.parametrize("wrong", [None, 17, "text", np.zeros(8)])
def test_only_bytes_are_a_file_in_memory(wrong: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        basma.hash_bytes(wrong)


def test_threads_get_the_same_hashes() -> None:
    expected, found = basma.hash_file(PHOTO), []
    threads = [threading.Thread(target=lambda: found.append(basma.hash_file(PHOTO))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8
