//! German.

use std::fmt::Write as _;
use std::time::Duration;

use super::figures::{Rough, grouped};
use super::{ContextUse, Memory, Phrase, Status};
use crate::domain::job::Failure;
use crate::domain::limit::Limit;

pub(super) fn text(phrase: &Phrase<'_>) -> String {
    match phrase {
        Phrase::Shortened => {
            "*(Deine Nachricht war zu lang für das Modell, deshalb fehlt ihm die Mitte. Auf kürzere \
             Nachrichten kann es besser antworten.)*"
                .to_owned()
        }
        Phrase::Cut => {
            "*(Die Antwort hat ihre größte Länge erreicht und endet hier. Bitte mich weiterzumachen, dann \
             kommt der Rest.)*"
                .to_owned()
        }
        Phrase::CannotOpenFiles => {
            "*(Dateien kann ich noch nicht öffnen und kenne nur den Namen. Schick mir den wichtigen Text als \
             Nachricht, damit kann ich arbeiten.)*"
                .to_owned()
        }
        Phrase::EmptyAnswer { reasoned } => empty_answer(*reasoned).to_owned(),
        Phrase::Failure(failure, job) => format!("{}. (Kennung {job})", apology(*failure)),
        Phrase::ModelNotReady => {
            "Das Sprachmodell ist noch nicht bereit, vielleicht startet es gerade. Deine Antwort kommt, \
             sobald es so weit ist."
                .to_owned()
        }
        Phrase::StillWorking { ahead, estimate } => still_working(*ahead, *estimate),
        Phrase::Help { name, reactions } => help(name, *reactions),
        Phrase::Forgotten => {
            "Erledigt. Ich habe vergessen, worüber wir hier gesprochen haben; die Nachrichten selbst bleiben \
             hier stehen."
                .to_owned()
        }
        Phrase::Stopped(0) => "Hier gibt es nichts anzuhalten.".to_owned(),
        Phrase::Stopped(1) => "Angehalten.".to_owned(),
        Phrase::Stopped(questions) => format!("Angehalten: {questions} Fragen."),
        Phrase::StillOpen => {
            "An der Frage bin ich noch dran, die Antwort kommt. `/stopp` beendet sie.".to_owned()
        }
        Phrase::NothingToRepeat => {
            "Hier gibt es keine Frage, die ich noch einmal beantworten könnte.".to_owned()
        }
        Phrase::Status(status) => self::status(status),
        Phrase::Context(used) => context(*used),
        Phrase::Privacy(memory) => privacy(*memory),
        Phrase::PersonForgotten => {
            "Erledigt. Alles, was du mich gefragt hast, ist in allen Unterhaltungen gelöscht, und was noch \
             offen war, ist angehalten. Die Nachrichten selbst bleiben stehen: Löschen darf ich keine."
                .to_owned()
        }
        Phrase::Version(version) => format!("Ich bin Version {version}."),
        Phrase::UnknownCommand(word) => {
            format!("Den Befehl `/{word}` kenne ich nicht. `/hilfe` zeigt dir, was es gibt.")
        }
        Phrase::ModeratorsOnly => "Das dürfen in dieser Unterhaltung nur Moderatoren.".to_owned(),
        Phrase::Limited(limit) => limited(*limit),
        Phrase::Welcome { name } => welcome(name),
    }
}

fn apology(failure: Failure) -> &'static str {
    match failure {
        Failure::ModelUnavailable => {
            "Tut mir leid, das Sprachmodell war eine ganze Weile nicht erreichbar und deine Frage bleibt \
             ohne Antwort; frag bitte später noch einmal"
        }
        Failure::ModelTimedOut => {
            "Tut mir leid, das Sprachmodell ist nicht rechtzeitig fertig geworden; frag bitte \
             noch einmal und etwas kürzer"
        }
        Failure::ModelRefused => {
            "Tut mir leid, das Sprachmodell hat die Anfrage abgelehnt; den Grund kann deine Administration \
             im Protokoll nachsehen"
        }
        Failure::TalkRefused
        | Failure::TalkUnauthorized
        | Failure::TalkUnavailable
        | Failure::TalkUncertain
        | Failure::Internal => {
            "Tut mir leid, bei dieser Frage ist etwas schiefgegangen; was es war, kann deine Administration \
             im Protokoll nachsehen"
        }
    }
}

fn empty_answer(reasoned: bool) -> &'static str {
    if reasoned {
        "Das Modell hat seine ganze Antwort mit Nachdenken verbraucht und nichts geschrieben. \
         Frag bitte einfacher oder kürzer, oder bitte deine Administration, MODEL_MAX_TOKENS zu erhöhen."
    } else {
        "Dem Modell ist dazu nichts eingefallen. Frag bitte noch einmal mit anderen Worten."
    }
}

fn about(time: Duration) -> String {
    match Rough::of(time) {
        Rough::Seconds(seconds) => format!("etwa {seconds} Sekunden"),
        Rough::Minutes(minutes) => format!("etwa {minutes} Minuten"),
        Rough::Hours(hours) => format!("etwa {hours} Stunden"),
    }
}

fn still_working(ahead: u64, estimate: Option<Duration>) -> String {
    let mut text = match ahead {
        0 => "Ich arbeite noch an deiner Antwort.".to_owned(),
        1 => "Deine Frage ist noch nicht an der Reihe, eine andere ist vor ihr dran.".to_owned(),
        _ => format!("Deine Frage ist noch nicht an der Reihe, {ahead} andere sind vor ihr dran."),
    };
    if let Some(estimate) = estimate {
        let _ = write!(text, " Es dauert wohl noch {}.", about(estimate));
    }
    text
}

fn help(name: &str, reactions: bool) -> String {
    let mut text = format!(
        "Schreib `@{name}` und deine Frage, oder antworte auf eine Nachricht von mir. In einem \
         Zweiergespräch genügt die Frage allein. Diese Befehle stehen statt einer Frage, mit `/` oder `!`:\n\
         * `/hilfe`: diese Liste (auch `/help`)\n\
         * `/neu`: vergessen, was hier gesagt wurde (auch `/reset`)\n\
         * `/stopp`: die laufende Antwort beenden und Wartendes verwerfen (auch `/stop`)\n\
         * `/nochmal`: die letzte Frage noch einmal beantworten (auch `/retry`)\n\
         * `/status`: Modell, Warteschlange und Gedächtnis auf einen Blick\n\
         * `/kontext`: was das Modell zu sehen bekommt (auch `/context`)\n\
         * `/datenschutz`: was wo und wie lange gespeichert wird (auch `/privacy`)\n\
         * `/vergiss-mich`: löschen, was du gefragt hast, in allen Unterhaltungen (auch `/forget-me`)\n\
         * `/version`: welche Version ich bin"
    );
    if reactions {
        text.push_str(
            "\n\nOder reagiere auf deine Frage oder meine Antwort darauf:\n\
             * 🛑 anhalten\n\
             * 🔁 noch einmal beantworten\n\
             * 🗑️ diese Frage und ihre Antwort vergessen",
        );
    }
    text
}

fn status(status: &Status<'_>) -> String {
    let (endpoint, endpoints) = status.endpoint;
    let mut text = format!("* Modell: `{}`", status.model);
    match status.sharing {
        _ if endpoints < 2 => {}
        0 | 1 => _ = write!(text, " (Server {endpoint} von {endpoints})"),
        sharing => _ = write!(text, " ({sharing} von {endpoints} Servern)"),
    }
    match status.problem {
        Some(problem) => _ = write!(text, ", nicht bereit: {problem}"),
        None => text.push_str(", bereit"),
    }
    let (used, of) = status.context;
    let _ = write!(
        text,
        "\n* Offene Fragen: {} hier, {} in allen Unterhaltungen, {} davon in Arbeit\n\
         * Kontext: {} von {} Token belegt",
        status.open_here,
        status.open,
        status.running,
        grouped(used, '.'),
        grouped(of, '.'),
    );
    if let Some(speed) = status.tokens_per_second {
        let _ = write!(text, "\n* Tempo: etwa {} Token pro Sekunde", grouped(speed, '.'));
    }
    text
}

fn context(used: ContextUse) -> String {
    let (tokens, of) = (grouped(used.tokens, '.'), grouped(used.of, '.'));
    let turns = match used.turns {
        0 => "nichts von dem, was vorher gesagt wurde".to_owned(),
        1 => "die letzte Frage mit ihrer Antwort".to_owned(),
        turns => format!("die letzten {turns} Fragen mit ihren Antworten"),
    };
    let cut = if used.trimmed { "ältere fehlen" } else { "es fehlt nichts" };
    format!(
        "Mit deiner nächsten Frage sieht das Modell:\n\
         * meine Anweisungen und {turns}\n\
         * etwa {tokens} von {of} Token; der Rest ist für Frage und Antwort\n\
         * {cut}"
    )
}

fn privacy(memory: Memory) -> String {
    let Memory { turns, retention_days, retain_on_leave } = memory;
    let remembered = match turns {
        0 => "nichts, ich fange mit jeder Frage neu an.".to_owned(),
        1 => "die letzte Frage mit ihrer Antwort, je Unterhaltung oder Thread.".to_owned(),
        _ => {
            format!("die letzten Fragen mit ihren Antworten, höchstens {turns} je Unterhaltung oder Thread.")
        }
    };
    let days = match retention_days {
        None => String::new(),
        Some(1) => " Nach einem Tag wird es auf jeden Fall gelöscht.".to_owned(),
        Some(days) => format!(" Nach {days} Tagen wird es auf jeden Fall gelöscht."),
    };
    let leave = if retain_on_leave {
        "Es bleibt auch dann, wenn ich aus der Unterhaltung entfernt werde."
    } else {
        "Werde ich aus einer Unterhaltung entfernt, wird alles aus ihr gelöscht."
    };
    format!(
        "Talk schickt mir jede Nachricht dieser Unterhaltung. Davon speichere ich:\n\
         * **Eine Frage an mich** mit dem Namen dessen, der fragt, bis sie beantwortet ist. Eine \
         gescheiterte bleibt, bis meine Administration sie wiederholt oder verwirft.\n\
         * **Was das Modell wieder zu sehen bekommt**: {remembered}\n\
         * Von allem anderen nichts. Nummern von Nachrichten bleiben eine Zeit lang, damit keine zweimal \
         beantwortet wird. In meinen Protokollen stehen keine Texte.\n\n\
         Es liegt in meiner Datenbank auf dem Rechner meiner Administration und geht an das Sprachmodell, \
         das sie gewählt hat, an niemanden sonst.{days} {leave}\n\n\
         `/neu` löscht, was hier gesagt wurde, `/vergiss-mich` alles, was du irgendwo gefragt hast."
    )
}

fn limited(limit: Limit) -> String {
    match limit {
        Limit::Person(wait) => {
            format!("Das waren viele Fragen von dir. Frag mich bitte in {} wieder.", about(wait))
        }
        Limit::Room(wait) => {
            format!(
                "Das waren viele Fragen in dieser Unterhaltung. Fragt mich bitte in {} wieder.",
                about(wait)
            )
        }
        Limit::Queue => {
            "Hier warten so viele Fragen, dass ich keine mehr annehmen kann. Frag bitte wieder, wenn einige \
                         beantwortet sind."
                .to_owned()
        }
    }
}

fn welcome(name: &str) -> String {
    format!(
        "Hallo, ich bin {name}, ein Bot, der mit einem Sprachmodell antwortet. Schreib `@{name}` und deine \
         Frage, oder antworte auf eine Nachricht von mir. In einem Zweiergespräch genügt die \
         Frage allein.\n\n\
         Ich speichere Fragen an mich, bis sie beantwortet sind, und die letzten mit ihren Antworten, um \
         dem Gespräch zu folgen; sonst nichts. Mehr dazu sagt `@{name} /datenschutz`, und was ich sonst \
         kann, `@{name} /hilfe`."
    )
}
