"""Zipped sessions: what is unpacked, and what never is."""

import pickle
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

from bige_osim.errors import DataError, MissingFileError
from bige_osim.io.session.archive import unpack


class Trap:
    """Unpickling this makes the file it was told."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path(self.path),))


def make_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def refusal(path: Path, *, limit: int = 1000) -> str:
    with pytest.raises(DataError) as caught, unpack(path, limit=limit):
        pytest.fail("it was unpacked")
    return str(caught.value)


@pytest.mark.parametrize("top", ["", "OpenCapData_1/"])
def test_a_session_is_unpacked_with_or_without_a_folder_at_the_top(
    top: str, tmp_path: Path
) -> None:
    members = {
        f"{top}OpenSimData/Kinematics/a.mot": b"motion",
        f"{top}sessionMetadata.yaml": b"mass_kg: 60",
        f"__MACOSX/{top}._sessionMetadata.yaml": b"\0",
    }
    with unpack(make_zip(tmp_path / "a.zip", members)) as folder:
        assert (folder / "OpenSimData/Kinematics/a.mot").read_bytes() == b"motion"
        assert {p.name for p in folder.iterdir()} == {
            "OpenSimData",
            "sessionMetadata.yaml",
        }
    assert not folder.exists()


def test_a_folder_that_means_something_is_not_taken_for_the_top(tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "a.zip", {"MarkerData/a.trc": b"markers"})
    with unpack(archive) as folder:
        assert (folder / "MarkerData" / "a.trc").is_file()


def test_pickles_and_videos_stay_packed(tmp_path: Path) -> None:
    trap = pickle.dumps(Trap(str(tmp_path / "sprung")))
    members = {
        "a/MarkerData/a.trc": b"markers",
        "a/Videos/mappingCamDevice.pickle": trap,
        "a/Videos/Cam0/cameraIntrinsicsExtrinsics.pkl": trap,
        "a/Videos/Cam0/a.mov": b"video",
        "a/OpenSimData/Model/a.npy": trap,
    }
    with unpack(make_zip(tmp_path / "a.zip", members)) as folder:
        assert [p.name for p in folder.rglob("*") if p.is_file()] == ["a.trc"]
    assert not (tmp_path / "sprung").exists()
    assert type(pickle.loads(trap)) is type(None)  # the trap does work
    assert (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    "name",
    ["../a.mot", "a/../../a.mot", "/tmp/a.mot", "C:/a.mot", "a\\..\\..\\a.mot"],
)
def test_names_that_lead_out_of_the_archive_are_refused(
    name: str, tmp_path: Path
) -> None:
    path = make_zip(tmp_path / "a.zip", {"b/a.trc": b"", name: b"out"})
    assert refusal(path) == (
        f"{path}: expected names within the archive, got {name!r}; "
        "do not trust this archive."
    )
    assert [p.name for p in tmp_path.iterdir()] == ["a.zip"]


def test_links_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    link = zipfile.ZipInfo("MarkerData/a.trc")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert refusal(path) == (
        f"{path}: expected files and folders, got a link named 'MarkerData/a.trc'; "
        "zip the files it leads to."
    )


def test_more_than_there_is_room_for_is_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"a.mot": bytes(600), "b.mot": bytes(600)})
    assert path.stat().st_size < 600  # the bytes that count are the unpacked ones
    assert refusal(path, limit=1024**2 // 1024) == (
        f"{path}: expected at most 0.000976562 MiB of motions, markers and models, got "
        "more; unpack it and pass the folder."
    )
    with unpack(path, limit=1200) as folder:
        assert len(list(folder.iterdir())) == 2


def test_large_videos_need_no_room(tmp_path: Path) -> None:
    members = {"a.mot": b"1", "b.mot": b"2", "c.mov": bytes(5000)}
    with unpack(make_zip(tmp_path / "a.zip", members), limit=10) as folder:
        assert len(list(folder.iterdir())) == 2


def test_a_size_that_lies_does_not_help(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"a.mot": bytes(5000), "b.mot": b"1"})
    whole = path.read_bytes()
    size = (5000).to_bytes(4, "little")
    path.write_bytes(whole.replace(size, (10).to_bytes(4, "little")))
    assert "a.zip: expected" in refusal(path)


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"a.mot": b"1"})
    content = bytearray(path.read_bytes())
    content[6] |= 1  # flags, in the local header and in the directory
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert refusal(path) == (
        f"{path}: expected files without a password, got 'a.mot' with one; unpack it "
        "and pass the folder."
    )


def test_damaged_archives_are_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"a.mot": b"0123456789" * 50})
    whole = path.read_bytes()
    damaged = bytearray(whole)
    damaged[40] ^= 0xFF  # within the packed bytes
    for content in (b"", b"no zip", whole[:-30], bytes(damaged)):
        path.write_bytes(content)
        assert refusal(path).endswith("; download it again.")


def test_a_name_that_is_a_file_and_a_folder_is_refused(tmp_path: Path) -> None:
    members = {"a.mot": b"1", "a.mot/b.mot": b"2"}
    assert "expected a whole .zip" in refusal(make_zip(tmp_path / "a.zip", members))


def test_too_many_files_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bige_osim.io.session.archive.MOST_FILES", 2)
    path = make_zip(tmp_path / "a.zip", {f"{i}.mot": b"" for i in range(3)})
    assert refusal(path) == (
        f"{path}: expected a session of at most 2 files, got 3; unpack it and pass the "
        "folder."
    )


def test_a_missing_archive_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(MissingFileError, match=r"The session .*a\.zip does not exist"),
        unpack(tmp_path / "a.zip"),
    ):
        pytest.fail("it was unpacked")
