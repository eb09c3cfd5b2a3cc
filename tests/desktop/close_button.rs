//! The close button in the title bar of Parasol's window, as a window manager presses it.

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, MapState, Window};
use x11rb::rust_connection::RustConnection;

use crate::until::until;

x11rb::atom_manager! {
    Atoms: AtomsCookie { WM_PROTOCOLS, WM_DELETE_WINDOW, }
}

/// Waits for the window to be on the screen, and asks it to close.
pub(crate) async fn press_close(display: &str) {
    let (screen, at) = x11rb::connect(Some(display)).expect("the desk has a screen");
    let root = screen.setup().roots[at].root;
    let atoms = Atoms::new(&screen).expect("the screen is there").reply().expect("it knows names");
    let window = until("a window to close", async || shown(&screen, root)).await;
    let data = [atoms.WM_DELETE_WINDOW, x11rb::CURRENT_TIME, 0, 0, 0];
    let message = ClientMessageEvent::new(32, window, atoms.WM_PROTOCOLS, data);
    screen.send_event(false, window, EventMask::NO_EVENT, message).expect("the window is there").check().expect("sent");
}

/// Whether there is a window to close.
pub(crate) fn is_shown(display: &str) -> bool {
    let (screen, at) = x11rb::connect(Some(display)).expect("the desk has a screen");
    shown(&screen, screen.setup().roots[at].root).is_some()
}

/// The window of that title that is to be seen.
fn shown(screen: &RustConnection, root: Window) -> Option<Window> {
    let windows = screen.query_tree(root).ok()?.reply().ok()?.children;
    windows.into_iter().find(|window| {
        let name = screen.get_property(false, *window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 64);
        let is_ours = name.ok().and_then(|name| name.reply().ok()).is_some_and(|name| name.value == b"Parasol");
        let seen = screen.get_window_attributes(*window).ok().and_then(|about| about.reply().ok());
        is_ours && seen.is_some_and(|about| about.map_state == MapState::VIEWABLE)
    })
}
