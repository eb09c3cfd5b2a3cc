//! `parasol import`, `parasol export` and `parasol link qr`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::password::Secret;

/// `parasol import`.
#[derive(Debug, Default, Args)]
pub(crate) struct ImportArgs {
    /// Files of any program, pictures with QR codes, texts with links; - for standard input
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Say what would be added, changed and refused, and save nothing
    #[arg(long)]
    pub(crate) preview: bool,
    /// Say it as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// `parasol export`.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// What to write
    #[arg(long, value_enum, default_value_t = ExportForm::Links)]
    pub(crate) format: ExportForm,
    /// Write into this file, which only you can read; - is standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Replace the file if it is there
    #[arg(long, requires = "output")]
    pub(crate) force: bool,
    /// Names or ids of profiles [default: all]
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
}

/// What profiles are written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportForm {
    /// ss:// links, one a line
    Links,
    /// A SIP008 document
    Sip008,
    /// config.json of shadowsocks-libev (one profile) or shadowsocks-rust (several)
    Config,
    /// A QR code of each in letters, for a terminal
    Qr,
    /// The QR code of one as an SVG document
    Svg,
    /// The QR code of one as a PNG picture
    Png,
}

/// `parasol link qr`.
#[derive(Debug, Default, Args)]
pub(crate) struct QrArgs {
    /// The link; - reads it from standard input
    #[arg(value_name = "URI")]
    pub(crate) uri: Secret,
    /// Write a picture into this file, which only you can read: FILE.svg or FILE.png [default: draw it in letters]
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Replace the file if it is there
    #[arg(long, requires = "output")]
    pub(crate) force: bool,
    /// Take links with unsafe methods from before AEAD too
    #[arg(long)]
    pub(crate) allow_legacy: bool,
}
