"""The manifest names its inputs by content."""

from pathlib import Path

from bige_osim.io.manifest import Manifest


def test_a_manifest_holds_hashes_versions_and_timings(tmp_path: Path):
    file = tmp_path / "a.mot"
    file.write_bytes(b"abc")
    manifest = Manifest("solve", inputs=[file, file], seed=3)
    with manifest.time_part("solve"):
        pass
    written = manifest.to_dict()
    assert written["inputs"] == [
        {
            "file": file.as_posix(),
            # SHA-256 of "abc", FIPS 180-2 appendix B.1
            "sha256": "ba7816bf8f01cfea414140de5dae2223"
            "b00361a396177a9cb410ff61f20015ad",
        }
    ]
    assert written["seed"] == 3
    assert written["versions"]["opensim"] == "4.6"
    assert written["timings"]["solve"] >= 0
