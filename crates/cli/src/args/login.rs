//! The login of a local port.

use std::path::PathBuf;

use clap::Args;

/// The login that clients of the local port must give.
#[derive(Debug, Default, Clone, Args)]
pub(crate) struct LoginArgs {
    /// User that clients must log in as (SOCKS5 and HTTP; SOCKS4 is then refused)
    #[arg(long, alias = "user", value_name = "NAME")]
    pub(crate) local_user: Option<String>,
    /// File whose first line is that user's password, - for standard input; or set PARASOL_LOCAL_PASSWORD
    #[arg(long, alias = "password-file-login", value_name = "FILE", requires = "local_user")]
    pub(crate) local_password_file: Option<PathBuf>,
}
