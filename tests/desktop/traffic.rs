//! The history of the traffic: seen in the window, and still there after a restart.

use fantoccini::key::Key;

use crate::process::is_running;
use crate::scene::{PAGE_BYTES, Scene};
use crate::until::until;
use crate::window::Window;

/// Waits until so much has been counted today; how much that is.
async fn counted(window: &Window, least: usize) -> usize {
    until("today's traffic", async || {
        let today: usize = window.attribute("past-total", "data-today").await?.parse().ok()?;
        (today >= least).then_some(today)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn traffic_is_seen_by_time_port_and_profile_and_is_still_there_after_a_restart() {
    let mut scene = Scene::new().await;
    let (window, tray) = scene.start_parasol().await;
    scene.go_on(&window, &tray).await;
    window.click("nav-traffic").await;
    window.wait_for_text("past-none", "Nothing moved in the last hour").await;
    window.click("past-minutes").await;
    assert_eq!(scene.fetch(&format!("socks5h://127.0.0.1:{}", scene.port)).await, Ok(PAGE_BYTES));
    let before = counted(&window, PAGE_BYTES).await;

    window.click("past-ports").await;
    window.wait_for_text("past-part", &scene.port.to_string()).await;
    window.click("past-hour").await;
    window.click("past-profiles").await;
    window.wait_for_text("past-part", "Test server").await;
    window.picture("traffic").await;

    // The whole hour, by keys.
    let shifted = format!("{}{}{}", char::from(Key::Shift), char::from(Key::Home), char::from(Key::Null));
    window.type_into("past-chart", &char::from(Key::End).to_string()).await;
    window.type_into("past-chart", &shifted).await;
    window.wait_for_text("brushed-row", &scene.target()).await;
    window.picture("traffic-of-a-time").await;

    tray.click(&["Quit"]).await;
    until("the end of the process", async || (!is_running(tray.pid())).then_some(())).await;
    drop(window);
    let (window, _tray) = scene.start_parasol().await;
    window.click("nav-traffic").await;
    assert!(counted(&window, before).await >= before);
    window.click("past-profiles").await;
    window.wait_for_text("past-part", "Test server").await;
    window.picture("traffic-after-a-restart").await;
}
