//! `parasol import` as a program reads what it says, and what it leaves on the disk.

use std::collections::BTreeMap;
use std::path::Path;

use harness::parasol;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder for files, and one for the profiles.
struct Desk(TempDir);

impl Desk {
    fn new() -> Desk {
        Desk(tempfile::tempdir().expect("the temporary folder can be written"))
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join(name), text).expect("it can be written");
    }

    /// What `parasol import --json` says, and how it ends.
    async fn import(&self, args: &[&str]) -> (Option<i32>, Value) {
        let mut command = parasol::command(&[&["import", "--json"], args].concat());
        command.env("PARASOL_CONFIG_DIR", self.config()).current_dir(self.0.path());
        let output = command.output().await.expect("it runs");
        let text = String::from_utf8(output.stdout).expect("text");
        assert!(!text.contains("hunter2") && !text.contains("aHVudGVyMg"), "{text}");
        let told = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text:?} {:?}", output.stderr));
        (output.status.code(), told)
    }

    fn config(&self) -> std::path::PathBuf {
        self.0.path().join("parasol")
    }

    /// All files of the profiles' folder with what is in them.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        fn look(folder: &Path, all: &mut BTreeMap<String, Vec<u8>>) {
            for entry in std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("an entry")) {
                match entry.file_type().expect("a type").is_dir() {
                    true => look(&entry.path(), all),
                    false => {
                        let bytes = std::fs::read(entry.path()).expect("it can be read");
                        all.insert(entry.path().display().to_string(), bytes);
                    }
                }
            }
        }
        let mut all = BTreeMap::new();
        look(&self.config(), &mut all);
        all
    }

    fn saved(&self) -> Value {
        let bytes = std::fs::read(self.config().join("profiles.json")).expect("it was saved");
        serde_json::from_slice(&bytes).expect("JSON")
    }
}

/// What is said of a server that is taken, without what it has besides.
fn server(file: &str, place: &str, name: &str, host: &str, port: u16) -> Value {
    json!({ "file": file, "where": place, "name": name, "server": host, "server_port": port, "method": "aes-256-gcm",
        "plugin": "", "unused": [] })
}

fn refused(file: &str, place: &str, reason: &str, fault: Value) -> Value {
    json!({ "file": file, "where": place, "reason": reason, "fault": fault })
}

#[tokio::test]
async fn a_program_is_told_of_each_entry_where_it_stands_and_why_it_is_refused() {
    const FIRST: &str = "ss://YWVzLTI1Ni1nY206aHVudGVyMg@a.example:8388#First";
    const SECOND: &str = "ss://YWVzLTI1Ni1nY206aHVudGVyMg@b.example:8388#Second";
    let desk = Desk::new();
    desk.write("before.txt", &format!("{FIRST}\n{SECOND}\n"));
    let (code, told) = desk.import(&["before.txt"]).await;
    let both = [
        server("before.txt", "line 1", "First", "a.example", 8388),
        server("before.txt", "line 2", "Second", "b.example", 8388),
    ];
    let none: [Value; 0] = [];
    assert_eq!(
        (code, &told),
        (Some(0), &json!({ "added": both, "changed": none, "unchanged": none, "refused": none, "saved": true }))
    );

    let new = "ss://YWVzLTI1Ni1nY206aHVudGVyMg@c.example:8388#%1b%5b31mThird";
    let other_password = SECOND.replace("aHVudGVyMg", "aHVudGVyMjI");
    let evil = "ss://YWVzLTI1Ni1nY206aHVudGVyMg@e.example:1?plugin=..%2Fevil#Evil";
    let lines = [FIRST, "", new, &other_password, "ss://!!!", new, "hello://x", evil, "just words"];
    desk.write("mixed.txt", &lines.join("\r\n"));
    let servers = json!({ "version": 1, "servers": [
        { "id": "7842c068-c667-41f2-8f7d-04feece3cb67", "remarks": "Fourth", "server": "d.example", "server_port": 443,
          "password": "hunter2", "method": "aes-256-gcm", "our_region": "eu" },
        { "remarks": "Second", "server": "b.example", "server_port": 0, "password": "hunter2", "method": "aes-256-gcm" },
        5,
    ]});
    desk.write("servers.json", &servers.to_string());
    let (id, ids) = (desk.saved()["profiles"][1]["id"].clone(), desk.saved()["profiles"].clone());
    let mut fourth = server("servers.json", "servers[0]", "Fourth", "d.example", 443);
    fourth["unused"] = json!(["our_region"]);
    let mut second = server("mixed.txt", "line 4", "Second", "b.example", 8388);
    (second["profile"], second["differs"]) = (id, json!([{ "field": "password" }]));
    let unread = "characters of the link are missing or changed; copy it again";
    let mut expected = json!({
        "added": [server("mixed.txt", "line 3", "[31mThird", "c.example", 8388), fourth],
        "changed": [second],
        "unchanged": [
            server("mixed.txt", "line 1", "First", "a.example", 8388),
            server("mixed.txt", "line 6", "[31mThird", "c.example", 8388),
        ],
        "refused": [
            refused("mixed.txt", "line 5", unread, json!({ "code": "badUserinfo" })),
            refused(
                "mixed.txt", "line 7", "no ss:// link; one begins with ss://, copy it again from its beginning",
                json!({ "code": "notALink" })
            ),
            refused(
                "mixed.txt", "line 8", "the plugin \"../evil\" cannot be used as it is written",
                json!({ "code": "plugin", "name": "../evil" })
            ),
            refused(
                "servers.json", "servers[1]", "the port must be from 1 to 65535", json!({ "code": "badPort" })
            ),
            refused(
                "servers.json", "servers[2]", "it is not what an entry looks like",
                json!({ "code": "wrongValue", "field": "" })
            ),
        ],
        "saved": false,
    });

    let before = desk.files();
    for _ in 0..2 {
        let (code, told) = desk.import(&["--preview", "mixed.txt", "servers.json"]).await;
        assert_eq!((code, &told), (Some(0), &expected), "{told:#}");
        assert_eq!(desk.files(), before, "a preview saves nothing");
    }

    expected["saved"] = true.into();
    let (code, told) = desk.import(&["mixed.txt", "servers.json"]).await;
    assert_eq!((code, &told), (Some(0), &expected), "{told:#}");
    let saved = desk.saved();
    let names: Vec<_> = saved["profiles"].as_array().expect("a list").iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["First", "Second", "[31mThird", "Fourth"]);
    assert_eq!((&saved["profiles"][0], &saved["profiles"][1]["id"]), (&ids[0], &ids[1]["id"]), "the first as it was");

    // The same again is known.
    let before = desk.files();
    let (code, told) = desk.import(&["mixed.txt", "servers.json"]).await;
    let count = |list: &str| told[list].as_array().expect("a list").len();
    assert_eq!((code, &told["saved"]), (Some(0), &json!(false)));
    assert_eq!(["added", "changed", "unchanged", "refused"].map(count), [0, 0, 5, 5]);
    assert_eq!(desk.files(), before);
}

#[tokio::test]
async fn a_preview_before_anything_is_saved_leaves_no_profiles_and_refusals_alone_are_a_failure() {
    let desk = Desk::new();
    desk.write("links.txt", "ss://YWVzLTI1Ni1nY206aHVudGVyMg@a.example:8388#First");
    let (code, told) = desk.import(&["--preview", "links.txt"]).await;
    assert_eq!((code, told["added"].as_array().map(Vec::len), &told["saved"]), (Some(0), Some(1), &json!(false)));
    assert!(!desk.config().join("profiles.json").exists());
    desk.write("junk.txt", "ss://!!!");
    let (code, told) = desk.import(&["junk.txt"]).await;
    assert_eq!((code, &told["refused"][0]["where"]), (Some(2), &json!("line 1")));
    assert!(!desk.config().join("profiles.json").exists());
}
