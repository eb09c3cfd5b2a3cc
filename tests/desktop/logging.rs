//! The log, in the window and on the disk.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::scene::{PAGE_BYTES, Scene};
use crate::until::until;

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_in_the_log_and_its_file_and_where_programs_go_is_not() {
    let mut scene = Scene::new().await;
    let (window, tray) = scene.start_parasol().await;
    scene.add_profile(&window).await;
    scene.choose_port(&window).await;
    tray.choose(&["System proxy", "Leave alone"]).await;
    tray.click(&["Turn on"]).await;
    window.wait_for_text("state-text", "On").await;
    let proxy = format!("socks5h://127.0.0.1:{}", scene.port);
    assert_eq!(scene.fetch_by_address(&proxy).await, Ok(PAGE_BYTES));

    window.click("nav-log").await;
    window.type_into("log-search", "relay runs").await;
    window.wait_for_content("log-line", "the relay runs").await;
    window.picture("log").await;
    let shown = window.texts("log-file").await.concat();
    let (_, path) = shown.split_once("Kept in ").expect("it says where");
    let (path, _) = path.split_once(',').expect("and how much");
    let path = path.to_owned();
    until("the line in the file", async || fs::read_to_string(&path).ok()?.contains("the relay runs").then_some(()))
        .await;
    let mode = fs::metadata(&path).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    window.click("log-targets").await;
    window.wait_for_text("log-targets-hint", "names where it goes").await;
    window.clear("log-search").await;
    window.type_into("log-search", "target=").await;
    until("a line with a target", async || {
        scene.fetch_by_address(&proxy).await.ok()?;
        window.contents("log-line").await.iter().any(|line| line.contains("target=127.0.0.1")).then_some(())
    })
    .await;
    tray.click(&["Quit"]).await;
    until("the last words", async || fs::read_to_string(&path).ok()?.contains("the relay has stopped").then_some(()))
        .await;
    let written = fs::read_to_string(&path).expect("it is there");
    assert!(written.contains("parasol_engine::flows") && !written.contains("target="), "{written}");
}
