//! `Neighbour`: another program on the same screen, which shows QR codes in windows of its own and holds the clipboard.

use parasol_app::export::qr_text;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ConnectionExt as _, CreateGCAux, CreateWindowAux, EventMask, PropMode, Rectangle,
    SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

/// Pixels for each module of a code.
const SCALE: u16 = 5;

pub(crate) struct Neighbour {
    display: String,
    x: RustConnection,
    windows: Vec<Window>,
}

impl Neighbour {
    /// Starts on the X server of this name.
    pub(crate) fn on(display: &str) -> Neighbour {
        let (x, _) = x11rb::connect(Some(display)).expect("the screen is there");
        Neighbour { display: display.to_owned(), x, windows: Vec::new() }
    }

    /// Shows a code of this text, from this place on, above whatever is there.
    pub(crate) fn show(&mut self, text: &str, (left, top): (i16, i16)) {
        let dark = dark_modules(&qr_text(text).expect("it fits"));
        let side = u16::try_from(dark.len()).expect("no code is so large") * SCALE;
        let screen = &self.x.setup().roots[0];
        let (root, depth) = (screen.root, screen.root_depth);
        let at = |index: usize| i16::try_from(index).expect("no code is so large") * SCALE.cast_signed();
        let modules = dark.iter().enumerate().flat_map(|(y, row)| {
            let columns = row.iter().enumerate().filter(|(_, dark)| **dark);
            columns.map(move |(x, _)| Rectangle { x: at(x), y: at(y), width: SCALE, height: SCALE })
        });

        let picture = self.id();
        self.x.create_pixmap(depth, picture, root, side, side).expect("the screen is there");
        let whole = vec![Rectangle { x: 0, y: 0, width: side, height: side }];
        for (color, places) in [(screen.white_pixel, whole), (screen.black_pixel, modules.collect())] {
            let gc = self.id();
            self.x.create_gc(gc, picture, &CreateGCAux::new().foreground(color)).expect("the screen is there");
            self.x.poly_fill_rectangle(picture, gc, &places).expect("the screen is there");
        }
        // As its background the screen draws it by itself, whenever it comes to light.
        let window = self.window(left, top, side, &CreateWindowAux::new().background_pixmap(picture));
        self.x.map_window(window).expect("the screen is there");
        self.x.sync().expect("the screen is there");
        self.windows.push(window);
    }

    /// Takes all codes away.
    pub(crate) fn clear(&mut self) {
        for window in self.windows.drain(..) {
            self.x.destroy_window(window).expect("the screen is there");
        }
        self.x.sync().expect("the screen is there");
    }

    /// Holds these bytes on the clipboard as this kind, until another one does or the screen goes.
    pub(crate) fn hold(&self, kind: &str, bytes: &[u8]) {
        let holder = Neighbour::on(&self.display);
        let atom =
            |name: &str| holder.x.intern_atom(false, name.as_bytes()).expect("there").reply().expect("there").atom;
        let (clipboard, kind, targets) = (atom("CLIPBOARD"), atom(kind), atom("TARGETS"));
        let window = holder.window(0, 0, 1, &CreateWindowAux::new());
        holder.x.set_selection_owner(window, clipboard, x11rb::CURRENT_TIME).expect("the screen is there");
        holder.x.sync().expect("the screen is there");
        let bytes = bytes.to_vec();
        std::thread::spawn(move || {
            while let Ok(event) = holder.x.wait_for_event() {
                match event {
                    Event::SelectionRequest(asked) => holder.answer(&asked, targets, kind, &bytes),
                    Event::SelectionClear(_) => return,
                    _ => {}
                }
            }
        });
    }

    /// Leaves the clipboard to nobody.
    pub(crate) fn let_go(&self) {
        let clipboard = self.x.intern_atom(false, b"CLIPBOARD").expect("there").reply().expect("there").atom;
        self.x.set_selection_owner(x11rb::NONE, clipboard, x11rb::CURRENT_TIME).expect("the screen is there");
        self.x.sync().expect("the screen is there");
    }

    fn answer(&self, asked: &SelectionRequestEvent, targets: Atom, kind: Atom, bytes: &[u8]) {
        // Whoever asked may have gone; the screen would then be told in vain.
        let property = if asked.target == targets {
            let all = [targets, kind];
            let _ = self.x.change_property32(PropMode::REPLACE, asked.requestor, asked.property, AtomEnum::ATOM, &all);
            asked.property
        } else if asked.target == kind {
            let _ = self.x.change_property8(PropMode::REPLACE, asked.requestor, asked.property, kind, bytes);
            asked.property
        } else {
            x11rb::NONE
        };
        let notice = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: asked.time,
            requestor: asked.requestor,
            selection: asked.selection,
            target: asked.target,
            property,
        };
        let _ = self.x.send_event(false, asked.requestor, EventMask::NO_EVENT, notice);
        let _ = self.x.flush();
    }

    fn window(&self, left: i16, top: i16, side: u16, about: &CreateWindowAux) -> Window {
        let screen = &self.x.setup().roots[0];
        let window = self.id();
        let class = WindowClass::INPUT_OUTPUT;
        let created =
            self.x.create_window(0, window, screen.root, left, top, side, side, 0, class, screen.root_visual, about);
        created.expect("the screen is there");
        window
    }

    fn id(&self) -> u32 {
        self.x.generate_id().expect("the screen is there")
    }
}

/// The rows of a code that is written in half blocks, the light ones drawn.
fn dark_modules(text: &str) -> Vec<Vec<bool>> {
    let mut rows = Vec::new();
    for line in text.lines() {
        let half = |light: [char; 2]| line.chars().map(|half| !light.contains(&half)).collect::<Vec<_>>();
        rows.extend([half(['█', '▀']), half(['█', '▄'])]);
    }
    let side = rows[0].len();
    rows.truncate(side);
    rows
}
