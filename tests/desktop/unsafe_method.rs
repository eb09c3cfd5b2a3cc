//! A profile whose method is unsafe.

use crate::scene::{PAGE_BYTES, Scene};

#[tokio::test(flavor = "multi_thread")]
async fn an_unsafe_method_is_used_only_after_it_was_approved() {
    let mut scene = Scene::with_method("aes-256-cfb").await;
    let (window, tray) = scene.start_parasol().await;
    scene.add_profile(&window).await;
    window.wait_for_text("profile-row", "unsafe").await;
    scene.choose_port(&window).await;
    tray.choose(&["System proxy", "Leave alone"]).await;
    tray.click(&["Turn on"]).await;
    window.wait_for_text("problem", "unsafe").await;
    window.picture("unsafe").await;
    let proxy = format!("socks5h://127.0.0.1:{}", scene.port);
    scene.fetch(&proxy).await.expect_err("nothing listens before the approval");

    window.click("problem-action").await;
    window.wait_for_text("state-text", "On").await;
    assert_eq!(scene.fetch(&proxy).await, Ok(PAGE_BYTES));
    window.picture("unsafe-on").await;
    tray.click(&["Quit"]).await;
}
