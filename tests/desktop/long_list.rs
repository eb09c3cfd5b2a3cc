//! A list of connections that is longer than the window, as WebKit lays it out: its scroll bar lies over what stands there.

use harness::socks5;

use crate::scene::{PAGE_BYTES, Scene};
use crate::until::until;

#[tokio::test(flavor = "multi_thread")]
async fn the_scroll_bar_of_a_long_list_is_not_in_the_way_of_what_a_row_offers() {
    const MANY: usize = 14;
    let mut scene = Scene::new().await;
    scene.save_nothing_but_settings();
    let (window, _tray) = scene.start_parasol().await;
    window.type_into("links-text", &scene.link("Test server")).await;
    window.wait_for_text("link-added", "Test server").await;
    window.click("links-add").await;
    window.wait_for_text("state-text", "On").await;
    for _ in 0..MANY {
        assert_eq!(scene.fetch(&format!("socks5h://127.0.0.1:{}", scene.port)).await, Ok(PAGE_BYTES));
    }
    let (host, port) = scene.target_parts();
    let held = socks5::connect_name(scene.local(), &host, port).await.expect("it works");
    window.click("nav-connections").await;
    until("them all", async || {
        let rows: usize = window.attribute("connections", "aria-rowcount").await?.parse().ok()?;
        // The head is one of them, and so is what is held.
        (rows > MANY + 1).then_some(())
    })
    .await;
    // It stands at the very edge.
    window.click("connection-close").await;
    window.wait_for_content("connection-row", "closed by you").await;
    drop(held);
}
