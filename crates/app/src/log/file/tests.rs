use super::*;
use crate::log::LogField;

fn line(message: &str, fields: &[(&str, &str)]) -> LogLine {
    let field = |(name, value): &(&str, &str)| LogField { name: (*name).to_owned(), value: (*value).to_owned() };
    LogLine {
        id: 1,
        at_ms: 1_700_000_000_123,
        level: LogLevel::Warn,
        part: "parasol_app::store".to_owned(),
        message: message.to_owned(),
        fields: fields.iter().map(field).collect(),
    }
}

fn text(file: &Path) -> String {
    fs::read_to_string(file).unwrap()
}

fn texts<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).to_vec()
}

#[test]
fn a_line_names_no_target_and_its_values_can_be_told_apart() {
    let mut said = String::new();
    let fields = [("path", "/a b"), ("target", "secret.example:443"), ("n", "3"), ("said", "a=\"b\""), ("none", "")];
    written(&mut said, &line("it failed", &fields));
    let expected =
        "2023-11-14T22:13:20.123Z WARN parasol_app::store it failed path=\"/a b\" n=3 said=\"a=\\\"b\\\"\" none=\"\"\n";
    assert_eq!(said, expected);
}

#[test]
fn two_files_are_kept_and_neither_grows_beyond_its_bound() {
    let dir = tempfile::tempdir().unwrap();
    let mut file = LogFile::in_dir(&dir.path().join("state/parasol"));
    let long = format!("{}\n", "x".repeat(1023));
    for n in 0..5_000 {
        file.append(&texts([&format!("{n}\n"), &long])).1.unwrap();
    }
    let dir = dir.path().join("state/parasol");
    let names: Vec<_> = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    for name in [NAME, BEFORE] {
        assert!(fs::metadata(dir.join(name)).unwrap().len() <= MAX);
    }
    assert!(fs::metadata(dir.join(BEFORE)).unwrap().len() > MAX - 2048);
    assert!(text(&dir.join(NAME)).ends_with(&format!("4999\n{long}")));
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_it_not_even_one_that_was_there() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let mut file = LogFile::in_dir(&dir.path().join("new"));
    file.append(&texts(["a\n"])).1.unwrap();
    assert_eq!((mode(&dir.path().join("new")), mode(&file.path())), (0o700, 0o600));

    let open = dir.path().join(NAME);
    fs::write(&open, "before\n").unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o666)).unwrap();
    LogFile::in_dir(dir.path()).append(&texts(["a\n"])).1.unwrap();
    assert_eq!((mode(&open), text(&open).as_str()), (0o600, "before\na\n"));
}

#[test]
fn half_a_line_that_a_killed_program_left_ends_before_the_next() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(NAME), "2023-11-14T22:13:20.123Z WA").unwrap();
    let mut file = LogFile::in_dir(dir.path());
    file.append(&texts(["a\n"])).1.unwrap();
    assert_eq!(text(&file.path()), "2023-11-14T22:13:20.123Z WA\na\n");
}

#[test]
fn one_that_was_removed_is_made_anew_and_clearing_removes_both() {
    let dir = tempfile::tempdir().unwrap();
    let mut file = LogFile::in_dir(dir.path());
    file.append(&texts(["a\n"])).1.unwrap();
    fs::remove_file(file.path()).unwrap();
    file.append(&texts(["b\n"])).1.unwrap();
    assert_eq!(text(&file.path()), "b\n");
    fs::write(file.before(), "old\n").unwrap();
    file.clear().unwrap();
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    file.clear().unwrap();
    file.append(&texts(["c\n"])).1.unwrap();
    assert_eq!(text(&file.path()), "c\n");
}

#[test]
fn what_is_no_file_is_an_error_and_not_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join(NAME)).unwrap();
    assert!(LogFile::in_dir(dir.path()).append(&texts(["a\n"])).1.is_err());
    fs::write(dir.path().join("file"), "").unwrap();
    assert!(LogFile::in_dir(&dir.path().join("file")).append(&texts(["a\n"])).1.is_err());
}

#[test]
fn what_is_there_is_told_though_the_next_file_cannot_begin_and_clearing_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let mut file = LogFile::in_dir(dir.path());
    fs::create_dir(file.before()).unwrap();
    let (small, large) = ("a\n", "x".repeat(MAX as usize));
    let (there, done) = file.append(&texts([small, small, &large]));
    assert_eq!((there, done.is_err()), (2, true));
    assert_eq!(text(&file.path()), "a\na\n");
    assert!(file.clear().is_err() && !file.path().exists());
}

#[cfg(unix)]
#[test]
fn a_link_is_not_followed() {
    let dir = tempfile::tempdir().unwrap();
    let (elsewhere, file) = (dir.path().join("elsewhere"), LogFile::in_dir(dir.path()));
    fs::write(&elsewhere, "theirs\n").unwrap();
    std::os::unix::fs::symlink(&elsewhere, file.path()).unwrap();
    assert!(LogFile::in_dir(dir.path()).append(&texts(["a\n"])).1.is_err());
    assert_eq!(text(&elsewhere), "theirs\n");
}
