"""The name of who decides is kept as one line, and a file that says nothing names nobody."""

from medapp.services.user import FILE, keep_name, name_of_user


def test_a_name_is_kept_and_taken_away(tmp_path):
    config = tmp_path / "config"
    assert name_of_user(config) == ""
    keep_name(config, "  Dr.\n Łucja  Chen ")
    assert name_of_user(config) == "Dr. Łucja Chen"
    keep_name(config, "")
    assert name_of_user(config) == ""


def test_what_is_no_name_is_none(tmp_path):
    for text in ("[1]", '{"name": 3}', "not json", ""):
        (tmp_path / FILE).write_text(text)
        assert name_of_user(tmp_path) == ""
    keep_name(tmp_path, "x" * 500)
    assert len(name_of_user(tmp_path)) == 80
