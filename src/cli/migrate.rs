//! `migrate`: everything in the file of a stopped service goes to PostgreSQL. The file stays as it is, so whoever is not
//! content with the result goes on with it.

use clap::{Arg, ArgMatches, Command};

use super::serve::block_on;
use crate::adapters::sql::is_shared;
use crate::app::migrate;
use crate::settings::{Settings, SettingsError, Source, Variable};

pub(super) fn command() -> Command {
    let to = Arg::new("to").long("to").required(true).value_name("ADDRESS").help(
        "The database, for example postgres://bot@db.example/bot; its password may be in DATABASE_PASSWORD",
    );
    Command::new("migrate")
        .about("Copy everything from the file in DATABASE_URL to an empty PostgreSQL database; stop the service before")
        .arg(to)
}

pub(super) fn run(source: &Source, arguments: &ArgMatches) -> anyhow::Result<()> {
    let to = arguments.get_one::<String>("to").expect("clap requires it");
    let (from, to) = (Settings::database_url(source)?, Settings::database_to_fill(source, to)?);
    if is_shared(from.expose()) {
        let fault = "names no file: it is what is copied, so leave it as the service had it until now";
        return Err(SettingsError::new(&Variable::named("DATABASE_URL"), fault).into());
    }
    let (tables, place) =
        block_on(migrate(&from, &to)).map_err(|error| super::or_elsewhere(source, error))?;
    let mut lines: Vec<String> = tables.iter().map(|(table, rows)| format!("{table}\t{rows}")).collect();
    lines.push(format!(
        "copied and counted; let DATABASE_URL name the database {place} and start the service\n"
    ));
    super::print(&lines.join("\n"))
}
