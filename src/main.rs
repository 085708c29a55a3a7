//! The program `nextcloud-opencode-bot`.

use std::process::ExitCode;

fn main() -> ExitCode {
    nextcloud_opencode_bot::cli::run(std::env::args_os())
}
