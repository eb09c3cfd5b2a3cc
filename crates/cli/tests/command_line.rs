//! The program as a shell sees it, as far as it goes without a relay: exit codes, links, and what is never printed.
//!
//! These tests are also why a test run of the workspace builds the program, which the tests of the whole need.

use std::io::Write;
use std::process::{Command, Output, Stdio};

fn parasol(args: &[&str], stdin: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_parasol"))
        .args(args)
        .env_remove("PARASOL_PASSWORD")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program was built with this test");
    // It may have ended without reading.
    let _ = child.stdin.take().expect("it was piped").write_all(stdin.as_bytes());
    child.wait_with_output().expect("it was started")
}

#[cfg(target_os = "linux")]
#[test]
fn a_relay_takes_as_many_descriptors_as_it_may() {
    use std::io::{BufRead, BufReader};
    let mut child = Command::new("sh")
        .args(["-c", "ulimit -S -n 64 && exec \"$0\" demo -l 0", env!("CARGO_BIN_EXE_parasol")])
        .stdout(Stdio::piped())
        .spawn()
        .expect("there is a shell");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("it was piped")).read_line(&mut line).expect("it says where it listens");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).expect("it runs");
    child.kill().and_then(|()| child.wait()).expect("it ran");
    let soft = limits.lines().find_map(|line| line.strip_prefix("Max open files")?.split_whitespace().next());
    assert!(soft.and_then(|soft| soft.parse::<u64>().ok()).is_some_and(|soft| soft > 64), "{limits}");
}

#[test]
fn exit_codes_tell_help_from_wrong_use() {
    let link = "ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888";
    for (args, code) in [
        (&["--help"][..], 0),
        (&["--version"], 0),
        (&["local", "--help"], 0),
        (&["link", "decode", link], 0),
        (&[], 2),
        (&["tunnel"], 2),
        (&["tunnel", "--help"], 0),
        (&["tunnel", "-s", "h", "-p", "1", "-k", "pw"], 2),
        (&["explain", "example.org", "::1", "127.0.0.1:80"], 0),
        (&["explain", "a b"], 2),
        (&["explain", "--acl", "/nonexistent/acl", "example.org"], 2),
        (&["local", "--what"], 2),
        (&["local", "-p", "70000"], 2),
        (&["local"], 2),
        (&["local", "-c", "/nonexistent/config.json"], 2),
        (&["local", "--server", "ss://"], 2),
        (&["server", "-p", "0"], 2),
        (&["server", "-p", "0", "--password-file", "/nonexistent/password"], 2),
        (&["link", "decode", "http://example.org"], 2),
        (&["link", "encode", "-s", "h"], 2),
    ] {
        assert_eq!(parasol(args, "").status.code(), Some(code), "{args:?}");
    }
}

#[test]
fn a_fault_is_one_line_and_shows_no_secret() {
    for (args, stdin) in [
        (&["local", "ss://hunter2@h:1"][..], ""),
        (&["local", "--server", "ss://hunter2"], ""),
        (&["local", "-s", "h", "-p", "1", "-k", "hunter2", "-m", "2022-blake3-aes-128-gcm"], ""),
        (&["server", "-p", "1", "-m", "2022-blake3-aes-128-gcm", "--password-file", "-"], "hunter2\n"),
        (&["local", "-c", "-"], r#"{"password":"hunter2","server":["a","b"]}"#),
        (&["local", "-c", "-"], r#"{"password":"hunter2"#),
        (&["link", "encode"], r#"{"password":"hunter2"}"#),
        (&["link", "encode"], r#"["hunter2"]"#),
    ] {
        let output = parasol(args, stdin);
        let stderr = String::from_utf8(output.stderr).expect("text");
        assert_eq!(output.status.code(), Some(2), "{args:?}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{args:?}: {stderr}");
        assert!(
            !stderr.contains("hunter2") && !String::from_utf8_lossy(&output.stdout).contains("hunter2"),
            "{stderr}"
        );
    }
}

#[test]
fn a_bad_file_or_key_ends_with_a_line_and_2() {
    let server = |port: &str, method: &str, password: &str| {
        format!(r#"{{"server":"127.0.0.1","server_port":{port},"method":"{method}","password":"{password}"}}"#)
    };
    let good = server("1", "aes-256-gcm", "x");
    let (short, long) = ("AAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    for bad in [
        "",
        "\0",
        "[]",
        "1",
        "\u{feff}",
        &good[..good.len() - 1],
        &good.replace('"', "\0"),
        &"[".repeat(100_000),
        &format!(r#"{{"server":{}"#, r#"{"a":"#.repeat(100_000)),
        &good.replace(r#""127.0.0.1""#, "1"),
        &good.replace(r#""127.0.0.1""#, r#""""#),
        &server("0", "aes-256-gcm", "x"),
        &server("70000", "aes-256-gcm", "x"),
        &server(r#""abc""#, "aes-256-gcm", "x"),
        &server("-1", "aes-256-gcm", "x"),
        &server("1", "no-such", "x"),
        &server("1", "", "x"),
        &server("1", "2022-blake3-aes-128-gcm", short),
        &server("1", "2022-blake3-aes-128-gcm", long),
        &server("1", "2022-blake3-aes-256-gcm", long),
        &server("1", "2022-blake3-aes-128-gcm", "not base64!"),
    ] {
        for role in ["local", "server"] {
            // A server may take any free port.
            if role == "server" && bad == server("0", "aes-256-gcm", "x") {
                continue;
            }
            let file = tempfile::NamedTempFile::new().expect("the temporary folder can be written");
            std::fs::write(file.path(), bad).expect("the temporary folder can be written");
            let output = parasol(&[role, "-c", file.path().to_str().expect("text")], "");
            let stderr = String::from_utf8(output.stderr).expect("text");
            let shown: String = bad.chars().take(90).collect();
            assert_eq!(output.status.code(), Some(2), "{role} {shown}: {stderr}");
            assert_eq!(stderr.lines().count(), 1, "{role} {shown}: {stderr}");
            assert!(stderr.len() < 1000 && !stderr.contains("panicked"), "{role} {shown}: {stderr}");
        }
    }
}

#[test]
fn what_decode_prints_encode_turns_back() {
    for link in [
        "ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888#Example1",
        "ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888/?plugin=obfs-local%3Bobfs%3Dhttp#Example2",
        "ss://2022-blake3-aes-256-gcm:YctPZ6U7xPPcU%2Bgp3u%2B0tx%2FtRizJN9K8y%2BuKlW2qjlI%3D@192.168.100.1:8888",
    ] {
        let json = parasol(&["link", "decode", link], "");
        assert_eq!(json.status.code(), Some(0));
        let json = String::from_utf8(json.stdout).expect("text");
        assert_eq!(json.lines().count(), 1, "{json}");
        let again = parasol(&["link", "encode"], &json);
        assert_eq!(String::from_utf8(again.stdout).expect("text").trim_end(), link);
    }
}

#[test]
fn a_link_is_read_from_standard_input_and_made_from_options() {
    let json = parasol(&["link", "decode", "-"], "ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888\n").stdout;
    let json: serde_json::Value = serde_json::from_slice(&json).expect("one object");
    assert_eq!(json["method"], "aes-128-gcm");
    assert_eq!(json["password"], "test");
    assert_eq!(json["plugin"], serde_json::Value::Null);
    let args = ["link", "encode", "-s", "192.168.100.1", "-p", "8888", "-m", "aes-128-gcm", "--password-file", "-"];
    let link = parasol(&[&args[..], &["--name", "a b"]].concat(), "test\n").stdout;
    assert_eq!(link, b"ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888#a%20b\n");
}
