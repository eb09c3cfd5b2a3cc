use std::fs;

use proptest::prelude::*;

use super::*;
use crate::port::SavedPort;
use crate::profile::Profile;

/// Quick: what it costs is not what is tested.
const LITTLE: u8 = 2;

fn document() -> Document {
    let mut document = Document::default();
    document.profiles.push(Profile { id: "a".to_owned(), password: "hunter2".into(), ..Profile::default() });
    document.active = Some("a".to_owned());
    let port =
        SavedPort { id: "p".to_owned(), user: "ann".to_owned(), password: "login".into(), ..SavedPort::default() };
    document.ports.push(port);
    document.settings.rules = "||a.test".to_owned();
    document
}

fn sealed(passphrase: &str) -> Zeroizing<Vec<u8>> {
    seal_with(&document(), Some(&passphrase.into()), LITTLE).unwrap()
}

#[test]
fn a_backup_brings_everything_back_with_and_without_a_passphrase() {
    let mut with_key = document();
    with_key.sealed_with = Some("a key of this machine".to_owned());
    for passphrase in [None, Some(Password::from("пароль и ещё")), Some("x".into())] {
        let bytes = seal_with(&with_key, passphrase.as_ref(), LITTLE).unwrap();
        let shows = bytes.windows(7).any(|window| window == b"hunter2");
        assert_eq!(shows, passphrase.is_none());
        assert_eq!(open(&bytes, passphrase.as_ref()), Ok(document()));
        assert_eq!(open(&bytes, Some(&"other".into())).is_ok(), passphrase.is_none());
    }
}

#[test]
fn the_work_of_a_real_one_is_within_what_is_accepted() {
    let passphrase = Password::from("correct horse");
    let bytes = seal(&document(), Some(&passphrase)).unwrap();
    assert!(bytes.starts_with(AGE[1]));
    assert_eq!(open(&bytes, Some(&passphrase)), Ok(document()));
}

#[test]
fn what_does_not_open_says_why() {
    let good = sealed("pass");
    let (pass, other, empty) = (Password::from("pass"), Password::from("Pass"), Password::default());
    let text = str::from_utf8(&good).unwrap().to_owned();
    let windows = text.replace('\n', "\r\n");
    assert_eq!(open(format!("\n\n{windows}").as_bytes(), Some(&pass)), Ok(document()), "mail changes line ends");
    let costly = costly_backup();
    let cases: [(&[u8], Option<&Password>, BackupFault); 12] = [
        (&good, None, BackupFault::PassphraseNeeded),
        (&good, Some(&other), BackupFault::WrongPassphrase),
        (&good, Some(&empty), BackupFault::WrongPassphrase),
        (&good[..good.len() - 60], Some(&pass), BackupFault::Damaged),
        (&good[..40], Some(&pass), BackupFault::Damaged),
        (AGE[0], Some(&pass), BackupFault::Damaged),
        (&costly, Some(&pass), BackupFault::TooMuchWork),
        (b"age-encryption.org/v9\n", Some(&pass), BackupFault::Damaged),
        (b"", Some(&pass), BackupFault::NotABackup),
        (b"ss://YWVz", None, BackupFault::NotABackup),
        (br#"{"version":1,"profiles":{}}"#, None, BackupFault::NotABackup),
        (br#"{"version":99}"#, None, BackupFault::Newer),
    ];
    for (bytes, passphrase, fault) in cases {
        assert_eq!(open(bytes, passphrase), Err(fault), "{}", String::from_utf8_lossy(&bytes[..bytes.len().min(60)]));
    }
    assert_eq!(seal(&document(), Some(&"".into())).unwrap_err(), BackupFault::EmptyPassphrase);
}

/// A good file whose head asks for 2 to the power of 30.
fn costly_backup() -> Vec<u8> {
    let head = "age-encryption.org/v1\n-> scrypt Xb5EyIQo7Rdmzu9yGXFlJQ 30\n";
    let body = "gaeYjfrwbRVOB7ZnpkKPGpzcYVDfvDDqEHMHMKtcBkE\n";
    let mac = "--- XTgBwPzvrBpzmwPP6wuPUNwqNCCEmnmm9LyPh+DeiBU\n0123456789abcdef0123456789abcdef";
    format!("{head}{body}{mac}").into_bytes()
}

#[test]
fn a_backup_for_somebodys_key_is_none_of_ours() {
    let key = age::x25519::Identity::generate();
    let encryptor = Encryptor::with_recipients(iter::once(&key.to_public() as &dyn age::Recipient)).unwrap();
    let mut bytes = Vec::new();
    let mut writer = encryptor.wrap_output(&mut bytes).unwrap();
    writer.write_all(b"{}").unwrap();
    writer.finish().unwrap();
    assert_eq!(open(&bytes, Some(&"pass".into())), Err(BackupFault::NotABackup));
}

#[test]
fn a_file_is_private_replaces_whole_and_one_that_is_too_long_is_not_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("my backup.age");
    fs::write(&path, "older").unwrap();
    write(&path, b"newer").unwrap();
    assert_eq!(read(&path).unwrap().as_slice(), b"newer");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert!(matches!(write(&dir.path().join("no/such/folder"), b"x"), Err(BackupFault::File { .. })));
    assert!(matches!(write(dir.path(), b"x"), Err(BackupFault::File { .. })));
    assert!(matches!(read(&dir.path().join("nothing")), Err(BackupFault::File { .. })));
    assert!(matches!(read(dir.path()), Err(BackupFault::File { .. })));
    let long = fs::File::create(dir.path().join("long")).unwrap();
    long.set_len(MOST_BYTES + 1).unwrap();
    assert_eq!(read(&dir.path().join("long")).unwrap_err(), BackupFault::TooLong);
    let names: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Cut or changed anywhere, a backup opens as it was, or not at all.
    #[test]
    fn a_backup_that_was_tampered_with_never_opens_as_another(
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
    ) {
        let mut bytes = sealed("pass").to_vec();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        if let Ok(opened) = open(&bytes, Some(&"pass".into())) {
            prop_assert_eq!(opened, document());
        }
    }
}
