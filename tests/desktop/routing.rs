//! What goes through the server and what does not, chosen on the Rules page.

use crate::scene::{PAGE_BYTES, Scene};

#[tokio::test(flavor = "multi_thread")]
async fn a_mode_chosen_in_the_window_moves_connections_at_once() {
    let mut scene = Scene::new().await;
    let (window, tray) = scene.start_parasol().await;
    scene.add_profile(&window).await;
    scene.choose_port(&window).await;
    tray.choose(&["System proxy", "Leave alone"]).await;
    tray.click(&["Turn on"]).await;
    window.wait_for_text("state-text", "On").await;
    scene.stop_server().await;

    // Addresses of this machine need no server, until that is switched off.
    let proxy = format!("socks5h://127.0.0.1:{}", scene.port);
    assert_eq!(scene.fetch_by_address(&proxy).await, Ok(PAGE_BYTES));
    window.click("nav-rules").await;
    window.picture("rules").await;
    window.click("local-direct").await;
    window.click("mode-global").await;
    window.wait_for_text("mode-about", "Everything goes through").await;
    scene.fetch_by_address(&proxy).await.expect_err("everything goes through a server that is gone");
    window.click("mode-direct").await;
    window.wait_for_text("mode-about", "Nothing goes through").await;
    assert_eq!(scene.fetch_by_address(&proxy).await, Ok(PAGE_BYTES));
    tray.click(&["Quit"]).await;
}
