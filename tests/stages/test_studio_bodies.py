"""Bodies to choose from."""

from pathlib import Path

import pytest

from bige_osim.errors import DataError, MissingFileError
from bige_osim.stages.studio_bodies import find_bodies, open_body


def test_a_model_is_a_body_without_recordings(tmp_path: Path) -> None:
    model = tmp_path / "s4.osim"
    model.write_text("")
    body = open_body(model)
    assert (body.name, body.model, body.motions) == ("s4", model, ())
    assert body.describe() == "s4"


def test_models_and_sessions_in_a_folder_are_found(tmp_path: Path) -> None:
    for name in ("b.osim", "a.osim", "notes.txt", ".hidden.osim"):
        (tmp_path / name).write_text("")
    assert [body.name for body in find_bodies([tmp_path])] == ["a", "b"]


def test_what_is_no_session_is_said(tmp_path: Path) -> None:
    other = tmp_path / "s4.zip"
    other.write_text("")
    with pytest.raises(DataError, match="expected a session's folder or a model"):
        find_bodies([other])
    with pytest.raises(MissingFileError, match="session or model"):
        find_bodies([tmp_path / "absent"])
