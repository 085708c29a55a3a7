//! `dead-letters`: questions that were given up, for the administrator. Works beside a running service, and needs no
//! setting of it but where the store is.

use clap::{Arg, ArgMatches, Command};

use super::serve::block_on;
use crate::adapters::clock::SystemClock;
use crate::app::open_dead_letters;
use crate::domain::job::JobId;
use crate::ports::clock::Clock;
use crate::ports::dead_letters::{DeadLetter, DeadLetters, Selection};
use crate::settings::{Settings, Source};

pub(super) fn command() -> Command {
    let which = || Arg::new("which").required(true).value_name("REFERENCE|all").help("For example 12 or #12");
    Command::new("dead-letters")
        .about("List the questions that were given up, try them again, or erase them")
        .subcommand_required(true)
        .subcommands([
            Command::new("list").about("One line a question; what was asked is not shown"),
            Command::new("retry").about("Ask, or post, again").arg(which()),
            Command::new("drop").about("Erase for good").arg(which()),
        ])
}

pub(super) fn run(source: &Source, arguments: &ArgMatches) -> anyhow::Result<()> {
    let database = Settings::database_url(source)?;
    let (name, arguments) = arguments.subcommand().expect("clap requires one");
    let which =
        arguments.try_get_one::<String>("which").ok().flatten().map(|text| selection(text)).transpose()?;
    block_on(async {
        let store = open_dead_letters(&database).await?;
        let result = carry_out(&store, name, which).await;
        // What is erased lies in the log of the file until then.
        store.close().await;
        super::print(&result?)
    })
    .map_err(|error| super::or_elsewhere(source, error))
}

async fn carry_out(store: &impl DeadLetters, name: &str, which: Option<Selection>) -> anyhow::Result<String> {
    match (name, which) {
        ("retry", Some(which)) => {
            done(which, store.retry(which, SystemClock.now()).await?, "will be tried again")
        }
        ("drop", Some(which)) => done(which, store.erase(which).await?, "erased"),
        _ => Ok(table(&store.list().await?)),
    }
}

fn selection(text: &str) -> anyhow::Result<Selection> {
    if text == "all" {
        return Ok(Selection::All);
    }
    let number = text.strip_prefix('#').unwrap_or(text).parse();
    number.map(|number| Selection::One(JobId(number))).map_err(|_| {
        anyhow::anyhow!("{text:?} is neither a reference from `dead-letters list`, such as 12, nor `all`")
    })
}

fn done(which: Selection, count: u64, what: &str) -> anyhow::Result<String> {
    match (which, count) {
        (Selection::One(job), 0) => {
            anyhow::bail!("there is no dead letter {job}; `dead-letters list` shows those there are")
        }
        (_, 1) => Ok(format!("1 question {what}\n")),
        (_, count) => Ok(format!("{count} questions {what}\n")),
    }
}

fn table(letters: &[DeadLetter]) -> String {
    if letters.is_empty() {
        return "no dead letters\n".to_owned();
    }
    let line = |letter: &DeadLetter| {
        let DeadLetter { job, room, message, failure, attempts, .. } = letter;
        let age = SystemClock.now().since(letter.died_at).as_secs();
        let hours = age / 3600;
        let failure = failure.as_str();
        format!("{job}\troom {room}\tmessage {}\t{failure}\tattempts {attempts}\t{hours} h ago\n", message.0)
    };
    letters.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_may_keep_its_sign() {
        assert_eq!(selection("#12").expect("number"), Selection::One(JobId(12)));
        assert_eq!(selection("12").expect("number"), Selection::One(JobId(12)));
        assert_eq!(selection("all").expect("all"), Selection::All);
        assert!(selection("everything").is_err());
    }
}
