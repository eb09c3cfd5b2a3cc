//! Screens of X servers of our own, and of a portal of our own on a bus of its own.
#![cfg(target_os = "linux")]

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use parasol_platform::screens::{Picture, Screens, ScreensError};
use x11rb::connection::Connection as _;
use x11rb::protocol::randr::{ConnectionExt as _, MonitorInfo};
use x11rb::protocol::xproto::{ConnectionExt as _, CreateGCAux, Rectangle};
use x11rb::wrapper::ConnectionExt as _;
use zbus::message::Header;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, connection, interface};

/// A program that says in its first line where it is, until it is dropped.
struct Server {
    child: Child,
    place: String,
}

impl Server {
    fn x(screens: &[&str]) -> Server {
        let numbered = screens
            .iter()
            .enumerate()
            .flat_map(|(at, size)| ["-screen".to_owned(), at.to_string(), (*size).to_owned()]);
        let mut server = Server::start(
            Command::new("Xvfb").args(["-displayfd", "1", "-noreset", "-nolisten", "tcp"]).args(numbered),
        );
        server.place = format!(":{}", server.place);
        server
    }

    fn bus() -> Server {
        Server::start(Command::new("dbus-daemon").args(["--session", "--nofork", "--nopidfile", "--print-address=1"]))
    }

    fn start(command: &mut Command) -> Server {
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(!line.trim().is_empty(), "{command:?} ended without saying where it is");
        Server { child, place: line.trim().to_owned() }
    }

    async fn pictures(&self) -> Vec<Gray> {
        let pictures = Screens::of_x11(&self.place).pictures().await.unwrap();
        pictures.into_iter().map(Gray::of).collect()
    }

    /// A light screen with these dark places.
    fn draw(&self, screen: usize, dark: &[Rectangle]) {
        let (x, _) = x11rb::connect(Some(&self.place)).unwrap();
        let screen = &x.setup().roots[screen];
        let whole = Rectangle { x: 0, y: 0, width: screen.width_in_pixels, height: screen.height_in_pixels };
        for (color, places) in [(screen.white_pixel, &[whole][..]), (screen.black_pixel, dark)] {
            let gc = x.generate_id().unwrap();
            x.create_gc(gc, screen.root, &CreateGCAux::new().foreground(color)).unwrap();
            x.poly_fill_rectangle(screen.root, gc, places).unwrap();
        }
        x.sync().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Gray {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Gray {
    fn of(picture: Picture) -> Gray {
        let Picture::Gray { width, height, pixels } = picture else { panic!("{picture:?}") };
        assert_eq!(pixels.len(), width * height);
        Gray { width, height, pixels: pixels.to_vec() }
    }

    fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    fn at(&self, x: usize, y: usize) -> u8 {
        self.pixels[y * self.width + x]
    }

    /// How many pixels are dark; the others are light.
    fn dark(&self) -> usize {
        assert!(self.pixels.iter().all(|shade| [0, 255].contains(shade)), "it is black and white");
        self.pixels.iter().filter(|shade| **shade == 0).count()
    }
}

fn place(x: i16, y: i16, width: u16, height: u16) -> Rectangle {
    Rectangle { x, y, width, height }
}

#[tokio::test]
async fn a_screen_of_every_depth_is_seen_as_it_is() {
    for depth in [8, 15, 16, 24, 30] {
        let server = Server::x(&[&format!("301x203x{depth}")]);
        server.draw(0, &[place(10, 20, 30, 40), place(300, 202, 1, 1)]);
        let [seen] = &server.pictures().await[..] else { panic!("there is one screen") };
        assert_eq!(seen.size(), (301, 203), "depth {depth}");
        assert_eq!(seen.dark(), 30 * 40 + 1, "depth {depth}");
        assert_eq!(
            [seen.at(10, 20), seen.at(39, 59), seen.at(9, 20), seen.at(40, 59), seen.at(300, 202)],
            [0, 0, 255, 255, 0]
        );
    }
}

#[tokio::test]
async fn every_screen_and_every_monitor_is_seen() {
    let server = Server::x(&["300x200x24", "100x400x16"]);
    server.draw(0, &[place(0, 0, 7, 5)]);
    server.draw(1, &[place(99, 399, 1, 1)]);
    let seen = server.pictures().await;
    assert_eq!(
        seen.iter().map(|seen| (seen.size(), seen.dark())).collect::<Vec<_>>(),
        [((300, 200), 35), ((100, 400), 1)]
    );

    let (x, _) = x11rb::connect(Some(&server.place)).unwrap();
    let root = x.setup().roots[0].root;
    // side by side, and a third one that shows the same as the second
    for (name, at, width) in [(&b"left"[..], 0, 120), (b"right", 120, 180), (b"mirror", 120, 180)] {
        let name = x.intern_atom(false, name).unwrap().reply().unwrap().atom;
        let monitor = MonitorInfo {
            name,
            x: at,
            width,
            height: 200,
            width_in_millimeters: 10,
            height_in_millimeters: 10,
            ..MonitorInfo::default()
        };
        x.randr_set_monitor(root, monitor).unwrap().check().unwrap();
    }
    server.draw(0, &[place(119, 0, 3, 1)]);
    let seen = server.pictures().await;
    assert_eq!(
        seen.iter().map(|seen| (seen.size(), seen.dark())).collect::<Vec<_>>(),
        // from left to right, the server's own one that holds them all among them
        [((120, 200), 1), ((300, 200), 3), ((180, 200), 2), ((100, 400), 1)]
    );
}

#[tokio::test]
async fn a_large_screen_is_put_together_without_a_seam() {
    let server = Server::x(&["3000x2001x24"]);
    // a stair from the top to the bottom
    let steps: Vec<_> = (0..2001).map(|y| place(y, y, 1, 1)).collect();
    server.draw(0, &steps);
    let [seen] = &server.pictures().await[..] else { panic!("there is one screen") };
    assert_eq!((seen.size(), seen.dark()), ((3000, 2001), 2001));
    assert!((0..2001).all(|y| seen.at(y, y) == 0));
}

#[tokio::test]
async fn where_there_is_no_screen_it_says_so() {
    for display in [":4711", "nonsense", ""] {
        let pictures = Screens::of_x11(display).pictures().await;
        assert_eq!(pictures.unwrap_err(), ScreensError::Unavailable, "{display:?}");
    }
}

/// What the portal answers.
#[derive(Clone)]
enum Answer {
    Uri(String),
    Code(u32),
    Never,
}

struct Portal(Answer);

#[interface(name = "org.freedesktop.portal.Screenshot")]
impl Portal {
    async fn screenshot(
        &self,
        _parent: &str,
        options: HashMap<String, OwnedValue>,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> OwnedObjectPath {
        let caller = header.sender().unwrap();
        let sender = caller.trim_start_matches(':').replace('.', "_");
        let token = <&str>::try_from(&options["handle_token"]).unwrap();
        let request = format!("/org/freedesktop/portal/desktop/request/{sender}/{token}");
        let (code, results) = match &self.0 {
            Answer::Uri(uri) => (0_u32, HashMap::from([("uri", Value::from(uri.as_str()))])),
            Answer::Code(code) => (*code, HashMap::new()),
            Answer::Never => return request.try_into().unwrap(),
        };
        // As early as can be: before the caller has heard that it was understood.
        let body = (code, results);
        let answer = connection.emit_signal(
            Some(caller.to_owned()),
            request.as_str(),
            "org.freedesktop.portal.Request",
            "Response",
            &body,
        );
        answer.await.unwrap();
        request.try_into().unwrap()
    }
}

async fn look(answer: Answer, patience: Duration) -> Result<Vec<Picture>, ScreensError> {
    let bus = Server::bus();
    let portal = connection::Builder::address(bus.place.as_str())
        .and_then(|bus| bus.serve_at("/org/freedesktop/portal/desktop", Portal(answer)))
        .and_then(|bus| bus.name("org.freedesktop.portal.Desktop"))
        .unwrap();
    let _portal = portal.build().await.unwrap();
    Screens::of_portal(&bus.place).with_patience(patience).pictures().await
}

async fn look_at(path: &Path) -> Result<Vec<Picture>, ScreensError> {
    let uri = format!("file://{}", path.display().to_string().replace(' ', "%20"));
    look(Answer::Uri(uri), LONG).await
}

const LONG: Duration = Duration::from_secs(30);
const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand so on";

#[tokio::test]
async fn the_portals_picture_is_read_and_its_file_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a screen.png");
    std::fs::write(&path, PNG).unwrap();
    let pictures = look_at(&path).await.unwrap();
    let [Picture::File(bytes)] = &pictures[..] else { panic!("{pictures:?}") };
    assert_eq!(bytes.as_slice(), PNG);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn what_is_no_picture_is_neither_read_nor_removed() {
    let dir = tempfile::tempdir().unwrap();
    let (letter, picture, link) = (dir.path().join("letter"), dir.path().join("picture"), dir.path().join("link"));
    std::fs::write(&letter, "dear").unwrap();
    std::fs::write(&picture, PNG).unwrap();
    std::os::unix::fs::symlink(&picture, &link).unwrap();
    for path in [&letter, &link, &dir.path().join("gone"), dir.path()] {
        let looked = look_at(path).await;
        assert!(matches!(looked, Err(ScreensError::Failed(_))), "{path:?}: {looked:?}");
    }
    assert!(letter.exists() && picture.exists() && link.exists());
    for uri in ["https://portal.test/a.png", "file://relative.png", "", "/etc/hostname"] {
        let looked = look(Answer::Uri(uri.to_owned()), LONG).await;
        assert!(matches!(looked, Err(ScreensError::Failed(_))), "{uri:?}: {looked:?}");
    }
}

#[tokio::test]
async fn a_no_a_failure_and_silence_are_told_apart() {
    assert_eq!(look(Answer::Code(1), LONG).await.unwrap_err(), ScreensError::Refused);
    assert!(matches!(look(Answer::Code(2), LONG).await, Err(ScreensError::Failed(_))));
    assert_eq!(look(Answer::Never, Duration::from_millis(50)).await.unwrap_err(), ScreensError::TimedOut);
}

#[tokio::test]
async fn without_a_portal_or_a_bus_there_is_no_way() {
    let bus = Server::bus();
    assert_eq!(Screens::of_portal(&bus.place).pictures().await.unwrap_err(), ScreensError::Unavailable);
    for address in ["unix:path=/nonexistent/bus", "nonsense"] {
        assert_eq!(Screens::of_portal(address).pictures().await.unwrap_err(), ScreensError::Unavailable, "{address}");
    }
}
