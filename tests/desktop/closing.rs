//! The close button of a window on a desktop without a tray, where the page asks what closing is to mean: a page that answers
//! nothing must not keep its window open.

use std::time::Duration;

use crate::close_button::{is_shown, press_close};
use crate::desk::{Desk, built};
use crate::until::until;
use crate::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_hangs_does_not_keep_its_window_open() {
    let mut desk = Desk::new();
    let window = Window::start(&mut desk).await;
    until("a page that asks", async || {
        let ask = "window.__TAURI_INTERNALS__.invoke('state').then((state) => (window.onClose = state.onClose)); return window.onClose";
        (window.run(ask, Vec::new()).await == "ask").then_some(())
    })
    .await;
    window.part("nav-profiles").await;
    // One that answers asks, and the window stays.
    press_close(desk.display()).await;
    window.part("close-keep").await;
    // It may hang before it has answered that.
    let hang = window.run("setTimeout(() => { for (;;); })", Vec::new());
    let _ = tokio::time::timeout(Duration::from_secs(5), hang).await;
    press_close(desk.display()).await;
    until("the end of the window", async || (!is_shown(desk.display())).then_some(())).await;
    // The program goes on: another start finds it, and leaves.
    let mut second = desk.command(built("parasol-desktop"));
    let second = tokio::task::spawn_blocking(move || second.status().expect("it starts")).await.expect("no panic");
    assert!(second.success(), "{second}");
    until("its window again", async || is_shown(desk.display()).then_some(())).await;
}
