//! What there is to know of the figures about the model.

use super::ModelFigures;
use crate::telemetry::metrics::book::{Book, Entry, Measure};

const ENDPOINTS: &str = "`endpoint`: the server's place in `MODEL_BASE_URL`, from `1` on";

impl ModelFigures {
    pub(super) fn enter_into(&self, book: &mut Book) {
        book.chapter("Model");
        self.enter_calls(book);
        self.enter_tokens(book);
        self.enter_window(book);
        self.enter_servers(book);
    }

    fn enter_calls(&self, book: &mut Book) {
        book.tally(
            &Entry {
                name: "model_calls",
                help: "Model calls by outcome",
                measure: Measure::Of("calls"),
                question: "Does the model answer, and if not, why?",
            },
            &self.calls,
        );
        book.enter(
            &Entry {
                name: "model_call_duration",
                help: "Time of successful model calls",
                measure: Measure::Seconds,
                question: "How long does a whole answer take?",
            },
            self.seconds.clone(),
        );
        book.enter(
            &Entry {
                name: "model_first_token",
                help: "Time from a request to the first words of its answer, reasoning included",
                measure: Measure::Seconds,
                question: "How long does the model read and queue before it writes? Close to the whole call, a proxy holds \
                           the stream back.",
            },
            self.first_token_seconds.clone(),
        );
        book.enter(
            &Entry {
                name: "model_tokens_per_second",
                help: "Speed of each answer after its first words",
                measure: Measure::Of("tokens per second"),
                question: "How fast does the model write?",
            },
            self.tokens_per_second.clone(),
        );
    }

    fn enter_tokens(&self, book: &mut Book) {
        book.tally(
            &Entry {
                name: "tokens",
                help: "Tokens of answered questions: prompt, of these cached and computed, and completion",
                measure: Measure::Of("tokens"),
                question: "What does the model work on, and how much does its cache spare?",
            },
            &self.tokens,
        );
        book.enter(
            &Entry {
                name: "model_cached_share",
                help: "Share of each prompt that came from the model server's cache",
                measure: Measure::Of("1"),
                question: "Do conversations find their cache again? Low with more active rooms than slots.",
            },
            self.cached_share.clone(),
        );
        book.enter(
            &Entry {
                name: "model_prompt_duration",
                help: "Time the model server spent on each prompt, as it tells",
                measure: Measure::Seconds,
                question: "Of the time to the first words, how much is reading?",
            },
            self.prompt_seconds.clone(),
        );
    }

    fn enter_window(&self, book: &mut Book) {
        book.tally(
            &Entry {
                name: "window_trims",
                help: "Rooms whose oldest turns were dropped, by reason",
                measure: Measure::Of("trims"),
                question: "Is the context too small for `CONTEXT_MESSAGES` (`tokens`), or smaller than told (`refused`)?",
            },
            &self.window_trims,
        );
        book.enter(
            &Entry {
                name: "prompts_shortened",
                help: "Questions that lost their middle because they were too long",
                measure: Measure::Of("questions"),
                question: "Do people ask what does not fit?",
            },
            self.prompts_shortened.clone(),
        );
    }

    fn enter_servers(&self, book: &mut Book) {
        book.enter(
            &Entry {
                name: "model_slots",
                help: "Requests that the model takes at once",
                measure: Measure::Of("requests"),
                question: "How many people can be answered at the same time?",
            },
            self.slots.clone(),
        );
        book.enter(
            &Entry {
                name: "model_context_tokens",
                help: "Tokens of one request, answer included",
                measure: Measure::Of("tokens"),
                question: "Was the model swapped for one with less context?",
            },
            self.context_tokens.clone(),
        );
        book.enter_by(
            &Entry {
                name: "model_endpoint_available",
                help: "1 while that server of MODEL_BASE_URL is asked, 0 while it is left alone after failures",
                measure: Measure::Of("1"),
                question: "Which server is away?",
            },
            ENDPOINTS,
            self.endpoint_available.clone(),
        );
        book.enter_by(
            &Entry {
                name: "model_endpoint_in_flight",
                help: "Requests that wait for or run on that server of MODEL_BASE_URL",
                measure: Measure::Of("requests"),
                question: "How busy is each server, of its slots?",
            },
            ENDPOINTS,
            self.endpoint_in_flight.clone(),
        );
    }
}
