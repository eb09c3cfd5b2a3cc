//! A window that is opened and closed many times while connections go on: nothing is left of it.

use std::fs;

use harness::payload;
use harness::socks5;
use harness::target::{Manner, Target};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::close_button::press_close;
use crate::process::{descriptors, has_web_view, threads};
use crate::scene::Scene;
use crate::until::until;

/// How often at least and at most, and with how many connections; `PARASOL_TIMES=100` for the long run.
const TIMES: usize = 12;
const MOST: usize = 200;
const FLOWS: usize = 100;
/// So many windows in a row leave nothing behind. Before that, what is loaded or begun once may.
const LEVEL: usize = 4;

/// Each says something and hears it.
async fn speak(flows: &mut [TcpStream]) {
    for flow in flows {
        flow.write_all(b"ping").await.expect("it goes on");
        flow.read_exact(&mut [0; 4]).await.expect("it goes on");
    }
}

/// Whether the last windows left no more than there was before them.
fn is_level(after: &[(usize, usize)]) -> bool {
    let Some(before) = after.len().checked_sub(LEVEL + 1) else { return false };
    after[before..].iter().all(|(descriptors, threads)| *descriptors <= after[before].0 && *threads <= after[before].1)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_is_opened_and_closed_many_times_under_load_leaves_nothing_behind() {
    let times = std::env::var("PARASOL_TIMES").ok().and_then(|times| times.parse().ok()).unwrap_or(TIMES);
    let mut scene = Scene::new().await;
    scene.save_nothing_but_settings();
    let (window, tray) = scene.start_parasol().await;
    window.type_into("links-text", &scene.link("Test server")).await;
    window.wait_for_text("link-added", "Test server").await;
    window.click("links-add").await;
    window.wait_for_text("state-text", "On").await;
    let target = Target::start(Manner::Echo).await;
    let mut flows = Vec::new();
    for _ in 0..FLOWS {
        flows.push(socks5::connect(scene.local(), target.address).await.expect("it works"));
    }
    speak(&mut flows).await;
    window.click("nav-connections").await;
    window.close().await;

    let pid = tray.pid();
    until("the end of the web view", async || (!has_web_view(pid)).then_some(())).await;
    let mut after: Vec<(usize, usize)> = Vec::new();
    while after.len() < times || !is_level(&after) {
        assert!(after.len() < MOST, "descriptors and threads after each window: {after:?}");
        tray.activate().await;
        until("the web view", async || has_web_view(pid).then_some(())).await;
        speak(&mut flows).await;
        press_close(scene.desk.display()).await;
        until("the end of the web view", async || (!has_web_view(pid)).then_some(())).await;
        after.push((descriptors(pid), threads(pid)));
    }
    eprintln!("descriptors and threads after each window: {after:?}");
    speak(&mut flows).await;
    let mut last = flows.pop().expect("there are some");
    last.write_all(&payload::bytes(1000, 1)).await.expect("it goes on");
    last.read_exact(&mut [0; 1000]).await.expect("it goes on");
    let log = fs::read_to_string(scene.desk.find("parasol.log").expect("there is a log")).expect("it can be read");
    assert!(!log.contains("ERROR"), "{log}");
    tray.click(&["Quit"]).await;
}
