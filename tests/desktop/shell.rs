//! The shell round the app: window, tray icon and process, without any traffic.

use harness::deadline::DEADLINE;

use crate::desk::{Desk, built};
use crate::menu::TrayMenu;
use crate::process::{has_web_view, is_running};
use crate::tray_host::TrayHost;
use crate::until::until;
use crate::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn closing_ends_the_web_view_and_the_icon_brings_it_back() {
    let mut desk = Desk::new();
    let host = TrayHost::on(desk.bus()).await;
    let window = Window::start(&mut desk).await;
    let tray = TrayMenu::of_next_icon(&host, 0).await;
    window.part("nav-home").await;
    assert!(has_web_view(tray.pid()));

    window.close().await;
    until("the end of the web view", async || (!has_web_view(tray.pid())).then_some(())).await;
    tray.activate().await;
    until("the web view again", async || has_web_view(tray.pid()).then_some(())).await;

    tray.click(&["Quit"]).await;
    until("the end of the process", async || (!is_running(tray.pid())).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_start_opens_no_window_until_a_second_start() {
    let mut desk = Desk::new();
    let host = TrayHost::on(desk.bus()).await;
    let mut hidden = desk.command(built("parasol-desktop"));
    hidden.arg("--hidden");
    desk.start(hidden);
    let tray = TrayMenu::of_next_icon(&host, 0).await;
    tray.wait_for(&["Turn on"], false).await;
    assert!(!has_web_view(tray.pid()));

    let second = desk.command(built("parasol-desktop")).status().expect("it starts");
    assert!(second.success(), "the second one leaves at once: {second}");
    until("the first one's window", async || has_web_view(tray.pid()).then_some(())).await;
    assert_eq!(host.items().len(), 1, "there is one icon");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_tray_a_hidden_start_opens_the_window_and_a_late_tray_gets_the_icon() {
    let mut desk = Desk::new();
    let mut hidden = desk.command(built("parasol-desktop"));
    hidden.arg("--hidden");
    let pid = desk.start(hidden);
    until("a window", async || has_web_view(pid).then_some(())).await;

    let host = TrayHost::on(desk.bus()).await;
    let tray = TrayMenu::of_next_icon(&host, 0).await;
    assert_eq!(tray.pid(), pid);
    tray.wait_for(&["Open Parasol"], false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminate_signal_ends_it_in_order() {
    let desk = Desk::new();
    let host = TrayHost::on(desk.bus()).await;
    let mut program = desk.command(built("parasol-desktop")).spawn().expect("it starts");
    TrayMenu::of_next_icon(&host, 0).await;

    let kill = format!("kill -TERM {}", program.id());
    assert!(desk.command("sh").args(["-c", &kill]).status().is_ok_and(|status| status.success()));
    let ended = tokio::task::spawn_blocking(move || program.wait());
    let status = tokio::time::timeout(DEADLINE, ended).await.expect("it ends").expect("no panic").expect("our child");
    assert_eq!(status.code(), Some(0), "ended by its own will, not by the signal");
}
