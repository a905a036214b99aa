from fn_emulator.settings.places import find_toolkit_files, names_in, shown_path


def test_a_folder_that_cannot_be_listed_has_no_names(tmp_path):
    (tmp_path / "file").touch()
    assert names_in(str(tmp_path / "file")) == []
    assert names_in(str(tmp_path)) == ["file"]


def test_toolkit_files_are_found_in_any_case_nearest_first(project, write):
    write({"b.function.YML": "", "A.Schedule.yaml": "", "function.yaml": "", "sub/x.Function.yaml": "", "sub/fn/a": ""})
    (project / "c.Function.yaml").mkdir()
    found = [path.removeprefix(f"{project}/") for path in find_toolkit_files(f"{project}/sub/fn")]
    assert found == ["sub/x.Function.yaml", "A.Schedule.yaml", "b.function.YML", "c.Function.yaml"]


def test_a_path_is_shown_absolute_where_a_link_leads_elsewhere(tmp_path, monkeypatch):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    monkeypatch.chdir(tmp_path)
    assert shown_path("real", f"{tmp_path}/a.yaml") == "a.yaml"
    assert shown_path("link", f"{tmp_path}/a.yaml") == f"{tmp_path}/a.yaml"
