//! `parasol backup` and `parasol restore`, with files of their own and no key store.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::SystemTime;

use parasol_app::document::Document;
use parasol_app::profile::Profile;
use parasol_app::secrets::Key;
use parasol_app::store::{Opened, Store};
use parasol_proto::Password;

const PASSWORD: &str = "hunter2";

fn parasol(config: &Path, args: &[&str]) -> Output {
    with_passphrase(config, args, None)
}

fn with_passphrase(config: &Path, args: &[&str], passphrase: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parasol"));
    command.args(args).env("PARASOL_CONFIG_DIR", config).env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    command.env_remove("PARASOL_PASSPHRASE").envs(passphrase.map(|passphrase| ("PARASOL_PASSPHRASE", passphrase)));
    command.output().expect("the program was built with this test")
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn saved(config: &Path) -> Document {
    let Opened { document, .. } = Store::open(config, SystemTime::now());
    document
}

/// A folder in which one profile is saved.
fn folder(name: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let Opened { mut store, mut document, .. } = Store::open(&dir.path().join("config"), SystemTime::now());
    let profile = Profile {
        id: name.to_owned(),
        name: name.to_owned(),
        server: "a.example".to_owned(),
        port: 8388,
        method: "aes-256-gcm".to_owned(),
        password: PASSWORD.into(),
        ..Profile::default()
    };
    document.active = Some(profile.id.clone());
    document.profiles.push(profile);
    store.save(&document).unwrap();
    dir
}

#[test]
fn a_backup_is_made_looked_at_and_gone_to() {
    let (one, two) = (folder("Tokyo"), folder("Oslo"));
    let (from, to) = (one.path().join("config"), two.path().join("config"));
    let file = one.path().join("all.age");
    let file = file.to_str().unwrap();
    let made = with_passphrase(&from, &["backup", file], Some("correct horse"));
    assert!(made.status.success(), "{}", text(&made));
    let said = format!("saved to {file}: 1 profile, 0 subscriptions; it opens with its passphrase alone\n");
    assert_eq!(text(&made), said);
    let bytes = fs::read_to_string(file).unwrap();
    assert!(bytes.starts_with("-----BEGIN AGE ENCRYPTED FILE-----") && !bytes.contains(PASSWORD));
    let again = with_passphrase(&from, &["backup", file], Some("correct horse"));
    assert_eq!((again.status.code(), fs::read_to_string(file).unwrap()), (Some(2), bytes));

    let before = saved(&to);
    for (passphrase, says) in [(None, "--passphrase-file"), (Some("wrong"), "the passphrase is not the one")] {
        let refused = with_passphrase(&to, &["restore", file], passphrase);
        assert_eq!(refused.status.code(), Some(2));
        assert!(text(&refused).contains(says), "{}", text(&refused));
    }
    let secret = one.path().join("passphrase");
    fs::write(&secret, "correct horse\n").unwrap();
    let given = ["--passphrase-file", secret.to_str().unwrap(), file];
    let preview = parasol(&to, &[&["restore", "--preview"][..], &given].concat());
    assert_eq!(
        String::from_utf8_lossy(&preview.stdout),
        "removed  profiles: Oslo\nadded    profiles: Tokyo\nchanged  active Oslo → Tokyo\nnothing saved (--preview)\n"
    );
    assert_eq!(saved(&to), before);
    let json = parasol(&to, &[&["restore", "--preview", "--json"][..], &given].concat());
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["entries"][1]["change"]["kind"], "comes");

    let restored = parasol(&to, &[&["restore"][..], &given].concat());
    assert!(restored.status.success(), "{}", text(&restored));
    assert!(!text(&restored).contains(PASSWORD));
    assert!(
        String::from_utf8_lossy(&restored.stdout)
            .ends_with("restored; the state before is in the window under Settings, Earlier states\n")
    );
    assert_eq!(saved(&to), saved(&from));
    assert_eq!(saved(&to).profiles[0].password.as_str(), PASSWORD);
    let nothing = parasol(&to, &[&["restore"][..], &given].concat());
    assert_eq!(String::from_utf8_lossy(&nothing.stdout), "nothing differs\n");
}

#[test]
fn without_a_passphrase_it_is_private_and_a_warning_says_what_that_means() {
    let dir = folder("Tokyo");
    let file = dir.path().join("all.json");
    let made = parasol(&dir.path().join("config"), &["backup", file.to_str().unwrap()]);
    assert!(
        made.status.success() && text(&made).contains("; not encrypted, whoever has the file has"),
        "{}",
        text(&made)
    );
    assert!(fs::read_to_string(&file).unwrap().contains(PASSWORD));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn while_the_key_store_is_locked_one_is_made_and_something_exported_only_as_far_as_that_is_asked_for() {
    let dir = folder("Tokyo");
    let config = dir.path().join("config");
    {
        let Opened { mut store, mut document, .. } = Store::open(&config, SystemTime::now());
        let key = Key::random().unwrap();
        document.sealed_with = Some(key.id().to_owned());
        document.profiles[0].sealed = Some(key.seal(&PASSWORD.into()));
        document.profiles[0].password = Password::default();
        store.save(&document).unwrap();
    }
    let file = dir.path().join("all.json");
    let path = file.to_str().unwrap();
    let refused = parasol(&config, &["backup", path]);
    assert!(refused.status.code() == Some(1) && text(&refused).contains("--incomplete"), "{}", text(&refused));
    assert!(!file.exists());
    let made = parasol(&config, &["backup", "--incomplete", path]);
    assert!(made.status.success() && text(&made).contains(", without 1 that are locked; "), "{}", text(&made));
    let exported = parasol(&config, &["export"]);
    assert_eq!(exported.status.code(), Some(1), "{}", text(&exported));
    assert!(text(&exported).contains("the password of Tokyo is locked in the password store"), "{}", text(&exported));
}

#[test]
fn what_is_no_backup_and_profiles_that_another_holds_are_left_alone() {
    let dir = folder("Tokyo");
    let config = dir.path().join("config");
    let before = saved(&config);
    let good = dir.path().join("good.json");
    let other = folder("Oslo");
    assert!(parasol(&other.path().join("config"), &["backup", good.to_str().unwrap()]).status.success());
    let bad = dir.path().join("bad");
    fs::write(&bad, &fs::read(&good).unwrap()[..100]).unwrap();
    let nothing = dir.path().join("nothing");
    for path in [&bad, &nothing] {
        let refused = parasol(&config, &["restore", path.to_str().unwrap()]);
        assert_eq!(refused.status.code(), Some(2), "{}", text(&refused));
    }
    let holds = Store::open(&config, SystemTime::now());
    let refused = parasol(&config, &["restore", good.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(1), "{}", text(&refused));
    let preview = parasol(&config, &["restore", "--preview", good.to_str().unwrap()]);
    assert!(preview.status.success(), "{}", text(&preview));
    drop(holds);
    assert_eq!(saved(&config), before);
}
