//! The main path of a person: a link, a switch, a page; a server that breaks, what Parasol says of that, and the way back.

use std::process::id;

use harness::socks5;

use crate::clipboard;
use crate::scene::{PAGE_BYTES, Scene};
use crate::until::until;
use crate::window::Window;

/// The step of the diagnosis that failed, and all that it says; waits for its end.
async fn diagnose(window: &Window, failed: &str) -> Vec<String> {
    window.click("diagnosis-run").await;
    window.wait_for_text("diagnosis-state", failed).await;
    window.texts("diagnosis-step").await
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_link_to_a_page_and_through_a_fault_back_to_green() {
    let mut scene = Scene::new().await;
    scene.save_nothing_but_settings();
    let (window, tray) = scene.start_parasol().await;

    // First start: the link, and one press.
    window.type_into("links-text", &scene.link("Test server")).await;
    window.wait_for_text("link-added", "Test server").await;
    window.picture("first-start").await;
    window.click("links-add").await;
    window.wait_for_text("state-text", "On").await;
    tray.wait_for_hint("Parasol is on: Test server").await;

    // A page, and a connection that stays.
    let proxy = format!("socks5h://127.0.0.1:{}", scene.port);
    assert_eq!(scene.fetch(&proxy).await, Ok(PAGE_BYTES));
    window.wait_for_text("ports-row", &scene.port.to_string()).await;
    until("the page in the Ports table", async || {
        let down: usize = window.attribute("port-down", "data-bytes").await?.parse().ok()?;
        (down > PAGE_BYTES).then_some(())
    })
    .await;
    let (host, port) = scene.target_parts();
    let held = socks5::connect_name(scene.local(), &host, port).await.expect("it works");
    window.click("nav-connections").await;
    window.type_into("filter-text", &format!("{} pid {}", scene.target(), id())).await;
    until("our program among the connections", async || {
        let rows = window.contents("connection-row").await;
        (rows.len() == 1 && rows[0].contains(&program())).then_some(())
    })
    .await;
    window.click("connections-pause").await;
    window.wait_for_text("connections-count", "Paused at").await;
    window.click("connection-open").await;
    window.wait_for_text("timeline-client", &format!("{} (pid {})", program(), id())).await;
    window.picture("connection-of-a-program").await;
    window.click("timeline-copy").await;
    until("the row in the clipboard", async || {
        let copied = clipboard::text(scene.desk.display()).await;
        (copied.contains(&scene.target()) && copied.contains(&id().to_string())).then_some(())
    })
    .await;
    window.click("timeline-done").await;
    window.click("connections-pause").await;
    drop(held);

    // The server breaks: what timed out says why, and what to do.
    scene.stop_server().await;
    scene.fetch(&proxy).await.expect_err("there is no server to go through");
    window.click("nav-home").await;
    window.wait_for_text("given-up-row", "Refused").await;
    window.wait_for_text("given-up-row", "start the server").await;
    window.wait_for_text("verdict-help", "Test this server").await;
    window.picture("home-with-a-verdict").await;

    // The diagnosis names the same.
    window.click("nav-settings").await;
    window.click("section-diagnosis").await;
    let steps = diagnose(&window, "1 step failed.").await;
    let failed: Vec<&String> = steps.iter().filter(|step| step.contains("Edit the profile")).collect();
    assert_eq!(failed.len(), 1, "{steps:?}");
    assert!(failed[0].contains("Connect"), "{failed:?}");
    window.picture("diagnosis-with-a-fault").await;

    // Mended, everything is well again.
    scene.start_server_again().await;
    diagnose(&window, "No step failed.").await;
    window.picture("diagnosis-green").await;
    assert_eq!(scene.fetch(&proxy).await, Ok(PAGE_BYTES));
    window.click("nav-home").await;
    until("a path that works", async || {
        let hops = window.attribute("path", "data-states").await?;
        hops.ends_with("good good").then_some(())
    })
    .await;
    window.picture("home-green").await;
    tray.click(&["Quit"]).await;
}

/// What the system calls the program that this test is.
fn program() -> String {
    std::fs::read_to_string("/proc/self/comm").expect("we run").trim_end().to_owned()
}
