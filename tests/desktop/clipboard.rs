//! Another program that looks into the clipboard.

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt, CreateWindowAux, WindowClass};

use crate::until::until;

/// The text in the clipboard; empty when there is none.
pub(crate) async fn text(display: &str) -> String {
    let (screen, at) = x11rb::connect(Some(display)).expect("the desk has a screen");
    let root = screen.setup().roots[at].root;
    let atom = |name: &str| screen.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom;
    let (clipboard, utf8, property) = (atom("CLIPBOARD"), atom("UTF8_STRING"), atom("PARASOL_TEST"));
    let ours = screen.generate_id().expect("an id");
    screen.create_window(0, ours, root, 0, 0, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &CreateWindowAux::new()).unwrap();
    screen.convert_selection(ours, clipboard, utf8, property, 0u32).expect("the screen is there");
    screen.flush().expect("the screen is there");
    let answer = until("an answer of the clipboard", async || match screen.poll_for_event().unwrap() {
        Some(Event::SelectionNotify(answer)) => Some(answer),
        _ => None,
    })
    .await;
    if answer.property == x11rb::NONE {
        return String::new();
    }
    let value = screen.get_property(true, ours, property, AtomEnum::ANY, 0, 1 << 20).unwrap().reply().unwrap().value;
    String::from_utf8(value).expect("it was asked for as UTF-8")
}
