//! A person at the system's dialog for files.

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt, InputFocus, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, MapState, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

use crate::until::until;

/// Waits for a dialog and answers it with Return, which takes what it proposes.
pub(crate) async fn agree(display: &str) {
    let (screen, at) = x11rb::connect(Some(display)).expect("the desk has a screen");
    let root = screen.setup().roots[at].root;
    let enter = enter_key(&screen);
    let dialog = until("a dialog", async || dialog(&screen, root)).await;
    until("the end of the dialog", async || {
        if is_dialog(&screen, dialog) != Some(true) {
            return Some(());
        }
        press(&screen, root, dialog, enter);
        None
    })
    .await;
}

/// A dialog that is to be seen.
fn dialog(screen: &RustConnection, root: Window) -> Option<Window> {
    let children = screen.query_tree(root).ok()?.reply().ok()?.children;
    children.into_iter().find(|window| is_dialog(screen, *window) == Some(true))
}

fn is_dialog(screen: &RustConnection, window: Window) -> Option<bool> {
    let atom = |name: &str| Some(screen.intern_atom(false, name.as_bytes()).ok()?.reply().ok()?.atom);
    let kind = atom("_NET_WM_WINDOW_TYPE")?;
    let kinds = screen.get_property(false, window, kind, AtomEnum::ATOM, 0, 8).ok()?.reply().ok()?;
    let dialog = atom("_NET_WM_WINDOW_TYPE_DIALOG")?;
    let seen = screen.get_window_attributes(window).ok()?.reply().ok()?.map_state == MapState::VIEWABLE;
    Some(seen && kinds.value32()?.any(|kind| kind == dialog))
}

fn enter_key(screen: &RustConnection) -> u8 {
    const RETURN: u32 = 0xff0d;
    let setup = screen.setup();
    let keys = screen.get_keyboard_mapping(setup.min_keycode, setup.max_keycode - setup.min_keycode + 1);
    let keys = keys.expect("the screen is there").reply().expect("it has a keyboard");
    let at = keys.keysyms.chunks(keys.keysyms_per_keycode.into()).position(|key| key.contains(&RETURN));
    setup.min_keycode + u8::try_from(at.expect("every keyboard has it")).expect("keys are few")
}

fn press(screen: &RustConnection, root: Window, window: Window, key: u8) {
    // There is no window manager to do it.
    let _ = screen.set_input_focus(InputFocus::PARENT, window, 0u32);
    for event in [KEY_PRESS_EVENT, KEY_RELEASE_EVENT] {
        let _ = screen.xtest_fake_input(event, key, 0, root, 0, 0, 0);
    }
    let _ = screen.flush();
}
