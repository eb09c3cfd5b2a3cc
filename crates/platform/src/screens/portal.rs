//! Screens on Wayland: the desktop's portal takes the picture, and asks its user first where it does that.
//! <https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Screenshot.html>

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use futures_util::StreamExt;
use percent_encoding::percent_decode_str;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, Proxy, connection};
use zeroize::Zeroizing;

use super::{Picture, ScreensError};

const NAME: &str = "org.freedesktop.portal.Desktop";
const PATH: &str = "/org/freedesktop/portal/desktop";
/// How the files of all portals begin: they are PNG.
const HEAD: &[u8] = b"\x89PNG\r\n\x1a\n";
/// The most bytes of a picture.
const MOST: u64 = 64 << 20;

pub(super) async fn pictures(bus: Option<&str>) -> Result<Vec<Picture>, ScreensError> {
    let connection = match bus {
        Some(bus) => connection::Builder::address(bus).map_err(unavailable)?.build().await,
        None => Connection::session().await,
    };
    // Given up, the connection ends, and with it the portal's question to the user.
    let path = take(&connection.map_err(unavailable)?).await?;
    let taken = tokio::task::spawn_blocking(move || take_away(&path)).await;
    let taken = taken.map_err(ScreensError::failed)?.map_err(ScreensError::failed)?;
    Ok(vec![Picture::File(taken)])
}

/// Where the picture lies that the portal has taken: of all screens, side by side.
async fn take(connection: &Connection) -> Result<PathBuf, ScreensError> {
    // The only request of this connection.
    let token = "parasol";
    let sender = connection.unique_name().map(|name| name.trim_start_matches(':').replace('.', "_"));
    let request = format!("{PATH}/request/{}/{token}", sender.unwrap_or_default());
    // Before anything is asked, so that no answer comes too early.
    let request =
        Proxy::new(connection, NAME, request, "org.freedesktop.portal.Request").await.map_err(ScreensError::failed)?;
    let mut answers = request.receive_signal("Response").await.map_err(ScreensError::failed)?;
    let portal = Proxy::new(connection, NAME, PATH, "org.freedesktop.portal.Screenshot").await;
    let options = HashMap::from([("handle_token", Value::from(token)), ("interactive", Value::from(false))]);
    let asked = portal.map_err(ScreensError::failed)?.call("Screenshot", &("", options)).await;
    let _: OwnedObjectPath = asked.map_err(unavailable)?;
    let answer = answers.next().await.ok_or(ScreensError::Unavailable)?;
    let (response, results): (u32, HashMap<String, OwnedValue>) =
        answer.body().deserialize().map_err(ScreensError::failed)?;
    match response {
        0 => {}
        1 => return Err(ScreensError::Refused),
        _ => return Err(ScreensError::failed("the desktop took no picture")),
    }
    let uri = results.get("uri").and_then(|uri| <&str>::try_from(uri).ok());
    let path = uri.and_then(|uri| uri.strip_prefix("file://")).map(|path| percent_decode_str(path).collect());
    let path = path.map(|path: Vec<u8>| PathBuf::from(OsString::from_vec(path)));
    path.filter(|path| path.is_absolute()).ok_or_else(|| ScreensError::failed("the desktop names no file"))
}

/// The picture, which was made for us alone and lies among the user's own files from now on if it is not removed.
fn take_away(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    // No pipe, which would be waited for, and nothing that only leads there.
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(io::Error::other("the desktop's picture is no file"));
    }
    let mut picture = Zeroizing::new(Vec::new());
    let read = File::open(path)?.take(MOST + 1).read_to_end(&mut picture);
    // Whoever answers for the portal must not have us remove another file.
    if picture.starts_with(HEAD) {
        if let Err(error) = fs::remove_file(path) {
            tracing::warn!(%error, "the desktop's picture of the screen could not be removed");
        }
    } else if read.is_ok() {
        return Err(io::Error::other("the desktop's file is no picture"));
    }
    if read? as u64 > MOST { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(picture) }
}

fn unavailable(error: zbus::Error) -> ScreensError {
    tracing::info!(%error, "there is no portal that takes pictures of the screen");
    ScreensError::Unavailable
}
