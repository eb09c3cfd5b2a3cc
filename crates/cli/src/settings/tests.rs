//! Lines and files, and what they come to.

mod faults;
mod sources;
mod unused;
mod users;
mod warnings;

use super::*;
use crate::args::{Command, CommandLine};
use clap::Parser;

const LINK: &str = "ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888";
const PLUGIN_LINK: &str = "ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888/?plugin=obfs-local%3Bobfs%3Dhttp";

fn settings(line: &str, file: &str, password: Option<&str>) -> Result<Settings, Fault> {
    let file = ConfigFile::from_map(serde_json::from_str(file).unwrap(), "the file").unwrap();
    let around = Surroundings { file, password: password.map(|p| p.to_owned().into()) };
    match CommandLine::try_parse_from(format!("parasol {line}").split(' ')).unwrap().command {
        Command::Local(args) => local(&args, around),
        Command::Server(args) => server(&args, around),
        Command::Tunnel(args) => tunnel(&args, around),
        other => panic!("{other:?} has no settings"),
    }
}

fn fault(line: &str, file: &str) -> String {
    match settings(line, file, None) {
        Ok(_) => String::new(),
        Err(fault) => format!("{fault:?}").split([' ', '(']).next().unwrap_or_default().to_owned(),
    }
}
