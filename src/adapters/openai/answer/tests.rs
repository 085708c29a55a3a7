use std::convert::Infallible;
use std::io;

use futures_util::stream;
use tokio::time::sleep;

use super::*;

macro_rules! recorded {
    ($name:literal) => {
        include_str!(concat!("../../../../tests/fixtures/llama/", $name))
    };
}

async fn read<E>(body: impl Stream<Item = Result<Bytes, E>>) -> Result<Completion, ModelError> {
    super::read(body, timer_now()).await
}

async fn read_text(body: &str) -> Result<Completion, ModelError> {
    read(stream::iter([Ok::<_, Infallible>(Bytes::copy_from_slice(body.as_bytes()))])).await
}

fn words(text: &str) -> Bytes {
    format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n").into()
}

const END: &str = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

/// Pieces, each after so many seconds; then the stream stays open in silence.
fn paced(pieces: Vec<(u64, Bytes)>) -> impl Stream<Item = Result<Bytes, Infallible>> {
    stream::iter(pieces)
        .then(|(seconds, piece)| async move {
            sleep(Duration::from_secs(seconds)).await;
            Ok(piece)
        })
        .chain(stream::pending())
}

#[tokio::test]
async fn every_recorded_answer_is_read_whole() {
    for (body, text, reasoned, finish) in [
        (recorded!("stream-ok.sse"), "The most obvious color is indeed", false, Finish::Stop),
        (recorded!("stream-usage.sse"), "The most obvious color is indeed", false, Finish::Stop),
        (recorded!("stream-length.sse"), "I'm here to help", false, Finish::Length),
        (recorded!("stream-progress.sse"), "The word", false, Finish::Length),
        (recorded!("stream-empty.sse"), "", false, Finish::Stop),
        (recorded!("stream-reasoning.sse"), "\n\nThe answer is 4.", true, Finish::Stop),
        (recorded!("stream-toolcall.sse"), "", false, Finish::Other),
        (recorded!("other-stream-crlf-no-done.sse"), "Héllo", false, Finish::Stop),
        (recorded!("other-stream-role-every-chunk.sse"), "Four.", true, Finish::Stop),
        (recorded!("chat-ok.json"), "The most obvious color is indeed", false, Finish::Stop),
        (recorded!("chat-stop.json"), "The most obvious color is indeed ", false, Finish::Stop),
        (recorded!("chat-length.json"), "I'm here to help", false, Finish::Length),
        (recorded!("chat-empty.json"), "", false, Finish::Stop),
        (recorded!("chat-null-content.json"), "", false, Finish::Other),
        (recorded!("chat-no-content-field.json"), "", false, Finish::Stop),
        (recorded!("chat-reasoning.json"), "\n\nThe answer is 4.", true, Finish::Stop),
        (recorded!("chat-reasoning-only.json"), "", true, Finish::Length),
        (recorded!("chat-reasoning-raw.json"), "<think>", false, Finish::Stop),
        (recorded!("chat-toolcall.json"), "", false, Finish::Other),
        (recorded!("chat-json-schema.json"), "{", false, Finish::Stop),
        (recorded!("chat-n2.json"), "A color is a", false, Finish::Length),
        (recorded!("other-reasoning-field.json"), "Four.", true, Finish::Stop),
        (recorded!("router-chat-ok.json"), "x", false, Finish::Length),
    ] {
        let read = read_text(body).await.expect(body);
        assert!(read.text.starts_with(text) && read.text.is_empty() == text.is_empty(), "{read:?}");
        assert_eq!((read.reasoned, read.finish), (reasoned, finish), "{body}");
    }
}

#[tokio::test]
async fn a_broken_answer_is_never_taken_for_a_whole_one() {
    for (body, kind) in [
        (recorded!("stream-cut.sse"), "interrupted"),
        (recorded!("stream-cut-mid-line.sse"), "interrupted"),
        (recorded!("stream-error-context.sse"), "interrupted"),
        (recorded!("stream-error-output-format.sse"), "interrupted"),
        (recorded!("old-stream-error-line.sse"), "interrupted"),
        (recorded!("chat-no-choices.json"), "failed"),
        ("", "interrupted"),
        ("data: [DONE]\n\n", "interrupted"),
        ("data: nonsense\n\n", "interrupted"),
        ("{\"choices\":[{\"message\":{\"content\":\"Half", "interrupted"),
        ("<html><title>Sign in</title>", "refused"),
        (recorded!("other-error-string.json"), "refused"),
        (recorded!("error-500-context-midway.json"), "failed"),
        (recorded!("error-400-context.json"), "prompt_too_long"),
        ("data: {\"error\":{\"code\":429}}\n\n", "busy"),
        ("data: {\"error\":{\"code\":502}}\n\n", "interrupted"),
    ] {
        assert_eq!(read_text(body).await.expect_err(body).kind(), kind, "{body}");
    }
}

#[tokio::test]
async fn tokens_are_counted_where_the_server_does() {
    let usage = read_text(recorded!("stream-usage.sse")).await.expect("whole").usage.expect("counted");
    let prompt_time = Some(Duration::from_micros(17_305));
    let expected = Usage { prompt_tokens: 24, cached_tokens: 23, completion_tokens: 39, prompt_time };
    assert_eq!(usage, expected);
    let usage = read_text(recorded!("other-stream-role-every-chunk.sse")).await.expect("whole").usage;
    assert_eq!(usage.and_then(|usage| usage.prompt_time), None);
    let usage = read_text(recorded!("other-stream-crlf-no-done.sse")).await.expect("whole").usage;
    assert_eq!(usage, None);
}

#[tokio::test]
async fn a_llama_server_measures_what_it_was_not_asked_to_count() {
    let usage = read_text(recorded!("stream-ok.sse")).await.expect("whole").usage.expect("measured");
    let prompt_time = Some(Duration::from_micros(16_070));
    assert_eq!(usage, Usage { prompt_tokens: 24, cached_tokens: 23, completion_tokens: 39, prompt_time });
}

#[tokio::test]
async fn an_answer_tells_the_model_that_gave_it() {
    for (body, model) in [
        (recorded!("stream-usage.sse"), Some("smol-chat")),
        (recorded!("chat-ok.json"), Some("smol-chat")),
        ("data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n", None),
    ] {
        assert_eq!(read_text(body).await.expect("whole").model.as_deref(), model);
    }
}

#[tokio::test]
async fn content_may_come_in_parts_and_choices_in_any_order() {
    let body = "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"no\"}},{\"index\":0,\"delta\":{\"content\":\
                [{\"type\":\"thinking\",\"thinking\":[]},{\"type\":\"text\",\"text\":\"yes\"}]}}]}\n\
                data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":7},\"finish_reason\":\"stop\"}]}";
    let read = read_text(body).await.expect("whole");
    assert_eq!((read.text.as_str(), read.reasoned), ("yes", true));
}

#[tokio::test]
async fn bytes_that_are_no_text_do_not_spoil_an_answer() {
    let json = Bytes::from_static(b"{\"choices\":[{\"message\":{\"content\":\"a\xff\"}}]}");
    let read = read(stream::iter([Ok::<_, Infallible>(json)])).await.expect("whole");
    assert_eq!(read.text, "a\u{fffd}");
}

async fn read_pieces(pieces: &[&str]) -> Result<Completion, ModelError> {
    let pieces = pieces.iter().map(|piece| Bytes::copy_from_slice(piece.as_bytes()));
    read(stream::iter(pieces.map(Ok::<_, Infallible>))).await
}

#[tokio::test]
async fn white_space_that_comes_alone_does_not_hide_what_an_answer_is() {
    for first in ["", "\n", " \r\n\t"] {
        let answer = read_pieces(&[first, r#"{"choices":[{"message":{"content":"Blue."}}]}"#]).await;
        assert_eq!(answer.expect("whole").text, "Blue.", "{first:?}");
        let error = read_pieces(&[first, "<html>"]).await.expect_err("a page");
        assert!(error.to_string().contains("web page"), "{error}");
        let event = "data: {\"choices\":[{\"delta\":{\"content\":\"Blue.\"},\"finish_reason\":\"stop\"}]}\n";
        let (cut, whole) = (read_pieces(&[first, event]).await, read_text(&format!("{first}{event}")).await);
        let untimed = |answer| Completion { streamed: None, ..answer };
        assert_eq!(cut.map(untimed).expect("whole"), whole.map(untimed).expect("whole"), "{first:?}");
    }
}

#[tokio::test]
async fn what_comes_after_the_end_changes_nothing_wherever_the_answer_is_cut() {
    let counted = "data: {\"choices\":[{\"delta\":{\"content\":\"Blue.\"},\"finish_reason\":\"stop\"}],\
                   \"usage\":{\"prompt_tokens\":3}}\n";
    let done = "data: {\"choices\":[{\"delta\":{\"content\":\"Blue.\"},\"finish_reason\":\"stop\"}]}\ndata: [DONE]\n";
    for end in [counted, done] {
        for late in ["error: late\n", "data: {\n", "data: {\"choices\":[{\"delta\":{\"content\":\"!\"}}]}\n"]
        {
            assert_eq!(read_pieces(&[end, late]).await.expect("whole").text, "Blue.", "{late}");
            assert_eq!(read_text(&format!("{end}{late}")).await.expect("whole").text, "Blue.", "{late}");
        }
    }
}

#[tokio::test]
async fn counts_beyond_all_measure_are_no_trouble() {
    let body = r#"{"choices":[{"message":{"content":"Blue."}}],"timings":{"cache_n":18446744073709551615,"prompt_n":1}}"#;
    let usage = read_text(body).await.expect("whole").usage.expect("measured");
    assert_eq!(usage.prompt_tokens, u64::MAX);
}

#[tokio::test]
async fn a_lost_connection_breaks_an_unfinished_answer_only() {
    let lost = || stream::iter([Err(io::Error::from(io::ErrorKind::ConnectionReset))]);
    let unfinished = stream::iter([Ok(words("Half"))]).chain(lost());
    assert_eq!(read(unfinished).await.expect_err("cut").kind(), "interrupted");
    let finished = stream::iter([Ok(words("All")), Ok(END.into())]).chain(lost());
    assert_eq!(read(finished).await.expect("whole").text, "All");
    assert_eq!(read(lost()).await.expect_err("cut").kind(), "interrupted");
}

#[tokio::test]
async fn an_answer_without_end_is_bounded() {
    let part = words(&"x".repeat(1_000_000));
    let stream = stream::repeat_with(|| Ok::<_, Infallible>(part.clone()));
    assert_eq!(read(stream).await.expect_err("endless").kind(), "failed");
    let json = stream::repeat_with(|| Ok::<_, Infallible>(Bytes::from(vec![b'{'; 1_000_000])));
    assert_eq!(read(json).await.expect_err("endless").kind(), "failed");
}

#[tokio::test(start_paused = true)]
async fn a_long_wait_for_the_first_words_is_no_silence() {
    let role = "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]}\n\n";
    let pieces = vec![(600, role.into()), (600, words("Late")), (59, words("r")), (59, END.into())];
    assert_eq!(read(paced(pieces)).await.expect("whole").text, "Later");
}

#[tokio::test(start_paused = true)]
async fn silence_after_the_first_words_breaks_the_answer() {
    for first in
        [words("Half"), "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"Hm\"}}]}\n\n".into()]
    {
        let error = read(paced(vec![(0, first)])).await.expect_err("silent");
        assert!(error.to_string().contains("silence"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_comment_is_a_sign_of_life() {
    let pieces = vec![(0, words("A")), (50, ": ping\n\n".into()), (50, words("B")), (1, END.into())];
    assert_eq!(read(paced(pieces)).await.expect("whole").text, "AB");
}

#[tokio::test(start_paused = true)]
async fn an_ended_answer_does_not_wait_for_the_connection_to_close() {
    assert_eq!(read(paced(vec![(0, words("All")), (0, END.into())])).await.expect("whole").text, "All");
}

#[tokio::test(start_paused = true)]
async fn the_first_words_and_the_last_ones_are_timed_apart_from_what_is_around_them() {
    let role: Bytes = "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n".into();
    let pieces = vec![(1, role), (2, words("A")), (3, words("B")), (4, words("C")), (1, END.into())];
    let streamed = read(paced(pieces)).await.expect("whole").streamed.expect("words");
    assert_eq!((streamed.first.as_secs(), streamed.rest.as_secs()), (3, 7));
}

#[tokio::test]
async fn an_answer_in_one_piece_has_no_first_words() {
    assert_eq!(read_text(recorded!("chat-ok.json")).await.expect("whole").streamed, None);
}
