//! A fault of our own under the open window: what does the work ends by itself.

use std::fs;

use serde_json::json;

use crate::desk::built;
use crate::menu::TrayMenu;
use crate::process::{has_web_view, is_running};
use crate::proxy_setting;
use crate::scene::{PAGE_BYTES, Scene};
use crate::starting::status;
use crate::until::until;
use crate::window::Window;

/// The desktop program whose controller falls over that file.
const FAULTY: &str = "examples/faulty";

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_is_said_in_the_window_and_parasol_started_again_works() {
    let mut scene = Scene::new().await;
    let before = proxy_setting::all(&scene.desk);
    let window = Window::start_program(&mut scene.desk, FAULTY, &[]).await;
    let tray = scene.next_tray(0).await;
    scene.go_on(&window, &tray).await;
    let proxy = format!("http://127.0.0.1:{}", scene.port);
    assert_eq!(scene.fetch(&proxy).await, Ok(PAGE_BYTES));

    // It falls over it with the next second of the chart at the latest.
    let fault = scene.desk.folder("fault");
    fs::write(&fault, "").expect("a file of our own");
    window.wait_for_text("ended", "Something in it has failed").await;
    window.picture("ended").await;
    assert!(is_running(tray.pid()), "the window and the icon are still there");

    // Once the fault is gone, as it is for most faults when all begins anew.
    fs::remove_file(&fault).expect("it is there");
    window.click_at_last("ended-again").await;
    let next = scene.next_tray(1).await;
    until("the end of the one that failed", async || (!is_running(tray.pid())).then_some(())).await;
    assert_ne!(next.pid(), tray.pid());
    until("the proxy setting as it was", async || (proxy_setting::all(&scene.desk) == before).then_some(())).await;
    next.wait_for(&["Profile", "Test server"], true).await;
    next.click(&["Turn on"]).await;
    scene.wait_for_our_port_in_the_setting().await;
    assert_eq!(scene.fetch(&proxy).await, Ok(PAGE_BYTES));
    quit(&next).await;
    assert_eq!(proxy_setting::all(&scene.desk), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_without_a_window_opens_one_that_says_so_and_quits() {
    let mut scene = Scene::new().await;
    let mut program = scene.desk.command(built(FAULTY));
    program.arg("--hidden");
    scene.desk.start(program);
    let tray = scene.next_tray(0).await;
    tray.wait_for(&["Turn on"], false).await;
    fs::write(scene.desk.folder("fault"), "").expect("a file of our own");
    tray.click(&["Turn on"]).await;
    until("a window", async || has_web_view(tray.pid()).then_some(())).await;
    assert_eq!(status(&scene.desk).await, json!({"running": false}), "a terminal is not kept waiting");
    quit(&tray).await;
}

async fn quit(tray: &TrayMenu) {
    tray.click(&["Quit"]).await;
    until("the end", async || (!is_running(tray.pid())).then_some(())).await;
}
