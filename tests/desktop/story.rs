//! The first story of a person with Parasol, what is left when the program is killed in the middle, and a port that
//! somebody else has.

use std::net::{Ipv4Addr, TcpListener};

use crate::process::{is_running, kill};
use crate::proxy_setting;
use crate::scene::{PAGE_BYTES, Scene};
use crate::until::until;

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_goes_through_the_server_and_the_proxy_setting_comes_back() {
    let mut scene = Scene::new().await;
    let before = proxy_setting::all(&scene.desk);
    let (window, tray) = scene.start_parasol().await;
    let closed = tray.picture().await;

    scene.add_profile(&window).await;
    scene.choose_port(&window).await;
    tray.wait_for(&["Profile", "Test server"], true).await;
    tray.choose(&["System proxy", "Global"]).await;
    tray.click(&["Turn on"]).await;
    tray.wait_for(&["Turn off"], false).await;
    scene.wait_for_our_port_in_the_setting().await;
    window.click("nav-home").await;
    window.wait_for_text("state-text", "On").await;
    tray.wait_for_hint("Parasol is on: Test server").await;
    assert_ne!(tray.picture().await, closed, "the icon tells on from off");

    // two programs: one that is told the proxy, and one that asks the desktop
    assert_eq!(scene.fetch(&format!("socks5h://127.0.0.1:{}", scene.port)).await, Ok(PAGE_BYTES));
    scene.see_the_site_in_a_browser().await;

    window.wait_for_text("ports-row", &scene.port.to_string()).await;
    until("the page in the Ports table", async || {
        let down: usize = window.attribute("port-down", "data-bytes").await?.parse().ok()?;
        (down > PAGE_BYTES).then_some(())
    })
    .await;

    window.picture("home-on").await;

    window.click("nav-connections").await;
    // The browser asks for much besides.
    window.type_into("filter-text", &scene.target()).await;
    until("the page among the connections", async || {
        let target = window.attribute("connection-row", "data-target").await;
        (target == Some(scene.target())).then_some(())
    })
    .await;
    window.picture("connections").await;
    window.click("connection-open").await;
    window.wait_for_text("timeline", "first byte back").await;
    window.picture("connection").await;
    window.click("timeline-done").await;
    window.click("nav-home").await;

    scene.stop_server().await;
    scene.fetch(&format!("socks5h://127.0.0.1:{}", scene.port)).await.expect_err("there is no server to go through");
    window.wait_for_text("given-up-row", &scene.target()).await;
    assert_eq!(window.attribute("given-up-row", "data-stage").await.as_deref(), Some("connect"));
    assert_eq!(window.attribute("given-up-row", "data-verdict").await.as_deref(), Some("refused"));
    window.wait_for_text("given-up-row", "start the server").await;
    window.picture("home-timed-out").await;

    tray.click(&["Turn off"]).await;
    tray.wait_for(&["Turn on"], false).await;
    window.wait_for_text("state-text", "Off").await;
    tray.wait_for_hint("Parasol is off").await;
    assert_eq!(tray.picture().await, closed);
    until("the proxy setting as it was", async || (proxy_setting::all(&scene.desk) == before).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_proxy_setting_comes_back_after_a_kill_and_a_new_start() {
    let mut scene = Scene::new().await;
    let before = proxy_setting::all(&scene.desk);
    let (window, tray) = scene.start_parasol().await;
    scene.go_on(&window, &tray).await;

    kill(tray.pid());
    drop(window);
    let (window, tray) = scene.start_parasol().await;
    until("the proxy setting as it was", async || (proxy_setting::all(&scene.desk) == before).then_some(())).await;

    // and it still works
    tray.wait_for(&["Profile", "Test server"], true).await;
    tray.click(&["Turn on"]).await;
    scene.wait_for_our_port_in_the_setting().await;
    window.wait_for_text("state-text", "On").await;
    scene.see_the_site_in_a_browser().await;
    assert_eq!(scene.fetch(&format!("http://127.0.0.1:{}", scene.port)).await, Ok(PAGE_BYTES));

    tray.click(&["Quit"]).await;
    until("the end of the process", async || (!is_running(tray.pid())).then_some(())).await;
    assert_eq!(proxy_setting::all(&scene.desk), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_port_is_named_in_window_and_tray_and_the_offered_one_works() {
    let mut scene = Scene::new().await;
    let (window, tray) = scene.start_parasol().await;
    let closed = tray.picture().await;
    scene.add_profile(&window).await;
    scene.choose_port(&window).await;
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, scene.port)).expect("it was free a moment ago");

    tray.click(&["Turn on"]).await;
    window.wait_for_text("problem", &format!("Port {} is used by", scene.port)).await;
    tray.wait_for_hint("Parasol could not start").await;
    let torn = tray.picture().await;
    assert_ne!(torn, closed, "the icon tells failed from off");
    window.picture("home-failed").await;

    window.click("problem-action").await;
    window.wait_for_text("state-text", "On").await;
    tray.wait_for(&["Turn off"], false).await;
    tray.wait_for_hint("Parasol is on").await;
    assert!(![torn, closed].contains(&tray.picture().await), "the icon tells on from failed and off");
    drop(taken);
}
