//! Another program, from which a person drags files into Parasol's window: the source's side of XDND, version 5.

use std::path::Path;

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ClientMessageEvent, ConnectionExt, CreateWindowAux, EventMask, PropMode, SELECTION_NOTIFY_EVENT,
    SelectionNotifyEvent, SelectionRequestEvent, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::until::until;

x11rb::atom_manager! {
    Atoms: AtomsCookie {
        XdndAware, XdndSelection, XdndEnter, XdndPosition, XdndStatus, XdndDrop, XdndFinished, XdndActionCopy, TARGETS,
        URI_LIST: b"text/uri-list",
    }
}

struct Drag {
    screen: RustConnection,
    root: Window,
    ours: Window,
    atoms: Atoms,
    files: String,
}

/// Drags these files over the middle of the window and lets go as soon as the window would take them.
pub(crate) async fn drop_files(display: &str, files: &[&Path]) {
    let drag = Drag::begin(display, files);
    let target = until("a window to drop files on", async || drag.aware()).await;
    let place = drag.middle(target);
    drag.tell(target, drag.atoms.XdndEnter, [5 << 24, drag.atoms.URI_LIST, 0, 0]);
    until("the window to take the files", async || {
        drag.tell(target, drag.atoms.XdndPosition, [0, place, 0, drag.atoms.XdndActionCopy]);
        let told = drag.events();
        told.iter()
            .any(|message| message.type_ == drag.atoms.XdndStatus && message.data.as_data32()[1] & 1 == 1)
            .then_some(())
    })
    .await;
    drag.tell(target, drag.atoms.XdndDrop, [0, 0, 0, 0]);
    until("the end of the drop", async || {
        drag.events().iter().any(|message| message.type_ == drag.atoms.XdndFinished).then_some(())
    })
    .await;
}

impl Drag {
    fn begin(display: &str, files: &[&Path]) -> Drag {
        let (screen, at) = x11rb::connect(Some(display)).expect("the desk has a screen");
        let root = screen.setup().roots[at].root;
        let ours = screen.generate_id().expect("an id");
        let atoms = Atoms::new(&screen).expect("the screen is there").reply().expect("it knows names");
        screen
            .create_window(0, ours, root, 0, 0, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &CreateWindowAux::new())
            .expect("a window of our own");
        screen.set_selection_owner(ours, atoms.XdndSelection, 0u32).expect("nobody else drags");
        screen.flush().expect("the screen is there");
        let files = files.iter().map(|file| format!("file://{}\r\n", file.display())).collect();
        Drag { screen, root, ours, atoms, files }
    }

    /// The first window that takes drops.
    fn aware(&self) -> Option<Window> {
        let mut windows = vec![self.root];
        while let Some(window) = windows.pop() {
            let aware =
                self.screen.get_property(false, window, self.atoms.XdndAware, AtomEnum::ATOM, 0, 1).ok()?.reply();
            if aware.is_ok_and(|aware| aware.value_len > 0) {
                return Some(window);
            }
            windows.extend(self.screen.query_tree(window).ok()?.reply().ok()?.children);
        }
        None
    }

    /// Where on the screen its middle is, as XDND writes it.
    fn middle(&self, window: Window) -> u32 {
        let size = self.screen.get_geometry(window).expect("it is there").reply().expect("it has a size");
        let at =
            self.screen.translate_coordinates(window, self.root, 0, 0).expect("it is there").reply().expect("a place");
        let [x, y] = [(at.dst_x, size.width), (at.dst_y, size.height)]
            .map(|(at, size)| u32::from(at.unsigned_abs()) + u32::from(size) / 2);
        x << 16 | y
    }

    fn tell(&self, target: Window, message: Atom, [a, b, c, d]: [u32; 4]) {
        let message = ClientMessageEvent::new(32, target, message, [self.ours, a, b, c, d]);
        self.screen.send_event(false, target, EventMask::NO_EVENT, message).expect("the window is there");
        self.screen.flush().expect("the screen is there");
    }

    /// What has come since; those who ask for the files get them.
    fn events(&self) -> Vec<ClientMessageEvent> {
        let mut told = Vec::new();
        while let Some(event) = self.screen.poll_for_event().expect("the screen is there") {
            match event {
                Event::ClientMessage(message) => told.push(message),
                Event::SelectionRequest(asked) => self.hand_out(&asked),
                _ => {}
            }
        }
        told
    }

    fn hand_out(&self, asked: &SelectionRequestEvent) {
        let Drag { screen, atoms, .. } = self;
        let (to, property) = (asked.requestor, asked.property);
        let set = if asked.target == atoms.URI_LIST {
            screen.change_property8(PropMode::REPLACE, to, property, asked.target, self.files.as_bytes()).is_ok()
        } else if asked.target == atoms.TARGETS {
            screen.change_property32(PropMode::REPLACE, to, property, AtomEnum::ATOM, &[atoms.URI_LIST]).is_ok()
        } else {
            false
        };
        let answer = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: asked.time,
            requestor: to,
            selection: asked.selection,
            target: asked.target,
            property: if set { property } else { x11rb::NONE },
        };
        screen.send_event(false, to, EventMask::NO_EVENT, answer).expect("whoever asks is there");
        screen.flush().expect("the screen is there");
    }
}
