//! Several ports: one that is added while on, with a login, beside the first one.

use std::os::unix::fs::PermissionsExt;

use harness::peer::free_address;

use crate::process::is_running;
use crate::proxy_setting;
use crate::scene::{PAGE_BYTES, Scene};
use crate::until::until;

#[tokio::test(flavor = "multi_thread")]
async fn a_second_port_is_added_in_the_settings_and_asks_for_its_login() {
    let mut scene = Scene::new().await;
    let (window, tray) = scene.start_parasol().await;
    scene.add_profile(&window).await;
    scene.choose_port(&window).await;
    tray.choose(&["System proxy", "Leave alone"]).await;
    tray.click(&["Turn on"]).await;
    window.wait_for_text("state-text", "On").await;

    let second = free_address().await.port();
    window.click("nav-settings").await;
    window.click("add-port").await;
    window.type_into("port-name", "Work").await;
    window.type_into("port-port", &second.to_string()).await;
    window.type_into("port-user", "lena").await;
    window.type_into("port-password", "only a test").await;
    window.picture("port-editor").await;
    window.click("port-save").await;
    window.wait_for_text("port-row", "Work").await;
    window.picture("settings").await;
    window.click("nav-home").await;
    window.wait_for_text("ports-row", &scene.port.to_string()).await;

    assert_eq!(scene.fetch(&format!("socks5h://lena:only%20a%20test@127.0.0.1:{second}")).await, Ok(PAGE_BYTES));
    assert_eq!(scene.fetch(&format!("http://lena:only%20a%20test@127.0.0.1:{second}")).await, Ok(PAGE_BYTES));
    scene.fetch(&format!("socks5h://127.0.0.1:{second}")).await.expect_err("there is no login");
    assert_eq!(
        scene.fetch(&format!("socks5h://127.0.0.1:{}", scene.port)).await,
        Ok(PAGE_BYTES),
        "the first asks for none"
    );
    window.wait_for_text("given-up-row", "Login refused").await;
    tray.click(&["Quit"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quitting_gives_the_proxy_setting_back_although_the_plugin_of_a_second_port_hangs() {
    let mut scene = Scene::new().await;
    let before = proxy_setting::all(&scene.desk);
    let plugin = scene.desk.folder("plugins").join("hangs");
    std::fs::create_dir_all(plugin.parent().expect("it lies in a folder")).expect("a folder");
    std::fs::write(&plugin, "#!/bin/sh\nexec sleep 3600\n").expect("a script");
    std::fs::set_permissions(&plugin, PermissionsExt::from_mode(0o700)).expect("it can be run");

    let (window, tray) = scene.start_parasol().await;
    scene.add_profile(&window).await;
    window.click("add-profile").await;
    window.type_into("editor-name", "Hangs").await;
    window.type_into("editor-server", "127.0.0.1").await;
    window.type_into("editor-port", "1").await;
    window.type_into("editor-password", "only a test").await;
    window.type_into("editor-plugin", plugin.to_str().expect("a path of plain letters")).await;
    window.click("editor-save").await;
    window.part("add-profile").await;
    scene.choose_port(&window).await;
    tray.choose(&["System proxy", "Global"]).await;
    tray.click(&["Turn on"]).await;
    scene.wait_for_our_port_in_the_setting().await;

    window.click("nav-settings").await;
    window.click("add-port").await;
    window.type_into("port-port", &free_address().await.port().to_string()).await;
    window.choose_by_text("port-profile", "Hangs").await;
    window.click("port-save").await;
    window.wait_for_text("port-opening", "Opening").await;
    window.picture("port-opening").await;

    tray.click(&["Quit"]).await;
    until("the end of the process", async || (!is_running(tray.pid())).then_some(())).await;
    assert_eq!(proxy_setting::all(&scene.desk), before);
}
