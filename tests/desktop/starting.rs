//! How Parasol is started and spoken to from outside its window: from a terminal, by a second start, at login.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use serde_json::{Value, json};

use crate::desk::{Desk, built};
use crate::menu::TrayMenu;
use crate::notifier::Notifier;
use crate::process::{has_web_view, is_running, kill, listening_sockets};
use crate::tray_host::TrayHost;
use crate::until::until;
use crate::window::Window;

/// A user who has the built-in server, and leaves the system proxy alone.
pub(crate) fn save_settings(desk: &Desk, settings: Value) {
    let folder = desk.folder(".config/parasol");
    let mut all = json!({"local_port": 0, "system_proxy": "leave"});
    all.as_object_mut().expect("it was written as one").extend(settings.as_object().expect("likewise").clone());
    let document = json!({
        "version": 1,
        "active": "builtin",
        "profiles": [{"id": "builtin", "builtin": true, "name": "Built-in", "method": "2022-blake3-aes-256-gcm"}],
        "settings": all,
    });
    fs::create_dir_all(&folder).expect("a folder of our own");
    fs::write(folder.join("profiles.json"), document.to_string()).expect("a file of our own");
}

pub(crate) fn start(desk: &mut Desk, arguments: &[&str]) -> u32 {
    let mut program = desk.command(built("parasol-desktop"));
    program.args(arguments);
    desk.start(program)
}

async fn run(desk: &Desk, program: &str, arguments: &[&str]) -> Output {
    let mut command = desk.command(built(program));
    command.args(arguments);
    tokio::task::spawn_blocking(move || command.output().expect("it starts")).await.expect("it does not panic")
}

pub(crate) async fn parasol(desk: &Desk, arguments: &[&str]) -> (Option<i32>, String) {
    let output = run(desk, "parasol", arguments).await;
    (output.status.code(), String::from_utf8(output.stdout).expect("it is text"))
}

pub(crate) async fn status(desk: &Desk) -> Value {
    let (_, text) = parasol(desk, &["status", "--json"]).await;
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_and_a_second_start_control_the_one_that_runs() {
    let mut desk = Desk::new();
    let host = TrayHost::on(desk.bus()).await;
    save_settings(&desk, json!({}));
    assert_eq!(status(&desk).await, json!({"running": false}));

    let pid = start(&mut desk, &["--hidden"]);
    let tray = TrayMenu::of_next_icon(&host, 0).await;
    tray.wait_for(&["Turn on"], false).await;
    let socket = desk.folder("run/parasol/control.sock");
    assert_eq!(fs::metadata(&socket).expect("it is there").permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(desk.folder("run/parasol")).expect("likewise").permissions().mode() & 0o777, 0o700);
    assert_eq!(status(&desk).await["state"], "off");
    assert_eq!(listening_sockets(pid), 0, "there is no port to control it by");

    let (code, said) = parasol(&desk, &["on"]).await;
    assert_eq!((code, said.contains("Parasol is on, through Built-in.")), (Some(0), true), "{said}");
    tray.wait_for(&["Turn off"], false).await;
    let on = status(&desk).await;
    assert_eq!((&on["state"], &on["profile"]), (&json!("on"), &json!("Built-in")));
    assert!(on["local_port"].as_u64().is_some_and(|port| port > 0), "{on}");

    for (arguments, state) in [(&["--off"][..], "off"), (&["--toggle"], "on"), (&["--toggle", "--hidden"], "off")] {
        let second = run(&desk, "parasol-desktop", arguments).await;
        assert!(second.status.success(), "{arguments:?}: {second:?}");
        assert_eq!(status(&desk).await["state"], state, "{arguments:?}");
    }
    assert!(!has_web_view(pid), "nobody has asked for the window");
    assert_eq!(parasol(&desk, &["open"]).await, (Some(0), String::new()));
    until("the window", async || has_web_view(pid).then_some(())).await;

    assert_eq!(parasol(&desk, &["quit"]).await, (Some(0), String::new()));
    until("the end", async || (!is_running(pid)).then_some(())).await;
    assert_eq!(parasol(&desk, &["off"]).await.0, Some(3));
    for (argument, why) in [("--off", "what does not run is off"), ("--quit", "and has ended")] {
        let needless = run(&desk, "parasol-desktop", &[argument]).await;
        assert!(needless.status.success(), "{why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_without_a_tray_has_all_that_the_icon_has() {
    let mut desk = Desk::new();
    save_settings(&desk, json!({}));
    // As the actions of the desktop's menu do.
    let pid = start(&mut desk, &["--toggle"]);
    until("on", async || (status(&desk).await["state"] == "on").then_some(())).await;
    let off = run(&desk, "parasol-desktop", &["--toggle"]).await;
    assert!(off.status.success(), "{off:?}");
    assert_eq!(status(&desk).await["state"], "off");
    let quit = run(&desk, "parasol-desktop", &["--quit"]).await;
    assert!(quit.status.success(), "{quit:?}");
    until("the end", async || (!is_running(pid)).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_finds_the_first_without_a_display_or_a_bus_and_after_a_kill_there_is_none() {
    let mut desk = Desk::new();
    let _host = TrayHost::on(desk.bus()).await;
    save_settings(&desk, json!({}));
    let first = start(&mut desk, &["--hidden"]);
    until("the first", async || (status(&desk).await["state"] == "off").then_some(())).await;
    let mut bare = desk.command(built("parasol-desktop"));
    bare.arg("--on").env_remove("DISPLAY").env_remove("DBUS_SESSION_BUS_ADDRESS");
    let bare = tokio::task::spawn_blocking(move || bare.status().expect("it starts")).await.expect("no panic");
    assert!(bare.success(), "{bare}");
    assert_eq!(status(&desk).await["state"], "on");

    kill(first);
    until("the end", async || (!is_running(first)).then_some(())).await;
    assert!(desk.folder("run/parasol/control.sock").exists(), "it could not take it along");
    assert_eq!(parasol(&desk, &["status"]).await.0, Some(3));
    let second = start(&mut desk, &["--hidden", "--toggle"]);
    until("the second, on", async || (status(&desk).await["state"] == "on").then_some(())).await;
    assert!(is_running(second));
}

#[tokio::test(flavor = "multi_thread")]
async fn at_login_it_is_as_it_was_when_it_died() {
    let mut desk = Desk::new();
    let host = TrayHost::on(desk.bus()).await;
    save_settings(&desk, json!({}));
    let first = start(&mut desk, &["--at-login"]);
    until("the first", async || (status(&desk).await["state"] == "off").then_some(())).await;
    assert_eq!(parasol(&desk, &["on"]).await.0, Some(0));
    until("the mark", async || desk.folder(".config/parasol/was-on").exists().then_some(())).await;
    kill(first);
    until("the end", async || (!is_running(first)).then_some(())).await;

    let next = start(&mut desk, &["--at-login"]);
    until("on again", async || (status(&desk).await["state"] == "on").then_some(())).await;
    let tray = TrayMenu::of_next_icon(&host, 1).await;
    tray.wait_for(&["Turn off"], false).await;
    assert!(!has_web_view(next));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_switch_in_the_settings_has_the_desktop_start_it_at_login() {
    let mut desk = Desk::new();
    let _host = TrayHost::on(desk.bus()).await;
    let window = Window::start(&mut desk).await;
    window.click("nav-settings").await;
    window.click("start-login").await;
    let entry = desk.folder(".config/autostart/io.github.parasol.Parasol.desktop");
    let text = until("the entry", async || fs::read_to_string(&entry).ok()).await;
    let program = built("parasol-desktop");
    assert!(text.contains(&format!("\nExec=\"{}\" --at-login\n", program.display())), "{text}");
    window.picture("settings-start").await;

    // As the desktop does it at login: the one that runs stays the only one.
    let mut launch = desk.command("gio");
    launch.arg("launch").arg(&entry);
    let launched = tokio::task::spawn_blocking(move || launch.status().expect("it starts")).await.expect("no panic");
    assert!(launched.success(), "the desktop reads the entry: {launched}");
    window.click("start-login").await;
    until("no entry", async || (!entry.exists()).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_the_user_is_told_once_and_a_click_opens_the_window() {
    let mut desk = Desk::new();
    let (host, notifier) = (TrayHost::on(desk.bus()).await, Notifier::on(desk.bus()).await);
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("it listens").port();
    save_settings(&desk, json!({"local_port": port}));
    let pid = start(&mut desk, &["--hidden"]);
    TrayMenu::of_next_icon(&host, 0).await;
    let (code, said) = parasol(&desk, &["on"]).await;
    assert_eq!(code, Some(1), "{said}");
    let shown = until("a notification", async || Some(notifier.shown()).filter(|shown| !shown.is_empty())).await;
    assert_eq!(shown, [("Parasol is not on".to_owned(), format!("Port {port} is in use."))]);

    notifier.click(7).await;
    notifier.click(1).await;
    until("the window", async || has_web_view(pid).then_some(())).await;
    drop(taken);
    assert_eq!(parasol(&desk, &["on"]).await.0, Some(0));
    assert_eq!(notifier.shown().len(), 1, "what goes well is not told");
}
