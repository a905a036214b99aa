import pytest

from fn_emulator.settings import ScheduleSettings, Secret


def test_a_secret_is_never_shown():
    secret = Secret("k", "hunter2", "--secret")
    assert f"{secret} {secret!r} {[secret]}" == "*** *** [***]"


def test_settings_show_no_value_that_may_be_secret(resolve):
    shown = repr(resolve(secret=("k=hunter2",), env=("A=hunter2",)))
    assert "hunter2" not in shown
    assert shown.startswith("Settings(function_path=None, kind=None, client='fake', cloud='gcp'")


def test_a_schedule_shows_no_data():
    assert repr(ScheduleSettings("a", "* * * * *", {"k": "v"}, "f")) == "ScheduleSettings('a', '* * * * *', file='f')"


def test_settings_are_frozen(resolve):
    settings = resolve()
    with pytest.raises(AttributeError, match="frozen"):
        settings.cloud = "aws"
    with pytest.raises(AttributeError, match="frozen"):
        del settings.cloud


def test_replace_changes_a_copy(resolve):
    settings = resolve()
    changed = settings.replace(cloud="aws")
    assert (settings.cloud, changed.cloud, changed.origins) == ("gcp", "aws", settings.origins)


def test_an_unknown_field_is_refused(resolve):
    with pytest.raises(TypeError, match="Settings has no field 'clod'"):
        resolve().replace(clod="aws")
