//! `occ`: the exact lines that install the bot in Talk as these settings say, and a secret to do it with. Prints and
//! runs nothing: `occ` belongs to the Nextcloud machine.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context;
use clap::{Arg, ArgMatches, Command};

use crate::settings::{Origin, Settings, Source};

const NEW_SECRET: &str = "new-secret";

pub(super) fn command() -> Command {
    let new_secret = Arg::new(NEW_SECRET)
        .long(NEW_SECRET)
        .value_name("FILE")
        .help("Write a new secret of 64 characters into that file first; the file must not exist");
    Command::new("occ").about("Print the lines that install the bot in Nextcloud").arg(new_secret)
}

pub(super) fn run(mut source: Source, arguments: &ArgMatches) -> anyhow::Result<()> {
    let Some(file) = arguments.get_one::<String>(NEW_SECRET) else {
        let settings = Settings::read(&source)?;
        return super::print(&lines(&settings, &Settings::bot_secret_origin(&source)?));
    };
    let settings = with_new_secret(&mut source, Path::new(file))?;
    super::print(&lines(&settings, &Origin::File(file.into())))
}

/// The settings with the new secret in place of any other. Nothing is written when they are wrong.
fn with_new_secret(source: &mut Source, file: &Path) -> anyhow::Result<Settings> {
    let mut random = [0_u8; 32];
    getrandom::fill(&mut random)?;
    let secret = base16ct::lower::encode_string(&random);
    source.environment.retain(|name, _| name != "CREDENTIALS_DIRECTORY" && name != "BOT_SECRET_FILE");
    source.flags.remove("BOT_SECRET_FILE");
    source.flags.insert("BOT_SECRET".to_owned(), secret.as_str().into());
    let settings = Settings::read(source)?;
    let hint = || format!("no secret can be written to {}", file.display());
    write_secret(file, &secret).with_context(hint)?;
    Ok(settings)
}

/// For its owner alone. An existing file is somebody's secret.
fn write_secret(file: &Path, secret: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    file.write_all(secret.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

fn lines(settings: &Settings, secret: &Origin) -> String {
    let (url, guessed) = webhook_url(settings);
    let mut text = String::new();
    let secret = match secret {
        Origin::File(path) => {
            let _ = writeln!(
                text,
                "# {} has to be on the Nextcloud machine as well while this runs.",
                path.display()
            );
            format!("\"$(cat {})\"", quoted(&path.display().to_string()))
        }
        _ => "\"$BOT_SECRET\"".to_owned(),
    };
    if secret.contains("$BOT_SECRET") {
        text.push_str(
            "# BOT_SECRET has to hold the bot's secret in this shell; a file is safer: BOT_SECRET_FILE.\n",
        );
    }
    if guessed {
        text.push_str(
            "# The address by which Nextcloud reaches the bot, guessed from BOT_HOST and BOT_PORT. It is the bot's\n\
             # identity, so choose one that stays, and set WEBHOOK_URL to it.\n",
        );
    }
    let _ = write!(
        text,
        "occ talk:bot:install -f webhook -f response -f reaction {} {secret} {} {}\n\
         # Its number, then: rooms are set up by their moderators (conversation settings, Bots) or by\n\
         occ talk:bot:list\n\
         occ talk:bot:setup <bot-id> <room-token>\n",
        quoted(&settings.bot_name),
        quoted(&url),
        quoted("Answers with a language model of our own"),
    );
    text
}

/// The URL, and whether it is a guess.
fn webhook_url(settings: &Settings) -> (String, bool) {
    if let Some(url) = &settings.webhook_url {
        return (url.clone(), false);
    }
    let (host, port) = &settings.listen;
    let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
    (format!("http://{host}:{port}/webhook"), true)
}

/// For a POSIX shell, to the letter.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(more: &[(&str, &str)]) -> Source {
        let mut source = Source::default();
        let given = [
            ("NEXTCLOUD_URL", "https://cloud.example.com"),
            ("MODEL_BASE_URL", "http://127.0.0.1:8080/v1"),
            ("BOT_SECRET", "0123456789012345678901234567890123456789"),
        ];
        for (name, value) in given.iter().chain(more) {
            source.environment.insert((*name).to_owned(), value.into());
        }
        source
    }

    fn settings(more: &[(&str, &str)]) -> (Settings, Origin) {
        let source = source(more);
        (Settings::read(&source).expect("valid"), Settings::bot_secret_origin(&source).expect("given"))
    }

    fn install_line(more: &[(&str, &str)]) -> String {
        let (settings, origin) = settings(more);
        let lines = lines(&settings, &origin);
        lines.lines().find(|line| line.starts_with("occ talk:bot:install")).expect("the line").to_owned()
    }

    #[test]
    fn the_line_names_every_feature_once_and_never_shows_the_secret() {
        assert_eq!(
            install_line(&[("WEBHOOK_URL", "https://bot.example.com/halo")]),
            "occ talk:bot:install -f webhook -f response -f reaction Halo \"$BOT_SECRET\" \
             https://bot.example.com/halo 'Answers with a language model of our own'"
        );
    }

    #[test]
    fn a_name_is_quoted_for_the_shell_and_the_address_is_guessed_where_it_is_not_set() {
        let line = install_line(&[("BOT_NAME", "Mira's $bot"), ("BOT_HOST", "::1"), ("BOT_PORT", "9000")]);
        assert!(line.contains(r"'Mira'\''s $bot'"), "{line}");
        assert!(line.contains("'http://[::1]:9000/webhook'"), "{line}");
    }

    #[test]
    fn a_new_secret_is_for_its_owner_alone_and_replaces_none() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("secret");
        let settings = with_new_secret(&mut source(&[("BOT_SECRET_FILE", "/gone")]), &file).expect("written");
        let text = std::fs::read_to_string(&file).expect("read");
        assert_eq!((text.len(), text.trim_end().len()), (65, 64));
        assert_eq!(std::fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o600);
        assert!(lines(&settings, &Origin::File(file.clone())).contains("\"$(cat "));
        assert!(with_new_secret(&mut source(&[]), &file).is_err());
        assert_eq!(std::fs::read_to_string(&file).expect("read"), text);
    }

    #[test]
    fn no_secret_is_written_while_another_setting_is_wrong() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("secret");
        assert!(with_new_secret(&mut source(&[("BOT_PORT", "none")]), &file).is_err());
        assert!(!file.exists());
    }
}
