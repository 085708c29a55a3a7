//! Keeps people's words out of the log: servers quote the request in their errors.

use crate::domain::prompt::Prompt;
use crate::ports::model::ModelError;

/// So many characters in a row that also stand in the prompt are a quote. Shorter runs are common in any text.
const RUN: usize = 20;

/// A message shorter than `RUN` counts from this length on, as a whole.
const WHOLE: usize = 8;

const LEFT_OUT: &str = "its message repeats what was asked and is left out here";

/// The error without words that are also in the prompt.
pub(super) fn without_quotes(error: ModelError, prompt: &Prompt) -> ModelError {
    let check = |words: String| if quotes(&words, prompt) { LEFT_OUT.to_owned() } else { words };
    match error {
        ModelError::Interrupted(words) => ModelError::Interrupted(check(words)),
        ModelError::Refused(words) => ModelError::Refused(check(words)),
        ModelError::Failed(words) => ModelError::Failed(check(words)),
        other => other,
    }
}

fn quotes(words: &str, prompt: &Prompt) -> bool {
    let runs = runs(words);
    prompt.messages().iter().map(|message| message.content.trim()).any(|content| {
        let short = (WHOLE..RUN).contains(&content.chars().count());
        (short && words.contains(content)) || runs.iter().any(|run| content.contains(run))
    })
}

fn runs(words: &str) -> Vec<&str> {
    let starts: Vec<usize> = words.char_indices().map(|(at, _)| at).chain([words.len()]).collect();
    starts.windows(RUN + 1).map(|window| &words[window[0]..window[RUN]]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(words: &str) -> String {
        let prompt = Prompt::assemble("You are Halo.", &[], "PIN: 4711");
        let prompt_with_story =
            Prompt::assemble("You are Halo.", &[], "Zoë's divorce papers lie in the blue folder");
        let error = without_quotes(ModelError::Refused(words.to_owned()), &prompt);
        without_quotes(error, &prompt_with_story).to_string()
    }

    #[test]
    fn what_a_server_quotes_is_left_out() {
        for quoting in [
            "invalid value 'PIN: 4711' (HTTP 422)",
            "last read: \"oë's divorce papers lie",
            "Zoë's divorce papers lie in the blue folder",
        ] {
            assert!(shown(quoting).ends_with(LEFT_OUT), "{quoting}");
        }
    }

    #[test]
    fn what_only_looks_alike_stays() {
        for harmless in
            ["the papers lie (HTTP 400)", "no such model, check MODEL_NAME: model 'x' not found", ""]
        {
            assert!(shown(harmless).ends_with(harmless), "{harmless}");
        }
    }
}
