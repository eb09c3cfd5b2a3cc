//! Links that the system hands over.

use std::fs::{self, File};
use std::path::Path;

use crate::desk::{Desk, built};
use crate::menu::TrayMenu;
use crate::process::has_web_view;
use crate::tray_host::TrayHost;
use crate::until::until;
use crate::window::Window;

/// `aes-256-gcm`, and a password that must be nowhere but in the window.
const LINK: &str = "ss://YWVzLTI1Ni1nY206c2VjcmV0@one.example:8388#One";
const OTHER: &str = "ss://YWVzLTI1Ni1nY206c2VjcmV0@two.example:8388#Two";
const PASSWORD: &str = "YWVzLTI1Ni1nY206c2VjcmV0";

#[tokio::test(flavor = "multi_thread")]
async fn links_are_shown_with_what_they_would_add_and_nothing_is_saved() {
    let mut desk = Desk::new();
    let host = TrayHost::on(desk.bus()).await;
    let window = Window::start_with(&mut desk, &[LINK]).await;
    window.wait_for_text("link-added", "one.example:8388").await;
    window.picture("link").await;
    let parasol = TrayMenu::of_next_icon(&host, 0).await.pid();
    let arguments = fs::read(format!("/proc/{parasol}/cmdline")).expect("it runs");
    assert!(!String::from_utf8_lossy(&arguments).contains(PASSWORD), "whoever lists processes sees no link");

    let long = format!("ss://{}", "x".repeat(100_000));
    hand(&desk, &["--hidden", OTHER, "https://three.example/", &long]);
    window.wait_for_text("links-waiting", "1 link came").await;
    assert_eq!(window.value("links-text").await, LINK, "what is looked at stays");
    window.click("links-show").await;
    window.wait_for_text("links-left-out", "1 more link").await;
    window.wait_for_text("links-add", "Add 2").await;
    assert_eq!(window.value("links-text").await, format!("{LINK}\n{OTHER}"));

    hand(&desk, &["ssconf://127.0.0.1:1/key"]);
    window.click("links-show").await;
    assert_eq!(window.value("subscription-url").await, "ssconf://127.0.0.1:1/key");
    assert!(!is_written(&desk.folder(".config"), "example"), "nothing is saved");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_the_window_of_a_hidden_parasol_and_is_in_no_log() {
    let mut desk = Desk::new();
    let host = TrayHost::on(desk.bus()).await;
    let log = desk.folder("log");
    let mut hidden = desk.command(built("parasol-desktop"));
    // All that it ever says; of the bus, the link itself goes over it.
    hidden.arg("--hidden").env("PARASOL_LOG", "trace").stderr(File::create(&log).expect("a file of our own"));
    desk.start(hidden);
    let tray = TrayMenu::of_next_icon(&host, 0).await;
    assert!(!has_web_view(tray.pid()));

    hand(&desk, &[LINK]);
    until("the window", async || has_web_view(tray.pid()).then_some(())).await;
    tray.click(&["Quit"]).await;
    until("the end", async || (!crate::process::is_running(tray.pid())).then_some(())).await;
    let said = fs::read_to_string(&log).expect("it is text");
    assert!(said.contains("parasol"), "it has said something: {said}");
    assert!(!said.contains(PASSWORD), "the link is in the log");
}

/// Starts a second Parasol with these arguments, as the system does when somebody presses a link.
fn hand(desk: &Desk, arguments: &[&str]) {
    let second = desk.command(built("parasol-desktop")).args(arguments).status().expect("it starts");
    assert!(second.success(), "the second one leaves at once: {second}");
}

/// Whether a file in this folder has this in it.
fn is_written(folder: &Path, text: &str) -> bool {
    fs::read_dir(folder).into_iter().flatten().flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            is_written(&path, text)
        } else {
            fs::read(&path).is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(text))
        }
    })
}
