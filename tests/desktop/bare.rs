//! Desktops on which something is missing that others have: the relay works, and what cannot be had is said.

use std::os::unix::fs::PermissionsExt;

use harness::curl::curl;
use harness::origin::Origin;
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::process::has_web_view;
use crate::starting::{parasol, save_settings, start, status};
use crate::tray_host::TrayHost;
use crate::until::until;

const BYTES: usize = 10_000;

/// Starts it, switched on, and returns it with how things are once the system proxy could not be set.
async fn start_on(desk: &mut Desk) -> (u32, Value) {
    save_settings(desk, json!({"system_proxy": "set"}));
    let pid = start(desk, &["--on"]);
    let status = until("it says what it cannot do", async || {
        let status = status(desk).await;
        (status["state"] == "on" && !status["system_proxy"]["problem"].is_null()).then_some(status)
    })
    .await;
    assert_eq!(status["system_proxy"]["set"], false, "{status}");
    (pid, status)
}

async fn is_carried(status: &Value) {
    let origin = Origin::start().await;
    let (url, proxy) =
        (format!("http://{}/bytes/{BYTES}", origin.address), format!("socks5h://127.0.0.1:{}", status["local_port"]));
    let answer = curl(&["--fail", "--proxy", &proxy, &url]).await;
    assert_eq!((answer.code, answer.body.len()), (0, BYTES), "{}", answer.words);
}

/// What `dbus-launch` does where it can start no bus.
const FAILS: &str = "exit 1";
/// The same where it never answers.
const HANGS: &str = "exec tail --pid=$PPID -f /dev/null";

/// No program of the desk's starts a bus by itself, as some systems have them do: the one for that does this.
fn without_a_way_to_a_bus(desk: &mut Desk, launcher_does: &str) {
    let folder = desk.folder("bin");
    std::fs::create_dir(&folder).expect("a folder of our own");
    let launcher = folder.join("dbus-launch");
    std::fs::write(&launcher, format!("#!/bin/sh\n{launcher_does}\n")).expect("a script");
    std::fs::set_permissions(&launcher, PermissionsExt::from_mode(0o700)).expect("it can be run");
    let path = std::env::var("PATH").expect("PATH is set");
    desk.set("PATH", &format!("{}:{path}", folder.display()));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_bus_or_with_a_dead_one_the_relay_works_and_the_window_opens() {
    for (address, launcher_does) in [(None, FAILS), (None, HANGS), (Some("unix:path=/nonexistent/bus"), FAILS)] {
        let mut desk = Desk::new();
        without_a_way_to_a_bus(&mut desk, launcher_does);
        match address {
            None => desk.unset("DBUS_SESSION_BUS_ADDRESS"),
            Some(address) => desk.set("DBUS_SESSION_BUS_ADDRESS", address),
        }
        let (pid, status) = start_on(&mut desk).await;
        let words = status["system_proxy"]["problem"]["words"].as_str().expect("there are words for it");
        println!("{address:?}: {words}");
        assert!(words.contains("session bus"), "{address:?}: {words}");
        is_carried(&status).await;
        // There can be no icon to open it with.
        until("the window", async || has_web_view(pid).then_some(())).await;
        assert!(desk.find("system-proxy.json").is_none(), "{address:?}: nothing is left to be given back");
        assert_eq!(parasol(&desk, &["quit"]).await.0, Some(0), "{address:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_schemas_of_the_settings_the_relay_works_and_the_way_back_is_there() {
    let mut desk = Desk::new();
    let host = TrayHost::on(desk.bus()).await;
    for variable in ["XDG_DATA_DIRS", "GSETTINGS_SCHEMA_DIR"] {
        desk.set(variable, "/nonexistent");
    }
    let (pid, status) = start_on(&mut desk).await;
    assert_eq!(status["system_proxy"]["problem"]["code"], "proxyUnsupported", "{status}");
    is_carried(&status).await;
    until("the icon", async || (host.items().len() == 1).then_some(())).await;
    assert!(!has_web_view(pid), "nobody has asked for the window");
    assert_eq!(parasol(&desk, &["open"]).await.0, Some(0));
    until("the window", async || has_web_view(pid).then_some(())).await;
    assert_eq!(parasol(&desk, &["quit"]).await.0, Some(0));
}
