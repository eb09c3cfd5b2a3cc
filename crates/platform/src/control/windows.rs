//! A named pipe. Its access list lets our user in and nobody else, and its owner is our user, whom nobody else can name as
//! the owner of theirs: by that a client knows whom it speaks to. The first instance of the name is the claim; with the
//! last handle the name is gone.

use std::ffi::c_void;
use std::io;
use std::mem::size_of;
use std::os::windows::io::AsRawHandle;
use std::path::Path;
use std::time::Duration;

use tokio::net::windows::named_pipe::{ClientOptions, NamedPipeClient, NamedPipeServer, ServerOptions};
use tokio_util::either::Either;
use windows::Win32::Foundation::{ERROR_ACCESS_DENIED, ERROR_PIPE_BUSY, HANDLE, HLOCAL};
use windows::Win32::Security::Authorization::{
    ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW, GetSecurityInfo, SDDL_REVISION_1,
    SE_KERNEL_OBJECT,
};
use windows::Win32::Security::{
    GetTokenInformation, OWNER_SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, PSID, SECURITY_ATTRIBUTES, TOKEN_QUERY,
    TOKEN_USER, TokenUser,
};
use windows::Win32::System::Pipes::GetNamedPipeServerProcessId;
use windows::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};
use windows::Win32::UI::WindowsAndMessaging::AllowSetForegroundWindow;
use windows::core::{HSTRING, Owned, PWSTR};

pub(super) type Stream = Either<NamedPipeServer, NamedPipeClient>;

#[derive(Debug, Clone)]
pub(super) struct Name {
    name: String,
}

impl Name {
    pub(super) fn of_this_user(_fallback: &Path) -> io::Result<Name> {
        Ok(Name { name: format!(r"\\.\pipe\parasol-control-{}", user()?) })
    }

    /// Pipes lie in no directory; its path makes the name another one.
    pub(super) fn in_directory(directory: &Path) -> Name {
        let path: String = directory.display().to_string().chars().map(|c| if c == '\\' { '/' } else { c }).collect();
        Name { name: format!(r"\\.\pipe\parasol-control-{path}") }
    }
}

#[derive(Debug)]
pub(super) struct Socket {
    name: String,
    /// The instance that the next client gets.
    next: NamedPipeServer,
}

impl Socket {
    pub(super) fn take(at: &Name) -> io::Result<Socket> {
        let next = instance(&at.name, true).map_err(|error| match error.raw_os_error() {
            Some(code) if code == ERROR_ACCESS_DENIED.0 as i32 => io::ErrorKind::AddrInUse.into(),
            _ => error,
        })?;
        Ok(Socket { name: at.name.clone(), next })
    }

    pub(super) async fn accept(&mut self) -> io::Result<Stream> {
        self.next.connect().await?;
        // Should this fail, the client waits where it is for the next call.
        let next = instance(&self.name, false)?;
        Ok(Either::Left(std::mem::replace(&mut self.next, next)))
    }
}

#[expect(unsafe_code, reason = "pipes with an access list are made by pointers alone")]
fn instance(name: &str, first: bool) -> io::Result<NamedPipeServer> {
    let user = user()?;
    let text = HSTRING::from(format!("O:{user}D:P(A;;GA;;;{user})"));
    let mut descriptor = PSECURITY_DESCRIPTOR::default();
    // SAFETY: the text is a string of its own; what is allocated is freed once, below.
    let _freed = unsafe {
        ConvertStringSecurityDescriptorToSecurityDescriptorW(&text, SDDL_REVISION_1, &raw mut descriptor, None)?;
        Owned::new(HLOCAL(descriptor.0))
    };
    let mut attributes = SECURITY_ATTRIBUTES {
        nLength: u32::try_from(size_of::<SECURITY_ATTRIBUTES>()).expect("it has a few fields"),
        lpSecurityDescriptor: descriptor.0,
        bInheritHandle: false.into(),
    };
    let mut options = ServerOptions::new();
    options.first_pipe_instance(first).reject_remote_clients(true);
    // SAFETY: the attributes and what they point to live until the call has returned, which copies them.
    unsafe { options.create_with_security_attributes_raw(name, (&raw mut attributes).cast::<c_void>()) }
}

pub(super) async fn connect(at: &Name) -> io::Result<Stream> {
    /// Between two clients there is a moment without an instance.
    const AGAIN: Duration = Duration::from_millis(20);
    const TIMES: u32 = 100;
    for _ in 0..TIMES {
        match ClientOptions::new().open(&at.name) {
            Ok(pipe) => {
                if owner(&pipe)? != user()? {
                    return Err(io::ErrorKind::PermissionDenied.into());
                }
                let_it_come_to_the_front(&pipe);
                return Ok(Either::Right(pipe));
            }
            Err(error) if error.raw_os_error() == Some(ERROR_PIPE_BUSY.0 as i32) => tokio::time::sleep(AGAIN).await,
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::TimedOut.into())
}

/// Only the program that the user has just started may put a window in front; we pass that on.
#[expect(unsafe_code, reason = "the system's call")]
fn let_it_come_to_the_front(pipe: &NamedPipeClient) {
    let mut process = 0;
    // SAFETY: the handle is open, the number is ours. Without the right, the window blinks in the task bar instead.
    unsafe {
        if GetNamedPipeServerProcessId(HANDLE(pipe.as_raw_handle()), &raw mut process).is_ok() {
            let _ = AllowSetForegroundWindow(process);
        }
    }
}

/// Whose the pipe is.
#[expect(unsafe_code, reason = "the system's call")]
fn owner(pipe: &NamedPipeClient) -> io::Result<String> {
    let (mut owner, mut descriptor) = (PSID::default(), PSECURITY_DESCRIPTOR::default());
    let (handle, what) = (HANDLE(pipe.as_raw_handle()), OWNER_SECURITY_INFORMATION);
    // SAFETY: the handle is open; the owner points into the descriptor, which is freed after it was read.
    unsafe {
        GetSecurityInfo(
            handle,
            SE_KERNEL_OBJECT,
            what,
            Some(&raw mut owner),
            None,
            None,
            None,
            Some(&raw mut descriptor),
        )
        .ok()?;
        let _freed = Owned::new(HLOCAL(descriptor.0));
        text_of(owner)
    }
}

/// Who runs this process, as the system writes it: `S-1-5-21-…`.
#[expect(unsafe_code, reason = "the system's call")]
fn user() -> io::Result<String> {
    let mut token = HANDLE::default();
    // SAFETY: the token is closed when it is dropped. The buffer is as long as the system has said, and aligned for what
    // it puts there.
    unsafe {
        OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token)?;
        let token = Owned::new(token);
        let mut bytes = 0;
        // It fails, and says how long the answer is.
        let _ = GetTokenInformation(*token, TokenUser, None, 0, &raw mut bytes);
        let mut buffer = vec![0_u64; (bytes as usize).div_ceil(8).max(size_of::<TOKEN_USER>().div_ceil(8))];
        GetTokenInformation(*token, TokenUser, Some(buffer.as_mut_ptr().cast()), bytes, &raw mut bytes)?;
        text_of((*buffer.as_ptr().cast::<TOKEN_USER>()).User.Sid)
    }
}

/// # Safety
/// The identifier must be one of the system's.
#[expect(unsafe_code, reason = "the system's call")]
unsafe fn text_of(sid: PSID) -> io::Result<String> {
    let mut text = PWSTR::null();
    // SAFETY: what is allocated is freed once, after it was read.
    unsafe {
        ConvertSidToStringSidW(sid, &raw mut text)?;
        let _freed = Owned::new(HLOCAL(text.0.cast()));
        text.to_string().map_err(io::Error::other)
    }
}
