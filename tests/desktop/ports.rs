//! Several ports: one that is added while on, with a login, beside the first one.

use harness::peer::free_address;

use crate::scene::{PAGE_BYTES, Scene};

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
